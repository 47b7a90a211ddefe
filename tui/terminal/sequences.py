"""Cuts what a terminal sends into whole sequences, and drops those that are no keys.

A bad line delivers the bytes of a key one by one. And a terminal answers queries, perhaps late, or those of a program
that has ended. Textual would take the letters of half a key, and those of an answer that it does not know, for keys.
"""

from __future__ import annotations

import re

LINE_SECONDS = 2.0
"""How long the rest of a sequence may take over a bad line."""
ESC = "\x1b"
_ANSWER = re.compile(
    r"""
    \x1b\[(?!\?\d+;\d\$y) [?>=] [0-?]* [ -/]* [@-~]  # of the terminal itself; the modes that Textual asks for are let through
    | \x1b\[ [\d;]* [cnx]
    | \x1b\[(?!48;) [\d;]* t                         # of its window; its size, with 48, is let through
    | \x1b(?:\]\d | P[\d>!|+$=]) [^\x07\x1b]* (?:\x07 | \x1b\\ | (?=\x1b[^\\]))  # a colour, the clipboard, a version
    """,
    re.VERBOSE,
)
_BEGUN = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*|O|\](?:\d[^\x07\x1b]*\x1b?)?|P(?:[\d>!|+$=][^\x07\x1b]*\x1b?)?)?\Z"
)


class Sequences:
    """Holds back a sequence that has begun until it is whole."""

    def __init__(self) -> None:
        self.begun = ""
        """What is held back; ESC alone may be the key Escape."""

    def take(self, received: str) -> str:
        """Return what is whole and no answer."""
        text = _ANSWER.sub("", self.begun + received)
        begun = _BEGUN.search(text)
        end = begun.start() if begun else len(text)
        self.begun = text[end:]
        return text[:end]

    def give_up(self) -> str:
        """Return what is left of a sequence that is never completed: a letter typed with Alt, or nothing."""
        begun, self.begun = self.begun, ""
        return begun if len(begun) <= len(ESC + "[") else ""
