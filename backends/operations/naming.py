"""What a checkpoint may be called, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category

from hvtui.backends.limits import MAX_NAME_UNITS, cut, units

if TYPE_CHECKING:
    from datetime import datetime


def wrong_with(name: str) -> str | None:
    """Why a checkpoint cannot be called that; None when it can."""
    if not name.strip():
        return "A name is needed."
    if units(name) > MAX_NAME_UNITS:
        return f"At most {MAX_NAME_UNITS} characters: this has {units(name)}."
    if any(category(character) in ("Cc", "Cs") for character in name):
        return "No control characters."
    return None


def visible(name: str) -> str:
    """A host's name as a field may hold it."""
    return "".join(" " if category(character) in ("Cc", "Cs") else character for character in name)


def before_applying(name: str, now: datetime) -> str:
    """What the safety checkpoint is called, unless the person says otherwise."""
    head, tail = "Before applying ", f" – {now.astimezone():%Y-%m-%d %H:%M}"
    return head + cut(visible(name), MAX_NAME_UNITS - units(head + tail)) + tail
