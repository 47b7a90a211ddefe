"""The sentences for a filter that nothing matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.filtering.words import InState
from hvtui.tui.text.safe import EMPTY, SafeText, compose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import Host, Vm
    from hvtui.backends.operations.filtering.choosing import Choice
    from hvtui.backends.operations.filtering.parsing import Filter


_STATES = (
    "running", "off", "saved", "paused", "critical", "starting", "stopping", "saving", "pausing", "resuming",
    "fast-saved", "hibernated",
)  # fmt: skip
"""The usual states, the most frequent first: a narrow list has no room for all of them."""


def none_match_text(text: str, wanted: Filter, choice: Choice, hosts: Sequence[Host]) -> SafeText:
    """Return that no VM matches, of how many this is not known, and how many of several hosts are not connected."""
    by_name = wanted.by_name is not None
    said = compose("No name contains “{text}”." if by_name else "No VM matches “{text}”.", text=text)
    # The longest is the last one: a small list has no room for all of them.
    others = (undecided_text(choice.undecided), not_connected_text(hosts), known_states_text(wanted))
    return SafeText(" ".join(words for words in (said, *others) if words))


def known_states_text(wanted: Filter) -> SafeText:
    """Return the usual states, as a sentence, if the filter asks for one that hvtui does not know; "" if not."""
    asked = [term.word for term in wanted.terms if isinstance(term.word, InState) and not term.negated]
    if all(word.is_known for word in asked):
        return EMPTY
    return SafeText(f"Known states: {', '.join(_STATES)}.")


def not_connected_text(hosts: Sequence[Host]) -> SafeText:
    """Return how many of several hosts cannot be read now, as a sentence; "" if there are none."""
    match sum(bool(host.trouble) for host in hosts):
        case 0:
            return EMPTY
        case 1:
            return SafeText(f"1 of {len(hosts)} hosts is not connected: it may have more VMs.")
        case number:
            return SafeText(f"{number} of {len(hosts)} hosts are not connected: they may have more VMs.")


def undecided_text(undecided: Sequence[Vm]) -> SafeText:
    """Return of how many VMs it is not known whether they match, as a sentence; "" if there are none."""
    match len(undecided):
        case 0:
            return SafeText("")
        case 1:
            return SafeText("Whether 1 VM matches is not known.")
        case number:
            return SafeText(f"Whether {number} VMs match is not known.")
