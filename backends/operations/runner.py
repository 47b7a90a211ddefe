"""Runs commands, one at a time for each VM. No command is replaced by another or sent twice."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.contract import Verb
from hvtui.backends.errors import (
    BackendError,
    OutcomeUnknown,
)
from hvtui.backends.operations import preconditions
from hvtui.backends.operations.disk_chains.chains import ownerless_links
from hvtui.backends.operations.operation import (
    Operation,
    Operations,
    ending_of,
    may_be_cached,
    may_merge,
)
from hvtui.backends.operations.outcome import Findings, findings
from hvtui.backends.operations.readings.after_delete import (
    EVENTS_SINCE,
    MergeState,
    events_of_delete,
    merge_result,
    merge_seen,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from hvtui.backends.contract import Session
    from hvtui.backends.model import DiskReading, Inventory, MergeEvent, VmDisks, VmId
    from hvtui.backends.operations.command import Command, Pause, ReadVm, Selection

DISKS_SECONDS = 15.0
"""How long disks are waited for that only help to tell the outcome of a command."""
EVENTS_SECONDS = 5.0
"""How long a delete waits for the merge events before it."""
_log = logging.getLogger(__name__)


class Runner:
    def __init__(
        self,
        session: Session,
        *,
        read: ReadVm,
        read_after: ReadVm | None = None,
        clock: Callable[[], datetime],
        operations: Operations | None = None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """`read` reads one VM on this host, `read_after` one after a command, on the host that it is on by then.

        `operations` are those of earlier sessions with the host, and get those of this one.
        `pause` waits for some seconds, until the host does not answer from a cache any more.
        """
        self.operations = operations or Operations()
        self._session, self._read, self._clock = session, read, clock
        self._read_after = read_after or read
        self._pause = pause
        self._tasks: set[asyncio.Task[Operation]] = set()

    def start(self, command: Command, before: Selection) -> asyncio.Task[Operation] | None:
        """Start running a command. Returns None if another command is running on the VM."""
        if command.vm.id in self.operations.running:
            return None
        operation = Operation(command=command, before=before, started=self._clock())
        task = asyncio.create_task(self._run(operation), name=f"{command.name} {command.vm.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.operations.begin(operation)
        return task

    async def look_again(self, vm_ids: Collection[VmId], operations: Operations | None = None) -> None:
        """Read these VMs again as far as outcomes of theirs are open.

        `operations` are those of the node that the VMs were on before, if it is another one.
        """
        operations = operations or self.operations
        for operation in operations.open:
            command = operation.command
            if command.vm.id not in vm_ids or command in operations.looked_for:
                continue
            operations.looked_for.append(command)
            try:
                seen = await self._looked_at(operation)
            finally:
                operations.looked_for.remove(command)
            operations.update(command, findings=seen.findings, ending=seen.ending)

    def follow_merges(self, inventory: Inventory) -> None:
        """Take from a reading whether the disks of deleted checkpoints are merging."""
        newest: set[VmId] = set()
        for operation in [*self.operations.finished]:
            vm = inventory.vm(operation.command.vm.id)
            if vm is None or inventory.unread_of(vm.id) or not may_merge(operation):
                continue
            since = inventory.taken - operation.ended if operation.ended and vm.id not in newest else None
            newest.add(vm.id)
            self.operations.update(operation.command, merge=merge_seen(operation.merge, vm, since))

    def take_disks(self, reading: DiskReading) -> None:
        """Take from a reading of a VM's disks how the merges of its deleted checkpoints ended."""
        next_before, disks = reading.events, reading.disks
        for operation in [*self.operations.finished]:
            if operation.command.vm.id == reading.vm_id and may_merge(operation):
                events = events_of_delete(reading.events, operation.events_before, next_before)
                result = merge_result(operation.merge, events, operation.before.disks, disks)
                self.operations.update(operation.command, merge=result.state)
                next_before = operation.events_before
                if disks and ownerless_links(disks):
                    disks = None  # the links may be left of this delete, not of an earlier one

    @property
    def merges_to_check(self) -> frozenset[VmId]:
        """The VMs with a merge that has ended, of which only their disks and events show how."""
        ended = (operation for operation in self.operations.finished if operation.merge is MergeState.ENDED)
        return frozenset(operation.command.vm.id for operation in ended)

    async def _run(self, operation: Operation) -> Operation:
        command = operation.command
        _log.info("%s of VM %s: %s", command.name, command.vm.id, command.target)
        try:
            operation = await self._looked_at(await self._attempt(operation))
        finally:
            del self.operations.running[command.vm.id]
        operation = replace(operation, ended=self._clock())
        ending = operation.ending.value if operation.ending else ""
        _log.info("%s of VM %s: %s", command.name, command.vm.id, ending, exc_info=operation.error)
        vm = operation.findings.vm if operation.findings else None
        if vm is not None and may_merge(operation):
            operation = replace(operation, merge=merge_seen(None, vm, timedelta()))
        self.operations.end(operation)
        return operation

    async def _attempt(self, operation: Operation) -> Operation:
        """Send the command, and return the operation with its error, or with the checkpoint that it created."""
        command, before = operation.command, operation.before
        sent_from = None
        try:
            await self._session.refresh_vm(command.vm.id)
            if command.disks_show_outcome(before):
                before = replace(before, disks=await self._read_disks(command) or before.disks)
            if command.verb is Verb.DELETE:
                operation = replace(operation, events_before=await self._read_events(command))
            found = await self._read(command.vm.id)
            if command.on_abandoned_backup and found.jobs is None:
                details = await self._session.host_details()
                found = replace(found, jobs=details.jobs if details else None)
            after = replace(before, inventory=found, running={})
            preconditions.check(command, before, after)
            sent_from = after
            created = await command.send(self._session, self._read, self._pause)
            return replace(operation, created=created, sent_from=sent_from)
        except BackendError as error:
            return replace(operation, error=error, sent_from=sent_from)
        except Exception as error:  # noqa: BLE001 - every operation must end, after any error
            _log.exception("%s of VM %s", command.name, command.vm.id)
            detail = f"{type(error).__name__}: {error}"
            failed: BackendError
            if sent_from is not None:
                failed = OutcomeUnknown("hvtui failed while it was waiting for the answer.", detail=detail)
            else:
                failed = BackendError(
                    "Nothing was done: hvtui failed before anything was sent.", detail=detail
                )
            return replace(operation, error=failed, sent_from=sent_from)

    async def _looked_at(self, operation: Operation) -> Operation:
        """Return the operation with what a reading shows of it now, and with its ending."""
        seen = await self._read_findings(operation)
        cached = self._session.capabilities.cache_seconds
        if cached and may_be_cached(operation, seen):
            await self._pause(cached)
            seen = await self._read_findings(operation)
        return replace(operation, findings=seen, ending=ending_of(operation, seen))

    async def _read_findings(self, operation: Operation) -> Findings:
        command = operation.command
        before = operation.sent_from or operation.before
        try:
            found = await self._read_after(command.vm.id)
            disks = None
            if operation.error is not None and before.disks and command.disks_show_outcome(before):
                disks = await self._read_disks(command)
            return findings(command, before, found, disks=disks, answered=operation.error is None)
        except BackendError as error:
            return Findings(error=error, final=False)
        except Exception as error:  # noqa: BLE001 - every operation must end, after any error
            _log.exception("the reading after %s", command.name)
            failed = BackendError(
                "hvtui failed while it read the VM.", detail=f"{type(error).__name__}: {error}"
            )
            return Findings(error=failed, final=False)

    async def _read_disks(self, command: Command) -> VmDisks | None:
        """Return the disks of the VM; None if they cannot be read in a short time."""
        try:
            async with asyncio.timeout(DISKS_SECONDS):
                return next(iter(await self._session.disks([command.vm.id])), None)
        except (BackendError, TimeoutError):
            _log.debug("the disks of VM %s for %s", command.vm.id, command.name, exc_info=True)
            return None

    async def _read_events(self, command: Command) -> tuple[MergeEvent, ...] | None:
        """Return the merge events of the VM; None if they cannot be read in a short time."""
        if Verb.EVENTS not in self._session.capabilities.verbs:
            return None
        try:
            async with asyncio.timeout(EVENTS_SECONDS):
                return await self._session.events([command.vm.id], since=self._clock() - EVENTS_SINCE)
        except (BackendError, TimeoutError):
            _log.debug("the events of VM %s before %s", command.vm.id, command.name, exc_info=True)
            return None
