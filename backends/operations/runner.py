"""Runs commands, one at a time for each VM. No command is replaced by another or sent twice."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError, OutcomeUnknown
from hvtui.backends.operations import preconditions
from hvtui.backends.operations.outcome import Findings, findings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hvtui.backends.contract import Session
    from hvtui.backends.model import CheckpointId, Inventory, VmId
    from hvtui.backends.operations.command import Command, ReadVm, Selection

REMEMBERED = 50
"""The number of finished operations that are kept."""
_log = logging.getLogger(__name__)


class Ending(StrEnum):
    DONE = "done"
    """If the operation has an error too, the host reported it after the effect."""
    PARTLY = "partly"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
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


class Runner:
    def __init__(
        self,
        session: Session,
        *,
        read: ReadVm,
        clock: Callable[[], datetime],
        changed: Callable[[], None] = lambda: None,
        ended: Callable[[Operation], None] = lambda operation: None,
    ) -> None:
        """`read` reads one VM. `changed` is called when `running` or `finished` changes, `ended` with each operation."""
        self.running: dict[VmId, Operation] = {}
        self.finished: deque[Operation] = deque(maxlen=REMEMBERED)
        """Ended operations, the newest first."""
        self._session, self._read, self._clock = session, read, clock
        self._changed, self._ended = changed, ended
        self._tasks: set[asyncio.Task[Operation]] = set()
        self._open_outcomes: list[Operation] = []
        """Operations whose answer was lost and whose outcome no reading has shown yet."""

    def start(self, command: Command, before: Selection) -> asyncio.Task[Operation] | None:
        """Start running a command. Returns None if another command is running on the VM."""
        if command.vm.id in self.running:
            return None
        operation = Operation(command=command, before=before, started=self._clock())
        self.running[command.vm.id] = operation
        task = asyncio.create_task(self._run(operation), name=f"{command.name} {command.vm.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._changed()
        return task

    @property
    def has_open_outcomes(self) -> bool:
        return bool(self._open_outcomes)

    async def look_again(self, inventory: Inventory) -> None:
        """Read the VMs of open outcomes again, except those on which `inventory` shows a running write."""
        busy = {orphan.vm_id for orphan in inventory.orphans if orphan.running}
        for operation in [*self._open_outcomes]:
            if operation.command.vm.id in busy or operation not in self._open_outcomes:
                continue
            self._open_outcomes.remove(operation)
            seen = await self._read_findings(operation)
            newer = replace(operation, findings=seen)
            if not seen.final:
                self._open_outcomes.append(newer)
            if operation in self.finished:
                self.finished[self.finished.index(operation)] = newer
                self._changed()

    async def _run(self, operation: Operation) -> Operation:
        command = operation.command
        _log.info("%s of VM %s: %s", command.name, command.vm.id, command.target)
        try:
            error, created = await self._attempt(operation)
            seen = await self._read_findings(operation)
        finally:
            del self.running[command.vm.id]
        ending = _ending(error)
        operation = replace(
            operation, ended=self._clock(), ending=ending, error=error, created=created, findings=seen
        )
        _log.info("%s of VM %s: %s", command.name, command.vm.id, ending.value, exc_info=error)
        if ending is Ending.UNKNOWN and not seen.final:
            self._open_outcomes.append(operation)
        self.finished.appendleft(operation)
        self._changed()
        self._ended(operation)
        return operation

    async def _attempt(self, operation: Operation) -> tuple[BackendError | None, CheckpointId | None]:
        command, before = operation.command, operation.before
        sent = False
        try:
            found = await self._read(command.vm.id)
            after = replace(before, inventory=found, running={})
            preconditions.check(command, before, after)
            sent = True
            return None, await command.send(self._session, self._read)
        except BackendError as error:
            return error, None
        except Exception as error:  # noqa: BLE001 - every operation must end, after any error
            _log.exception("%s of VM %s", command.name, command.vm.id)
            detail = f"{type(error).__name__}: {error}"
            if sent:
                return OutcomeUnknown(
                    "hvtui failed while it was waiting for the answer.", detail=detail
                ), None
            return BackendError(
                "Nothing was done: hvtui failed before anything was sent.", detail=detail
            ), None

    async def _read_findings(self, operation: Operation) -> Findings:
        try:
            found = await self._read(operation.command.vm.id)
            return findings(operation.command, operation.before, found)
        except BackendError as error:
            return Findings(error=error, final=False)
        except Exception as error:  # noqa: BLE001 - every operation must end, after any error
            _log.exception("the reading after %s", operation.command.name)
            failed = BackendError(
                "hvtui failed while it read the VM.", detail=f"{type(error).__name__}: {error}"
            )
            return Findings(error=failed, final=False)


def _ending(error: BackendError | None) -> Ending:
    if error is None:
        return Ending.DONE
    return Ending.UNKNOWN if isinstance(error, OutcomeUnknown) else Ending.FAILED
