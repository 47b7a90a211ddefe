"""The words of a filter: each is a question about a VM.

The answer is None where it is not known: the checkpoints were not read, or the host does not tell a property.
"""

from __future__ import annotations

import operator
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Final

from msgspec import Struct

from hvtui.backends.limits import is_plausible
from hvtui.backends.model import CheckpointKind, VmState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hvtui.backends.model import Checkpoint, Vm
    from hvtui.backends.operations.filtering.facts import Facts, Severity

COMPARISONS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}
KINDS: Final[Mapping[str, frozenset[CheckpointKind]]] = {
    "backup": frozenset({CheckpointKind.RECOVERY}),
    "replica": frozenset(
        {CheckpointKind.REPLICA, CheckpointKind.APP_CONSISTENT_REPLICA, CheckpointKind.SYNCED_REPLICA}
    ),
    "automatic": frozenset({CheckpointKind.STANDARD}),
    "standard": frozenset({CheckpointKind.STANDARD}),
    "planned": frozenset({CheckpointKind.PLANNED}),
    "missing": frozenset({CheckpointKind.MISSING}),
}
_KIND_NOT_KNOWN = frozenset({CheckpointKind.NOT_TOLD, CheckpointKind.UNKNOWN})


class Word(Struct, frozen=True):
    RANK: ClassVar[int] = 1
    """Words that take long have a high rank: they are asked last."""

    def answer(self, vm: Vm, facts: Facts) -> bool | None:
        raise NotImplementedError


class Name(Word, frozen=True):
    RANK: ClassVar[int] = 0
    text: str
    """Casefolded."""

    def answer(self, vm: Vm, facts: Facts) -> bool | None:
        return self.text in vm.name.casefold()


class OnHost(Word, frozen=True):
    text: str
    """A part of the name of the host or of its cluster, casefolded."""

    def answer(self, vm: Vm, facts: Facts) -> bool | None:
        host = facts.inventory.host_of(vm)
        return self.text in host.name.casefold() or self.text in host.cluster.casefold()


class InState(Word, frozen=True):
    beginning: str
    """Of the state, as `normalized` returns it; "critical" finds every critical one."""

    @property
    def is_known(self) -> bool:
        """Whether a state that hvtui knows begins so. A host may have others."""
        states = (f"{normalized(state)}critical" for state in VmState)
        return self.beginning == "critical" or any(state.startswith(self.beginning) for state in states)

    def answer(self, vm: Vm, facts: Facts) -> bool | None:
        if vm.state is VmState.UNKNOWN and not vm.state_text:
            asked_for = bool(self.beginning) and "unknown".startswith(self.beginning)
            return True if asked_for else None
        if vm.critical and self.beginning == "critical":
            return True
        state = vm.state_text if vm.state is VmState.UNKNOWN else vm.state.value
        return normalized(f"{state}{'critical' if vm.critical else ''}").startswith(self.beginning)


class Count(Word, frozen=True):
    comparison: str
    number: int

    def answer(self, vm: Vm, facts: Facts) -> bool | None:
        if facts.inventory.unread_of(vm.id) is not None:
            return None
        return COMPARISONS[self.comparison](len(facts.inventory.checkpoints_of(vm.id)), self.number)


class Older(Word, frozen=True):
    """The VM has a checkpoint of at least this age."""

    seconds: float

    def answer(self, vm: Vm, facts: Facts) -> bool | None:
        return _any(vm, facts, lambda checkpoint: self._is_old(checkpoint, facts))

    def _is_old(self, checkpoint: Checkpoint, facts: Facts) -> bool | None:
        if not is_plausible(checkpoint.created):
            return None
        return (facts.now - checkpoint.created).total_seconds() >= self.seconds


class Newer(Word, frozen=True):
    """The VM has a checkpoint below this age."""

    seconds: float

    def answer(self, vm: Vm, facts: Facts) -> bool | None:
        return _any(vm, facts, lambda checkpoint: self._is_new(checkpoint, facts))

    def _is_new(self, checkpoint: Checkpoint, facts: Facts) -> bool | None:
        if not is_plausible(checkpoint.created):
            return None
        return (facts.now - checkpoint.created).total_seconds() < self.seconds


class OfKind(Word, frozen=True):
    """The VM has a checkpoint of this kind, one of `KINDS`; "" is none of them."""

    kind: str

    def answer(self, vm: Vm, facts: Facts) -> bool | None:
        return _any(vm, facts, self._is_of_kind)

    def _is_of_kind(self, checkpoint: Checkpoint) -> bool | None:
        if checkpoint.kind in _KIND_NOT_KNOWN:
            return None
        if checkpoint.kind is CheckpointKind.STANDARD:
            return self.kind == ("automatic" if checkpoint.automatic else "standard")
        return checkpoint.kind in KINDS.get(self.kind, ())


class WithMemory(Word, frozen=True):
    """The VM has a checkpoint with memory, or has none."""

    wanted: bool

    def answer(self, vm: Vm, facts: Facts) -> bool | None:
        found = _any(vm, facts, lambda checkpoint: checkpoint.with_memory)
        return None if found is None else found is self.wanted


class Marked(Word, frozen=True):
    """There is a concern about the VM, of at least this severity, as far as is known."""

    RANK: ClassVar[int] = 2
    severity: Severity

    def answer(self, vm: Vm, facts: Facts) -> bool | None:
        return facts.severity(vm) >= self.severity


class NotKnown(Word, frozen=True):
    """The answer to another word is not known."""

    word: Word

    def answer(self, vm: Vm, facts: Facts) -> bool | None:
        return self.word.answer(vm, facts) is None


@lru_cache(maxsize=256)
def normalized(state: str) -> str:
    """Return a state without case, spaces and hyphens: ``FastSaved``, ``fast saved`` and ``fast-saved`` are equal."""
    return state.casefold().replace(" ", "").replace("-", "")


def _any(vm: Vm, facts: Facts, asks: Callable[[Checkpoint], bool | None]) -> bool | None:
    """Return whether the answer for one of the VM's checkpoints is yes; that none is has to be known of all."""
    if facts.inventory.unread_of(vm.id) is not None:
        return None
    every: bool | None = False
    for checkpoint in facts.inventory.checkpoints_by_vm.get(vm.id, ()):
        answer = asks(checkpoint)
        if answer:
            return True
        if answer is None:
            every = None
    return every
