"""Converts text from outside to `SafeText`, which is safe to draw.

A `SafeText` contains no control, bidi or zero-width characters, and its width is known. Widgets accept only this type;
mypy checks that. Textual receives it as `Content` or as segments, never as a string that it would parse as markup.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, NewType
from unicodedata import category, combining

from rich.cells import cell_len, chop_cells, get_character_cell_size

if TYPE_CHECKING:
    from collections.abc import Sequence

SafeText = NewType("SafeText", str)
"""Text that is safe to draw: our own, or from `safe`."""
EMPTY = SafeText("")
ELLIPSIS = "…"

_NEVER_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Me"})

# Letters and marks by category that are drawn as nothing: fillers, joiners, variation selectors.
_BLANK = frozenset(
    [
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    ]
)

_MAX_MARKS = 3
_MARK_BASE = "◌"


@lru_cache(maxsize=4096)
def safe(outside: str) -> SafeText:
    """Return the text as one line in which every character is visible.

    Invisible characters, such as control characters, are shown as character numbers. So is text that is only spaces.
    """
    blank = not outside.strip()
    if outside.isascii() and outside.isprintable() and not blank:
        return SafeText(outside)
    shown: list[str] = []
    marks = _MAX_MARKS  # no mark is allowed at the start, where it would combine with our own characters
    for character in outside:
        if combining(character) or category(character) == "Mn":
            if marks == _MAX_MARKS and not shown:
                shown.append(_MARK_BASE)
                marks = 0
            hidden = ord(character) in _BLANK or marks >= _MAX_MARKS
            marks += 1
        else:
            hidden = blank or category(character) in _NEVER_SHOWN or ord(character) in _BLANK
            marks = 0
        shown.append(_numbered(character) if hidden else character)
    return SafeText("".join(shown))


def _numbered(character: str) -> str:
    number = ord(character)
    return f"‹{number:02X}›" if number < 0x100 else f"‹{number:04X}›"


def compose(template: str, **values: object) -> SafeText:
    """Fill one of our templates, as `str.format` does, with values that may come from outside."""
    return SafeText(template.format(**{name: safe(str(value)) for name, value in values.items()}))


def lines(outside: str) -> list[SafeText]:
    """Return the lines of a text such as notes, each made safe, without blank lines at both ends."""
    return [safe(line.replace("\t", "    ").rstrip()) for line in outside.strip().splitlines()]


def shorten(shown: SafeText, width: int) -> SafeText:
    """Cut the text to at most `width` cells, with an ellipsis at the end if something was cut."""
    if cell_len(shown) <= width:
        return shown
    room = width - 1
    if room < 0:
        return EMPTY

    def fits(character: str) -> bool:
        nonlocal room
        room -= get_character_cell_size(character)
        return room >= 0

    return SafeText("".join(takewhile(fits, shown)) + ELLIPSIS)


def fit(shown: SafeText, width: int, *, right: bool = False) -> SafeText:
    """Cut or pad the text to exactly `width` cells; with `right`, pad it on the left."""
    shown = shorten(shown, width)
    padding = " " * (width - cell_len(shown))
    return SafeText(padding + shown if right else shown + padding)


def first_that_fits(texts: Sequence[SafeText], width: int) -> SafeText:
    """Return the first of these of at most `width` cells, or the last of them."""
    return next((each for each in texts if cell_len(each) <= width), texts[-1])


def wrapped(shown: SafeText, width: int) -> list[SafeText]:
    """Break the text into lines of at most `width` cells, between words where possible."""
    done: list[str] = []
    line = ""
    for word in shown.split(" "):
        if cell_len(line) + bool(line) + cell_len(word) <= width:
            line = f"{line} {word}" if line else word
            continue
        *full, line = [*([line] if line else []), *chop_cells(word, max(2, width))] or [""]
        done += full
    return [SafeText(each) for each in (*done, line)]
