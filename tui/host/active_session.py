"""What exists only while a session with a host is open: it polls the host and runs commands on it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.errors import BackendError, ConnectionLost
from hvtui.backends.hosts.qualified import QualifiedSession
from hvtui.backends.operations.operation import operation_on_any
from hvtui.backends.operations.readings.host_details import cluster_nodes
from hvtui.backends.operations.readings.polling import Poller, PollingStopped, needs_a_person
from hvtui.backends.operations.runner import Runner
from hvtui.tui.host.disk_readings import DiskReadings
from hvtui.tui.host.earlier_writes import EarlierWrites
from hvtui.tui.text.problems import problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection
    from datetime import datetime
    from typing import Any

    from hvtui.backends.contract import Session
    from hvtui.backends.model import DiskReading, Inventory, VmId
    from hvtui.backends.operations.command import Command, Selection
    from hvtui.backends.operations.operation import Operations
    from hvtui.backends.operations.readings.polling import Pauses
    from hvtui.tui.host.earlier_writes import FindOperation
    from hvtui.tui.host.state_publisher import StatePublisher

    ReadElsewhere = Callable[[VmId], Awaitable[Inventory | None]]

SLOW_SECONDS = 5.0
"""Seconds after which the screen mentions a reading without an answer."""


class ActiveSession:
    def __init__(
        self,
        session: Session,
        publisher: StatePublisher,
        *,
        clock: Callable[[], datetime],
        pauses: Pauses | None,
        elsewhere: ReadElsewhere | None,
        find_operation: FindOperation | None,
    ) -> None:
        """`elsewhere` and `find_operation` as in `HostConnection`."""
        self.polls = 0
        """How many regular readings have succeeded."""
        self._session, self._publisher, self._elsewhere = session, publisher, elsewhere
        self._needs_person = False
        """Nothing may be sent to the host until a person asks for it: repeating a refused sign-in locks the account."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._disks_task: asyncio.Task[None] | None = None
        self._poller = Poller(
            session,
            show=self._take_inventory,
            attempted=self._take_attempt,
            watched=self._busy_highlighted,
            on_screen=publisher.vms_on_screen,
            pauses=pauses,
        )
        self._runner = Runner(
            session,
            read=self.read_vm,
            read_after=self._read_after,
            clock=clock,
            operations=publisher.operations,
        )
        self._disks = DiskReadings(session, clock=clock, show=self._take_disks)
        self._earlier = EarlierWrites(
            session,
            find_operation=find_operation or partial(operation_on_any, [publisher.operations]),
            ended=publisher.state.orphans,
            spawn=self._spawn,
            report=publisher.report,
        )

    async def run(self) -> None:
        """Poll until this is cancelled. A command that is running by then goes on."""
        try:
            await self._poller.run()
        finally:
            for task in self._tasks:
                task.cancel()

    def tick(self) -> None:
        """Publish whether the connection is lost or a reading is slow."""
        if self._needs_person:
            return
        lost, slow = self._session.reconnecting, self._poller.waiting_seconds
        self._publisher.publish(
            reconnecting=lost,
            capabilities=None if lost else self._session.capabilities,
            waiting_seconds=slow if slow > SLOW_SECONDS and not lost else 0.0,
            warning=self._session.warning,
        )

    @property
    def cluster(self) -> str:
        """The cluster on whose nodes VMs keep their ids; "" if the host is read by itself, or is in none."""
        return self._session.cluster if isinstance(self._session, QualifiedSession) else ""

    async def cluster_nodes(self) -> tuple[str, ...]:
        """Return the names of the nodes of the host's cluster. Raises `BackendError` if it has none."""
        return await cluster_nodes(self._session)

    # ---- reading ----

    def refresh(self) -> None:
        """Read everything as soon as possible, because a person asks for it."""
        self._session.allow_sign_in()
        self.read_again()
        self.read_disks(self._publisher.highlighted)

    def read_again(self) -> None:
        """Read everything as soon as possible, but the disks."""
        self._poller.refresh()

    def stop_trying(self) -> None:
        self._poller.stop()

    def _busy_highlighted(self) -> VmId | None:
        highlighted = self._publisher.highlighted
        return highlighted if self._publisher.state.is_busy(highlighted) else None

    async def read_vm(self, vm_id: VmId) -> Inventory:
        """Read one VM, and show it. Raises `BackendError`, also after `leave`: then nothing more may be sent."""
        if self._needs_person and (failure := self._publisher.state.failure):
            raise failure.with_traceback(None)
        if not self._publisher.left:
            found = await self._poller.read_vm(vm_id)
            if not self._publisher.left:
                return found
        raise ConnectionLost("The connection to this host was closed.")

    def _take_inventory(self, inventory: Inventory) -> None:
        publisher = self._publisher
        if publisher.left:
            return
        publisher.failure = None
        inventory = self._earlier.take(inventory)
        earlier, disk_key = publisher.state.inventory, publisher.disk_key
        if earlier:
            self._disks.forget_changed(earlier, inventory, keep=publisher.highlighted)
            publisher.publish(disk_readings=self._disks.all)
        publisher.publish(inventory=inventory, oldest_reading=self._poller.oldest_reading())
        publisher.publish(orphans=tuple(self._earlier.ended))
        publisher.publish_operations()
        if publisher.disk_key != disk_key:
            self.read_disks(publisher.highlighted)
        self._follow_merges(inventory)

    def _take_attempt(self, error: BackendError | None) -> None:
        publisher = self._publisher
        if publisher.left:
            return
        self._needs_person = error is not None and needs_a_person(error)
        never_shown = publisher.state.inventory is None and publisher.failure is None
        recovered = error is None and publisher.state.failure is not None
        publisher.publish(
            failure=error,
            retries=not self._needs_person,
            reconnecting=False,
            waiting_seconds=0.0,
            capabilities=None if self._needs_person else self._session.capabilities,
        )
        if recovered:
            self.read_disks(publisher.highlighted)
        if error is None:
            self.polls += 1
            self._look_for_outcomes()
            return
        if never_shown:
            publisher.failure = error
        if (never_shown or self._needs_person) and not isinstance(error, PollingStopped):
            publisher.add_problem(replace(problem(error), of_readings=True))

    # ---- disks, and the merges that they show ----

    def read_disks(self, vm_id: VmId | None) -> None:
        """Read the disks of the highlighted VM. An earlier reading of disks is cancelled."""
        if self._disks_task:
            self._disks_task.cancel()
        if vm_id is not None and self._publisher.state.capabilities is not None:
            self._disks_task = self._spawn(self._disks.read(vm_id))

    def _take_disks(self, reading: DiskReading) -> None:
        if not self._publisher.left:
            self._publisher.publish(disk_readings=self._disks.all)
            self._runner.take_disks(reading)

    def _follow_merges(self, inventory: Inventory) -> None:
        """Read the disks of VMs on which a merge has ended: they show how. Those of the highlighted VM are read anyway."""
        known = self._runner.merges_to_check
        self._runner.follow_merges(inventory)
        for vm_id in self._runner.merges_to_check - known:
            if vm_id != self._publisher.highlighted:
                self._spawn(self._disks.read(vm_id))

    # ---- commands, and outcomes that no reading has shown yet ----

    def start(self, command: Command, before: Selection) -> bool:
        """Run a command. Returns False if another one is running on the VM."""
        if before.disks is None:
            before = replace(before, disks=self._disks.disks_of(command.vm.id))
        return self._runner.start(command, before) is not None

    def look_again(self, vm_ids: Collection[VmId], operations: Operations | None = None) -> None:
        """Read these VMs for their open outcomes; `operations` as in `Runner.look_again`."""
        self._spawn(self._runner.look_again(vm_ids, operations))

    def _look_for_outcomes(self) -> None:
        """Read the VMs with open outcomes, once after each poll: such a reading starts no other one."""
        inventory = self._publisher.state.inventory
        busy = {orphan.vm_id for orphan in inventory.orphans if orphan.running} if inventory else set()
        if idle := self._publisher.operations.vms_with_open_outcomes - busy:
            self.look_again(idle)

    async def _read_after(self, vm_id: VmId) -> Inventory:
        """Read one VM on the host that it is on now. Raises `BackendError`, also if no node of its cluster lists it."""
        if self._elsewhere is None or not self.cluster:
            return await self.read_vm(vm_id)
        if (elsewhere := await self._elsewhere(vm_id)) is not None:
            return elsewhere
        found = await self.read_vm(vm_id)
        if found.vm(vm_id) is None and found.unread_of(vm_id) is None:
            raise BackendError("No node that was read has the VM.")
        return found

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
