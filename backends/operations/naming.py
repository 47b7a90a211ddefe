"""The rules for names of checkpoints, and the suggested names."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category

from hvtui.backends.limits import MAX_NAME_UNITS, truncate, utf16_length
from hvtui.backends.operations.actions import Reason, ReasonCode

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, Vm

_NOT_ALLOWED = ("Cc", "Cs")


def name_problem(name: str) -> Reason | None:
    """Return why a checkpoint cannot have this name; None if it can."""
    if not name.strip():
        return Reason(code=ReasonCode.NAME_EMPTY)
    if utf16_length(name) > MAX_NAME_UNITS:
        return Reason(code=ReasonCode.NAME_TOO_LONG, limit=MAX_NAME_UNITS, count=utf16_length(name))
    if any(category(character) in _NOT_ALLOWED for character in name):
        return Reason(code=ReasonCode.NAME_CONTROL_CHARACTERS)
    return None


def editable(name: str) -> str:
    """Return the name with control characters replaced by spaces, so that it can be edited in an input field."""
    return "".join(" " if category(character) in _NOT_ALLOWED else character for character in name)


def default_name(vm: Vm, now: datetime) -> str:
    """Return the suggested name of a new checkpoint: the VM's name and the local time of this computer."""
    tail = _time_suffix(now)
    return truncate(editable(vm.name), MAX_NAME_UNITS - utf16_length(tail)) + tail


def safety_name(checkpoint: Checkpoint, now: datetime) -> str:
    """Return the suggested name of the safety checkpoint that is created before `checkpoint` is applied."""
    head, tail = "Before applying ", _time_suffix(now)
    return head + truncate(editable(checkpoint.name), MAX_NAME_UNITS - utf16_length(head + tail)) + tail


def _time_suffix(now: datetime) -> str:
    return f" – {now.astimezone():%Y-%m-%d %H:%M}"
