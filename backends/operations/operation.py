"""A command that was given and how it ended, and all those that were given to a host."""

from __future__ import annotations

from collections import deque
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from hvtui.backends.contract import Verb
from hvtui.backends.errors import (
    Conflict,
    ConnectError,
    ConnectionLost,
    Effect,
    Missing,
    NoSpace,
    NotAllowed,
    OperationFailed,
    OutcomeUnknown,
    SettingsError,
    Unsupported,
)
from hvtui.backends.operations.command import FindingCode
from hvtui.backends.operations.safety import NotApplied

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Any

    from hvtui.backends.errors import BackendError
    from hvtui.backends.model import CheckpointId, MergeEvent, OrphanedWrite, VmId
    from hvtui.backends.operations.command import Command, Finding, Selection
    from hvtui.backends.operations.outcome import Findings
    from hvtui.backends.operations.readings.after_delete import MergeState

REMEMBERED = 50
"""The number of finished operations that are kept."""
_NOT_SENT = (ConnectError, ConnectionLost, SettingsError, Unsupported)
"""Errors of a write that was not sent."""
_REFUSALS = (*_NOT_SENT, NotAllowed, Missing, Conflict, NoSpace, NotApplied)
"""Errors that say for certain that their step had no effect. An earlier step may have had one."""


class Ending(StrEnum):
    DONE = "done"
    """If the operation has an error too, the host reported it after the effect."""
    PARTLY = "partly"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Operation(Struct, frozen=True, kw_only=True, eq=False):
    """A command that is running or has ended."""

    command: Command
    before: Selection
    """What the person saw when giving the command."""
    started: datetime
    ended: datetime | None = None
    ending: Ending | None = None
    """None while it is running."""
    error: BackendError | None = None
    created: CheckpointId | None = None
    """The checkpoint that the host said it created."""
    findings: Findings | None = None
    """What a reading after the command showed."""
    events_before: tuple[MergeEvent, ...] | None = None
    """The merge events of the VM before a delete was sent; None if they were not read."""
    sent_from: Selection | None = None
    """The last reading before the command was sent; None if it was not sent."""
    merge: MergeState | None = None
    """The merge of the disks after a delete that is done; None if none was seen."""


class Watcher(Protocol):
    def publish_operations(self) -> None:
        """Take a change of the running or finished operations."""

    def take_ended(self, operation: Operation) -> None:
        """Take an operation that has just ended."""


class Operations:
    """The operations on a host. They outlive the session in which they were started."""

    def __init__(self) -> None:
        self.running: dict[VmId, Operation] = {}
        self.finished: deque[Operation] = deque(maxlen=REMEMBERED)
        """Ended operations, the newest first."""
        self.looked_for: list[Command] = []
        """The commands for whose outcome the VM is being read."""
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        self._watchers.append(watcher)

    def unwatch(self, watcher: Watcher) -> None:
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    @property
    def open(self) -> list[Operation]:
        """The operations whose outcome no reading has shown yet, the oldest first."""
        return [operation for operation in reversed(self.finished) if is_open(operation)]

    @property
    def vms_with_open_outcomes(self) -> frozenset[VmId]:
        """The VMs of operations whose outcome no reading has shown yet."""
        return frozenset(operation.command.vm.id for operation in self.open)

    def operation_of(self, vm_id: VmId, sent_at: datetime) -> Operation | None:
        """Return the operation that may have sent a write to the VM at that time, and whose outcome is not known."""
        for operation in (*self.running.values(), *self.finished):
            if (
                operation.command.vm.id == vm_id
                and operation.ending in (None, Ending.UNKNOWN)
                and operation.started <= sent_at
                and (operation.ended is None or sent_at <= operation.ended)
            ):
                return operation
        return None

    def settle(self, operation: Operation, record: OrphanedWrite) -> None:
        """Take the outcome of its write from the record that a server keeps of it, unless a reading of the VM contradicts it."""
        seen = operation.findings
        if seen is None:
            return
        error = None
        if not record.succeeded:
            error = OperationFailed(record.words or "The server reported that the job failed.")
        elif not all(found.effect is Effect.DONE or _is_more(found) for found in seen.findings):
            return
        ending = ending_of(replace(operation, error=error), seen)
        self.update(operation.command, error=error, ending=ending)

    def begin(self, operation: Operation) -> None:
        self.running[operation.command.vm.id] = operation
        self._changed()

    def end(self, operation: Operation) -> None:
        self.finished.appendleft(operation)
        self._changed()
        for watcher in [*self._watchers]:
            watcher.take_ended(operation)

    def update(self, command: Command, **changes: Any) -> None:
        """Keep what a later reading shows of the operation with this command, if it is still remembered."""
        for index, known in enumerate(self.finished):
            if known.command is command and any(
                getattr(known, name) is not value for name, value in changes.items()
            ):
                self.finished[index] = replace(known, **changes)
                self._changed()

    def _changed(self) -> None:
        for watcher in [*self._watchers]:
            watcher.publish_operations()


def operation_on_any(
    hosts: Iterable[Operations], vm_id: VmId, sent_at: datetime
) -> tuple[Operations, Operation] | None:
    """Return the operation that `Operations.operation_of` finds on one of the hosts, after all those of that host."""
    found = ((operations, operations.operation_of(vm_id, sent_at)) for operations in hosts)
    return next(((operations, operation) for operations, operation in found if operation), None)


def may_be_cached(operation: Operation, seen: Findings) -> bool:
    """Return whether the reading may be older than the command: the host may list checkpoints from a cache."""
    if operation.sent_from is None or isinstance(operation.error, _REFUSALS):
        return False
    lists = operation.command.on_checkpoint or operation.command.creates_checkpoint
    return lists and seen.effect in (Effect.NONE, Effect.PARTLY)


def may_merge(operation: Operation) -> bool:
    """Return whether it deleted a checkpoint, whose disks the host then merges."""
    deleted = operation.command.verb is Verb.DELETE and operation.ending not in (None, Ending.FAILED)
    return deleted and operation.sent_from is not None


def is_open(operation: Operation) -> bool:
    """Return whether a later reading may show the outcome."""
    seen = operation.findings
    return operation.ending is Ending.UNKNOWN and seen is not None and not seen.final


def ending_of(operation: Operation, seen: Findings) -> Ending:
    """Return how an operation ended, by its error and by what was seen after it."""
    error = operation.error
    if error is None:
        return Ending.PARTLY if any(map(_is_more, seen.findings)) else Ending.DONE
    if isinstance(error, OutcomeUnknown):
        return Ending.UNKNOWN
    if operation.sent_from is None or isinstance(error, _NOT_SENT):
        return Ending.FAILED
    effect = seen.effect if seen.effect is not None else error.effect
    if effect is Effect.NONE and not seen.final:
        effect = None  # what the host saw at first may have changed since
    if effect is None:
        return Ending.FAILED if isinstance(error, _REFUSALS) else Ending.UNKNOWN
    return _ENDINGS[effect]


def _is_more(found: Finding) -> bool:
    return found.code is FindingCode.MORE_DELETED


_ENDINGS = {Effect.DONE: Ending.DONE, Effect.PARTLY: Ending.PARTLY, Effect.NONE: Ending.FAILED}
