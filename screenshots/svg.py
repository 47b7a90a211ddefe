"""Cells to SVG. Textual's own names a web font's host, and gives a wide character the room of one cell.

Lines and blocks are drawn as shapes and each run of text is held to its cells: it lines up in whatever
monospace font the reader has.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from rich.cells import cell_len, get_character_cell_size

from screenshots.shapes import SHAPES, shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.segment import Segment

WIDTH, HEIGHT, MARGIN = 9, 20, 10
"""Of a cell, and around all cells."""
_BASELINE = 15
_FONTS = (
    "ui-monospace,'Cascadia Mono','SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
)


def svg(lines: Sequence[Sequence[Segment]]) -> str:
    """A picture of these lines, on a sheet of the last cell's ground."""
    paper = _colors(lines[-1][-1])[1]
    columns = max(sum(segment.cell_length for segment in line) for line in lines)
    width, height = columns * WIDTH + 2 * MARGIN, len(lines) * HEIGHT + 2 * MARGIN
    classes: dict[str, str] = {}
    inks = [part for n, line in enumerate(lines) for part in _inks(line, n * HEIGHT, classes)]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
        f"<style>text{{font:15px {_FONTS};font-variant-ligatures:none}}",
        *(f".{name}{{{rules}}}" for rules, name in classes.items()),
        "</style>",
        f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8" fill="{paper}" stroke="#8888"/>',
        f'<g transform="translate({MARGIN} {MARGIN})">',
        '<g shape-rendering="crispEdges">',  # no seams between them where the picture is scaled
        *(ground for n, line in enumerate(lines) for ground in _grounds(line, n * HEIGHT, paper)),
        "</g>",
        *inks,
        "</g>",
        "</svg>",
        "",
    ])  # fmt: skip


def _grounds(line: Iterable[Segment], y: int, paper: str) -> Iterator[str]:
    x = 0
    for ground, segments in groupby(line, lambda segment: _colors(segment)[1]):
        width = sum(segment.cell_length for segment in segments) * WIDTH
        if ground != paper:
            yield f'<rect x="{x}" y="{y}" width="{width}" height="{HEIGHT}" fill="{ground}"/>'
        x += width


def _inks(line: Iterable[Segment], y: int, classes: dict[str, str]) -> Iterator[str]:
    x = 0
    for segment in line:
        if not segment.text.isspace():
            rules = f"fill:{_colors(segment)[0]}{_rules(segment)}"
            yield from _runs(segment.text, x, y, classes.setdefault(rules, f"s{len(classes)}"))
        x += segment.cell_length * WIDTH


def _runs(text: str, x: int, y: int, name: str) -> Iterator[str]:
    for kind, letters in groupby(_letters(text), _kind):
        run = "".join(letters)
        width = cell_len(run) * WIDTH
        if kind == "shapes":
            path = "".join(shape(letter, x + n * WIDTH, y, WIDTH, HEIGHT) for n, letter in enumerate(run))
            yield f'<path class="{name}" d="{path}"/>'
        elif kind == "words":
            yield (
                f'<text class="{name}" x="{x}" y="{y + _BASELINE}" textLength="{width}"'
                f' lengthAdjust="spacingAndGlyphs">{escape(run)}</text>'
            )
        elif kind != "gap":
            # Alone in the middle of its cells: another font may lend it, and that font's width is its own.
            yield (
                f'<text class="{name}" x="{x + width / 2:g}" y="{y + _BASELINE}" text-anchor="middle">'
                f"{escape(run)}</text>"
            )
        x += width


def _letters(text: str) -> list[str]:
    """Characters, each with the marks that stand on it."""
    letters: list[str] = []
    for character in text:
        if letters and not get_character_cell_size(character):
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _kind(letter: str) -> str:
    if letter in SHAPES:
        return "shapes"
    if letter == " ":
        return "gap"
    return "words" if letter.isascii() else letter


def _colors(segment: Segment) -> tuple[str, str]:
    """Ink and ground, as ``#rrggbb``. Textual gives a ground to all it paints, and an ink to all but blanks."""
    style = segment.style
    assert style is not None
    assert style.bgcolor is not None
    ground = style.bgcolor.get_truecolor().hex
    assert style.color is not None or segment.text.isspace()
    ink = style.color.get_truecolor().hex if style.color else ground
    return (ground, ink) if style.reverse else (ink, ground)


def _rules(segment: Segment) -> str:
    style = segment.style
    assert style is not None
    rules = [";font-weight:bold"] if style.bold else []
    rules += [";font-style:italic"] if style.italic else []
    lines = [name for name, on in (("underline", style.underline), ("line-through", style.strike)) if on]
    rules += [f";text-decoration:{' '.join(lines)}"] if lines else []
    return "".join(rules)
