"""Outside text made safe to show: the only way that a host's words reach the screen.

What comes out holds no markup, no control, bidi or zero-width characters, and is as wide as its cells say.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import takewhile
from unicodedata import category, combining

from rich.cells import cell_len, chop_cells, get_character_cell_size

ELLIPSIS = "…"

_NEVER_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Me"})

# Letters and marks by category, yet drawn as nothing: fillers, joiners, variation selectors.
_BLANK = frozenset(
    [
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    ]
)

_MARKS_ON_A_LETTER = 3
_NOTHING_TO_STAND_ON = "◌"


@lru_cache(maxsize=4096)
def safe(outside: str) -> str:
    """One line in which nothing is hidden: a right-to-left override is seen as its number, 202E, and so is a name of spaces."""
    blank = not outside.strip()
    if outside.isascii() and outside.isprintable() and not blank:
        return outside
    shown: list[str] = []
    marks = _MARKS_ON_A_LETTER  # none may stand at the start, where it would sit on our own drawing
    for character in outside:
        if combining(character) or category(character) == "Mn":
            if marks == _MARKS_ON_A_LETTER and not shown:
                shown.append(_NOTHING_TO_STAND_ON)
                marks = 0
            hidden = ord(character) in _BLANK or marks >= _MARKS_ON_A_LETTER
            marks += 1
        else:
            hidden = blank or category(character) in _NEVER_SHOWN or ord(character) in _BLANK
            marks = 0
        shown.append(_numbered(character) if hidden else character)
    return "".join(shown)


def _numbered(character: str) -> str:
    number = ord(character)
    return f"‹{number:02X}›" if number < 0x100 else f"‹{number:04X}›"


def lines(outside: str) -> list[str]:
    """Text that may have several lines, such as notes, each safe; blank ones at the ends are dropped."""
    return [safe(line.replace("\t", "    ").rstrip()) for line in outside.strip().splitlines()]


def shorten(shown: str, width: int) -> str:
    """At most `width` cells, ending in an ellipsis where something had to go."""
    if cell_len(shown) <= width:
        return shown
    room = width - 1
    if room < 0:
        return ""

    def fits(character: str) -> bool:
        nonlocal room
        room -= get_character_cell_size(character)
        return room >= 0

    return "".join(takewhile(fits, shown)) + ELLIPSIS


def fit(shown: str, width: int, *, right: bool = False) -> str:
    """Exactly `width` cells."""
    shown = shorten(shown, width)
    padding = " " * (width - cell_len(shown))
    return padding + shown if right else shown + padding


def wrapped(shown: str, width: int) -> list[str]:
    """In lines of at most `width` cells, broken between words where that can be."""
    done: list[str] = []
    line = ""
    for word in shown.split(" "):
        if cell_len(line) + bool(line) + cell_len(word) <= width:
            line = f"{line} {word}" if line else word
            continue
        *full, line = [*([line] if line else []), *chop_cells(word, max(2, width))] or [""]
        done += full
    return [*done, line]
