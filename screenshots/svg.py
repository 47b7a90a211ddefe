"""Converts the cells of a terminal to SVG.

Unlike Textual's own export, the result does not load a web font, and wide characters take two cells. Box-drawing
characters are drawn as paths, and each run of text has the width of its cells, so that text is aligned in every
monospace font.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from rich.cells import cell_len, get_character_cell_size

from screenshots.shapes import SHAPES, shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.segment import Segment

WIDTH, HEIGHT, MARGIN = 9, 20, 10
"""The size of a cell, and the margin around all cells."""
_BASELINE = 15
_FONTS = (
    "ui-monospace,'Cascadia Mono','SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
)


def svg(lines: Sequence[Sequence[Segment]]) -> str:
    """Return a picture of these lines. Its background is that of the last cell."""
    background = background_of(lines)
    classes: dict[str, str] = {}
    texts = [element for n, line in enumerate(lines) for element in texts_of(line, n * HEIGHT, classes)]
    return document(
        lines,
        classes,
        '<g shape-rendering="crispEdges">',  # no gaps between them when the picture is scaled
        *(element for n, line in enumerate(lines) for element in fills_of(line, n * HEIGHT, background)),
        "</g>",
        *texts,
    )


def document(
    lines: Sequence[Sequence[Segment]], classes: Mapping[str, str], *elements: str, style: Iterable[str] = ()
) -> str:
    """Return a picture as large as these lines, with these elements in its margin."""
    columns = max(sum(segment.cell_length for segment in line) for line in lines)
    width, height = columns * WIDTH + 2 * MARGIN, len(lines) * HEIGHT + 2 * MARGIN
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
        f"<style>text{{font:15px {_FONTS};font-variant-ligatures:none}}",
        *(f".{name}{{{rules}}}" for rules, name in classes.items()),
        *style,
        "</style>",
        f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"'
        f' fill="{background_of(lines)}" stroke="#8888"/>',
        f'<g transform="translate({MARGIN} {MARGIN})">',
        *elements,
        "</g>",
        "</svg>",
        "",
    ])  # fmt: skip


def background_of(lines: Sequence[Sequence[Segment]]) -> str:
    return _colors(lines[-1][-1])[1]


def fills_of(line: Iterable[Segment], y: int, background: str) -> Iterator[str]:
    """Yield the backgrounds of the cells of a line, where they are not that of the picture."""
    x = 0
    for color, segments in groupby(line, lambda segment: _colors(segment)[1]):
        width = sum(segment.cell_length for segment in segments) * WIDTH
        if color != background:
            yield f'<rect x="{x}" y="{y}" width="{width}" height="{HEIGHT}" fill="{color}"/>'
        x += width


def texts_of(line: Iterable[Segment], y: int, classes: dict[str, str]) -> Iterator[str]:
    """Yield the characters of a line, and add the classes that they need."""
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
            # Centered in its cells, because it may come from a fallback font with another width.
            yield (
                f'<text class="{name}" x="{x + width / 2:g}" y="{y + _BASELINE}" text-anchor="middle">'
                f"{escape(run)}</text>"
            )
        x += width


def _letters(text: str) -> list[str]:
    """Return the characters of a text, each with the combining characters after it."""
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
    """Return foreground and background as ``#rrggbb``. Textual sets both, except the foreground of blanks."""
    style = segment.style
    assert style is not None
    assert style.bgcolor is not None
    background = style.bgcolor.get_truecolor().hex
    assert style.color is not None or segment.text.isspace()
    foreground = style.color.get_truecolor().hex if style.color else background
    return (background, foreground) if style.reverse else (foreground, background)


def _rules(segment: Segment) -> str:
    style = segment.style
    assert style is not None
    rules = [";font-weight:bold"] if style.bold else []
    rules += [";font-style:italic"] if style.italic else []
    lines = [name for name, on in (("underline", style.underline), ("line-through", style.strike)) if on]
    rules += [f";text-decoration:{' '.join(lines)}"] if lines else []
    return "".join(rules)
