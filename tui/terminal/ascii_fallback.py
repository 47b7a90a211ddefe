"""For a terminal that cannot write all we draw: every character it lacks gets a stand-in of the same width."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import get_character_cell_size
from rich.segment import Segment
from textual.filter import LineFilter

from hvtui.tui.terminal.theme import ASCII

if TYPE_CHECKING:
    from textual.color import Color

FEW_GLYPHS = ("linux", "vt100", "vt102", "vt220", "ansi")
"""Terminals whose encoding may be UTF-8 and whose font is not."""


class StandIns(LineFilter):
    """Put after an app's other line filters. Works on what is painted, so no widget need know of it."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._of = lru_cache(maxsize=4096)(lambda text: _stand_in(text, encoding))

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(self._of(text), style, control) if not text.isascii() else segment
            for segment in segments
            for text, style, control in (segment,)
        ]


def stand_ins(encoding: str | None, term: str = "") -> StandIns | None:
    """The filter that this terminal needs, if any."""
    if term in FEW_GLYPHS:
        return StandIns("latin-1")
    try:
        "".join(ASCII).encode(encoding or "ascii")
    except UnicodeEncodeError:
        return StandIns(encoding or "ascii")
    except LookupError:
        return StandIns("ascii")
    return None


def _stand_in(text: str, encoding: str) -> str:
    return "".join(character if _writable(character, encoding) else _poorer(character) for character in text)


def _writable(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _poorer(character: str) -> str:
    return ASCII.get(character) or "?" * get_character_cell_size(character)
