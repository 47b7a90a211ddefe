"""The sentences for a filter that nothing matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.tui.text.safe import SafeText, compose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import Vm
    from hvtui.backends.operations.filtering.choosing import Choice
    from hvtui.backends.operations.filtering.parsing import Filter


def none_match_text(text: str, wanted: Filter, choice: Choice) -> SafeText:
    """Return that no VM matches, and of how many this is not known."""
    if wanted.by_name is not None:
        return compose("No name contains “{text}”.", text=text)
    said = compose("No VM matches “{text}”.", text=text)
    return SafeText(f"{said} {undecided_text(choice.undecided)}".rstrip())


def undecided_text(undecided: Sequence[Vm]) -> SafeText:
    """Return of how many VMs it is not known whether they match, as a sentence; "" if there are none."""
    match len(undecided):
        case 0:
            return SafeText("")
        case 1:
            return SafeText("Whether 1 VM matches is not known.")
        case number:
            return SafeText(f"Whether {number} VMs match is not known.")
