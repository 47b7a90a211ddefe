"""Sends only the cells of the screen that changed, instead of whole regions.

Textual repaints each region that may have changed. A `TerminalCells` knows what the terminal shows, and turns an update
of Textual's compositor into the moves, styles and characters that make the difference.

A row with text whose width terminals disagree on, such as emoji or combining marks, is sent as Textual would send it,
and what the terminal shows in that row counts as unknown. So does everything after `forget`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import category

from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from hvtui.tui.terminal.glyphs import ASCII
from hvtui.tui.terminal.painting import Look, Pen, Run, paint, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.style import Style
    from textual.geometry import Size

    from hvtui.tui.terminal.painting import Cell


Piece = tuple[int, int, Strip]
"""A part of a row to paint: the row, the column, and what to paint there."""

_FIRST_UNCERTAIN = "\u0530"
"""Below are Latin, Greek and Cyrillic. Above are scripts that are wide, shaped or written from the right, and emoji."""
_PARAMETER = re.compile(r"([34]8;(?:2;\d+;\d+;\d+|5;\d+)|(?:3|4|9|10)[0-79]\b)|(\d+)")
"""A colour, or an attribute."""


class TerminalCells:
    """What the terminal shows, as far as it is known."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, Cell]] = {}
        self._uncounted: dict[int, list[tuple[int, Strip]]] = {}
        """Rows that were unknown and then painted in one go: their cells are worked out once they are needed."""
        self._size: Size | None = None

    def forget(self) -> None:
        """Count everything as unknown: the terminal was resized, or another program wrote to it."""
        self._rows.clear()
        self._uncounted.clear()

    def changes(self, update: CompositorUpdate) -> CompositorUpdate:
        """Return an update that paints the same with fewer bytes. To be rendered once, and immediately."""
        if isinstance(update, LayoutUpdate) and update.region.size != self._size:
            self._size = update.region.size
            self.forget()  # frames of the old size may have been painted since the terminal was resized
        pieces = _pieces(update)
        if pieces is None:
            self.forget()
            return update
        return _Changes(self, pieces)

    def paint(self, pieces: Iterator[Piece], console: Console) -> str:
        """Return what to send to paint these, and take it as shown."""
        rows: dict[int, list[tuple[int, Strip]]] = {}
        for y, x, strip in pieces:
            rows.setdefault(y, []).append((x, strip))
        sent: list[str] = []
        changed: list[Run] = []
        width = self._size.width if self._size else 0
        for y, row in rows.items():
            if not all(_is_certain(segment.text, segment.style) for _, strip in row for segment in strip):
                self._rows[y] = {}
                self._uncounted.pop(y, None)
                sent += (f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, strip in row)
            elif y not in self._rows and y not in self._uncounted:
                self._uncounted[y] = row
                sent.append(_whole(y, row, console, width))
            else:
                changed += self._changed(y, row, console)
        return "".join((*sent, paint(changed, width)))

    def _changed(self, y: int, row: list[tuple[int, Strip]], console: Console) -> Iterator[Run]:
        """Return the cells of a row that change, and take them as shown."""
        if y in self._uncounted:
            self._rows[y] = _cells_by_column(self._uncounted.pop(y), console)
        shown = self._rows[y]
        wanted = _cells_by_column(row, console)
        changed = sorted(x for x, cell in wanted.items() if shown.get(x) != cell)
        shown.update(wanted)
        return runs(y, changed, shown)


class _Changes(CompositorUpdate):
    def __init__(self, cells: TerminalCells, pieces: Iterator[Piece]) -> None:
        self._cells, self._pieces = cells, pieces

    def render_segments(self, console: Console) -> str:
        return self._cells.paint(self._pieces, console)


def _pieces(update: CompositorUpdate) -> Iterator[Piece] | None:
    """Return what an update paints, cut as the compositor cuts it; None for a kind of update that is not known."""
    if isinstance(update, LayoutUpdate):
        return _layout_pieces(update)
    if isinstance(update, ChopsUpdate):
        return _chops_pieces(update)
    return None


def _layout_pieces(update: LayoutUpdate) -> Iterator[Piece]:
    for y, line in enumerate(update.strips, update.region.y):
        yield y, update.region.x, Strip.join(line)


def _chops_pieces(update: ChopsUpdate) -> Iterator[Piece]:
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= right and end > left:
                yield (
                    y,
                    x,
                    strip if left <= x < right and end <= right else strip.crop(0, min(end, right) - x),
                )


def _cells_by_column(row: list[tuple[int, Strip]], console: Console) -> dict[int, Cell]:
    cells: dict[int, Cell] = {}
    for x, strip in row:
        cells.update(enumerate(_cells(strip, console), x))
    return cells


def _cells(strip: Strip, console: Console) -> Iterator[Cell]:
    for text, look in _texts(strip, console):
        blank = look if look.seen_on_blanks else Look(background=look.background)
        for character in text:
            yield (character, blank if character == " " else look)


def _texts(strip: Strip, console: Console) -> Iterator[tuple[str, Look]]:
    color_system = console._color_system or ColorSystem.TRUECOLOR  # as Strip.render has it
    return ((text, _look(style, color_system)) for text, style, _ in strip)


def _whole(y: int, row: list[tuple[int, Strip]], console: Console, width: int) -> str:
    """Return what paints a row, whatever the terminal shows there."""
    pen = Pen(width)
    sent = []
    for x, strip in row:
        for text, look in _texts(strip, console):
            if text:
                sent.append(pen.write(Run(y, x, text, look)))
                x += len(text)
    return "".join((*sent, pen.put_down()))


@lru_cache(maxsize=4096)
def _is_certain(text: str, style: Style | None) -> bool:
    """Whether each character takes one cell in every terminal, and the style is no more than parameters."""
    if style is not None and style.link:
        return False
    return (text.isascii() and text.isprintable()) or all(
        each in ASCII or (each < _FIRST_UNCERTAIN and category(each)[0] not in "MC") for each in text
    )


@lru_cache(maxsize=4096)
def _look(style: Style | None, color_system: ColorSystem) -> Look:
    if style is None:
        return Look()
    rendered = Strip.render_style(style, "x", color_system=color_system)
    found = re.match(r"\x1b\[([\d;]*)m", rendered)
    colors: dict[str, str] = {}
    attributes = []
    for color, attribute in _PARAMETER.findall(found[1] if found else ""):
        if color:
            colors["background" if color.startswith(("4", "10")) else "foreground"] = color
        else:
            attributes.append(attribute)
    return Look(";".join(attributes), **colors)
