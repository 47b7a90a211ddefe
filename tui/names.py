"""What a checkpoint may be called, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category

from textual.validation import ValidationResult, Validator

if TYPE_CHECKING:
    from datetime import datetime

MOST_UNITS = 100
"""Of UTF-16, as Hyper-V counts."""


def wrong_with(name: str) -> str | None:
    """Why a checkpoint cannot be called that; None when it can."""
    if not name.strip():
        return "A name is needed."
    if units(name) > MOST_UNITS:
        return f"At most {MOST_UNITS} characters: this has {units(name)}."
    if any(category(character) in ("Cc", "Cs") for character in name):
        return "No control characters."
    return None


def units(name: str) -> int:
    return sum(1 + (ord(character) > 0xFFFF) for character in name)


def cut(name: str, most: int) -> str:
    """As much of its beginning as fits into so many UTF-16 units."""
    while units(name) > most:
        name = name[:-1]
    return name


def visible(name: str) -> str:
    """A host's name as a field may hold it."""
    return "".join(" " if category(character) in ("Cc", "Cs") else character for character in name)


def before_applying(name: str, now: datetime) -> str:
    """What the safety checkpoint is called, unless the person says otherwise."""
    head, tail = "Before applying ", f" – {now.astimezone():%Y-%m-%d %H:%M}"
    return head + cut(visible(name), MOST_UNITS - units(head + tail)) + tail


class NameRules(Validator):
    def validate(self, value: str) -> ValidationResult:
        wrong = wrong_with(value)
        return self.failure(wrong) if wrong else self.success()
