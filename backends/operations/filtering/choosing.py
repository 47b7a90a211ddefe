"""Applies a filter to the VMs of a reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.operations.filtering.words import Marked, Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import Vm
    from hvtui.backends.operations.filtering.facts import Facts
    from hvtui.backends.operations.filtering.parsing import Filter, Term


class Choice(Struct, frozen=True):
    vms: Sequence[Vm]
    """Those that match, in the order of the reading."""
    undecided: Sequence[Vm] = ()
    """Those of which it is not known whether they match."""


def choose(wanted: Filter, facts: Facts, *, with_marks: bool = True) -> Choice:
    """Return the VMs that match the filter; without `with_marks`, as far as the words that need no concerns say."""
    vms = facts.inventory.vms
    terms = sorted(wanted.terms, key=lambda term: term.word.RANK)
    indexes: Sequence[int] = range(len(vms))
    others: list[Term] = []
    for term in terms:
        if isinstance(term.word, Name):
            text, excluded, names = term.word.text, term.negated, facts.names
            indexes = [index for index in indexes if (text in names[index]) is not excluded]
        elif with_marks or not isinstance(term.word, Marked):
            others.append(term)
    if not others:
        return Choice(vms if len(indexes) == len(vms) else [vms[index] for index in indexes])
    found: list[Vm] = []
    undecided: list[Vm] = []
    for index in indexes:
        answer = _answer(vms[index], others, facts)
        if answer is not False:
            (undecided if answer is None else found).append(vms[index])
    return Choice(found, undecided)


def needs_marks(wanted: Filter) -> bool:
    """Return whether the filter asks about concerns, some of which are known only once the disks were read."""
    return any(isinstance(term.word, Marked) for term in wanted.terms)


def _answer(vm: Vm, terms: Sequence[Term], facts: Facts) -> bool | None:
    """Return whether all terms are true of the VM; one that is false decides, even where others are not known."""
    known = True
    for term in terms:
        answer = term.word.answer(vm, facts)
        if answer is None:
            known = False
        elif answer is term.negated:
            return False
    return True if known else None
