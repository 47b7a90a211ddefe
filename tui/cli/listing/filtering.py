"""The filter of a command line: read, and held against the VM that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError, SettingsError
from hvtui.backends.operations.filtering.parsing import parse
from hvtui.tui.text.filtering.mistakes import mistake_text

if TYPE_CHECKING:
    from hvtui.backends.model import Vm
    from hvtui.backends.operations.filtering.choosing import Choice
    from hvtui.backends.operations.filtering.parsing import Filter


def filter_of(text: str) -> Filter:
    """Return the filter. Raises `SettingsError` if a word of it cannot be understood."""
    wanted = parse(text)
    if wanted.mistakes:
        words = " ".join(mistake_text(mistake) for mistake in wanted.mistakes)
        raise SettingsError(f"The filter cannot be used. {words}", hint="See: hvtui help filter")
    return wanted


def require_match(vm: Vm, choice: Choice) -> None:
    """Raise an error unless the filter chose this VM."""
    if any(each.id == vm.id for each in choice.undecided):
        raise BackendError(f"Whether the VM “{vm.name}” matches the filter is not known.")
    if all(each.id != vm.id for each in choice.vms):
        raise SettingsError(f"The VM “{vm.name}” does not match the filter.")
