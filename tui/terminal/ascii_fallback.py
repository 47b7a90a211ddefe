"""Replaces characters that the terminal cannot show with others of the same width."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len, get_character_cell_size
from rich.segment import Segment
from textual.filter import LineFilter

from hvtui.tui.terminal.glyphs import ASCII

if TYPE_CHECKING:
    from textual.color import Color

FEW_GLYPHS = ("linux", "vt100", "vt102", "vt220", "ansi")
"""Terminals whose font lacks many characters of UTF-8."""


class AsciiFallback(LineFilter):
    """A line filter of the app. It changes what is painted, so that widgets need no change."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._replaced = lru_cache(maxsize=4096)(lambda text: _replaced(text, encoding))

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(self._replaced(text), style, control) if not text.isascii() else segment
            for segment in segments
            for text, style, control in (segment,)
        ]


def ascii_fallback(encoding: str | None, term: str = "") -> AsciiFallback | None:
    """Return the filter that a terminal with this encoding and ``TERM`` needs, or None."""
    if term in FEW_GLYPHS:
        return AsciiFallback("latin-1")
    try:
        "".join(ASCII).encode(encoding or "ascii")
    except UnicodeEncodeError:
        return AsciiFallback(encoding or "ascii")
    except LookupError:
        return AsciiFallback("ascii")
    return None


def _replaced(text: str, encoding: str) -> str:
    shown = "".join(
        character
        if _writable(character, encoding)
        else _replacement(character, get_character_cell_size(character))
        for character in text
    )
    return shown if cell_len(shown) == cell_len(text) else _replaced_together(text, encoding)


def _replaced_together(text: str, encoding: str) -> str:
    """Replace characters that are drawn together: their width is that of the text up to them, less what is before."""
    shown, width = "", 0
    for end, character in enumerate(text, 1):
        room = max(0, cell_len(text[:end]) - width)
        shown += character if _writable(character, encoding) else _replacement(character, room)
        width += room
    return shown


def _writable(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _replacement(character: str, width: int) -> str:
    return ASCII.get(character) or "?" * width
