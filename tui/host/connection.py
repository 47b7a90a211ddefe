"""The connection to the host on screen: polls it, runs commands, and publishes its state as a frozen `HostState`."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, nullcontext, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.errors import BackendError, ConnectionLost
from hvtui.backends.hosts.qualified import QualifiedSession
from hvtui.backends.hosts.sessions import open_session
from hvtui.backends.operations import orphans
from hvtui.backends.operations.command import Selection
from hvtui.backends.operations.readings.host_details import cluster_nodes
from hvtui.backends.operations.readings.polling import Pauses, Poller, PollingStopped, needs_a_person
from hvtui.backends.operations.runner import Runner
from hvtui.tui.host.disk_readings import DiskReadings
from hvtui.tui.host.earlier_writes import EarlierWrites
from hvtui.tui.host.state import HostState
from hvtui.tui.text.problems import Problem, operation_problem, problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from typing import Any

    from hvtui.backends.contract import Session
    from hvtui.backends.hosts.target import Target
    from hvtui.backends.model import CheckpointId, DiskReading, Inventory, VmId
    from hvtui.backends.operations.command import Command
    from hvtui.backends.operations.operation import Operation
    from hvtui.tui.host.state import Viewer

    ReadElsewhere = Callable[[VmId], Awaitable[Inventory | None]]

CLOSE_SECONDS = 0.45
"""Seconds that closing the session may take while a person waits for it."""
SLOW_SECONDS = 5.0
"""Seconds after which the screen mentions a reading without an answer."""


class HostConnection:
    def __init__(
        self,
        target: Target,
        clock: Callable[[], datetime],
        pauses: Pauses | None = None,
        *,
        one_of_several: bool = False,
        opening: AbstractAsyncContextManager[None] | None = None,
        elsewhere: ReadElsewhere | None = None,
    ) -> None:
        """`one_of_several` as in `open_session`.

        `elsewhere` reads a VM of its cluster on another node, and returns None if it is not known to be on one.
        The session is opened within `opening`, which may wait for other hosts and raise `BackendError`.
        """
        self._opening = opening or nullcontext()
        self.target, self._pauses, self._one_of_several = target, pauses, one_of_several
        self._elsewhere = elsewhere
        self.clock = clock
        self.state = HostState()
        self.failure: BackendError | None = None
        """The error that kept the screen from showing any data of the host; None if there is none."""
        self.opened = asyncio.Event()
        """Set when the session is open, or when `failure` says why it could not be opened."""
        self.polls = 0
        """How many regular readings have succeeded."""
        self._viewer: Viewer | None = None
        self._session: Session | None = None
        self._poller: Poller | None = None
        self._runner: Runner | None = None
        self._needs_person = False
        """Nothing may be sent to the host until a person asks for it: repeating a refused sign-in locks the account."""
        self._disconnected = False
        self._nobody_waits = False
        self._earlier: EarlierWrites | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._disks: DiskReadings | None = None
        self._disks_task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Connect, poll until this is cancelled, and close the session."""
        closing = AsyncExitStack()
        try:
            try:
                async with self._opening:
                    session = await closing.enter_async_context(
                        open_session(self.target, one_of_several=self._one_of_several)
                    )
            except BackendError as error:
                self.failure = error
                return
            finally:
                if self._disconnected or self.failure:
                    self.opened.set()
            if not self._disconnected:
                poller = self._start_session(session)
                self.opened.set()
                await poller.run()
        finally:
            self._session = None
            for task in self._tasks:
                task.cancel()
            with suppress(TimeoutError):
                async with asyncio.timeout(None if self._nobody_waits else CLOSE_SECONDS):
                    await closing.aclose()

    def leave(self) -> None:
        """Publish nothing from now on, even if operations are still running. Cancel `run` after this call."""
        self._disconnected = True

    def hang_up(self) -> None:
        """Remove the time limit of closing the session: the terminal is gone, so no person waits for it."""
        self._nobody_waits = True

    def attach(self, viewer: Viewer) -> None:
        """Show the present state on this screen now, and every later state when it is published."""
        self._viewer = viewer
        viewer.show_state(self.state)

    @property
    def _highlighted(self) -> VmId | None:
        return self._viewer.vm_id if self._viewer else None

    def _start_session(self, session: Session) -> Poller:
        self._session = session
        self._poller = Poller(
            session,
            show=self._take_inventory,
            failed=self._take_failure,
            watched=lambda: self._highlighted if self.state.is_busy(self._highlighted) else None,
            on_screen=lambda: self._viewer.vms_on_screen() if self._viewer else (),
            pauses=self._pauses,
        )
        self._runner = Runner(
            session,
            read=self.read_vm,
            read_after=self._read_after,
            clock=self.clock,
            changed=self._publish_operations,
            ended=self._operation_ended,
        )
        self._earlier = EarlierWrites(session, spawn=self._spawn, report=self.report)
        self._disks = DiskReadings(session, clock=self.clock, show=self._take_disks)
        self._publish(capabilities=session.capabilities, warning=session.warning)
        return self._poller

    # ---- requests of the person ----

    def selection(self, vm_id: VmId | None, checkpoint_id: CheckpointId | None) -> Selection:
        """Return what is selected, in the last reading."""
        state = self.state
        return Selection(
            inventory=state.inventory,
            vm_id=vm_id,
            checkpoint_id=checkpoint_id,
            running=state.commands,
            capabilities=state.capabilities,
        )

    def refresh(self) -> None:
        if self._session and self._poller:
            self._session.allow_sign_in()
            self._poller.refresh()
            self.read_disks(self._highlighted)

    @property
    def can_stop_trying(self) -> bool:
        """Whether hvtui is waiting for the host, or will retry a failed reading automatically."""
        state = self.state
        return state.reconnecting or state.waiting_seconds > 0 or bool(state.failure and state.retries)

    def stop_trying(self) -> None:
        if self._poller:
            self._poller.stop()

    def start(self, command: Command, before: Selection) -> bool:
        """Run a command. Returns False if another one is running on the VM."""
        if self._disks and before.disks is None:
            before = replace(before, disks=self._disks.disks_of(command.vm.id))
        return self._runner is not None and self._runner.start(command, before) is not None

    def mark_read(self, read: Problem) -> None:
        self._publish(problems=tuple(each for each in self.state.problems if each is not read))

    def report(self, error: BackendError) -> None:
        """Show an error that is not from a reading or a command."""
        self._add_problem(problem(error))

    def read_disks(self, vm_id: VmId | None) -> None:
        """Read the disks of the highlighted VM. An earlier reading of disks is cancelled."""
        if self._disks_task:
            self._disks_task.cancel()
        if vm_id is not None and self._disks and self.state.capabilities is not None:
            self._disks_task = self._spawn(self._disks.read(vm_id))

    def read_again(self) -> None:
        """Read everything as soon as possible."""
        if self._poller:
            self._poller.refresh()

    async def cluster_nodes(self) -> tuple[str, ...]:
        """Return the names of the nodes of the host's cluster. Raises `BackendError` if it has none."""
        assert self._session is not None
        return await cluster_nodes(self._session)

    @property
    def cluster(self) -> str:
        """The cluster on whose nodes VMs keep their ids; "" if the host is read by itself, or is in none."""
        return self._session.cluster if isinstance(self._session, QualifiedSession) else ""

    @property
    def open_outcomes(self) -> frozenset[VmId]:
        """The VMs with a command whose outcome no reading has shown yet."""
        return self._runner.open_outcomes if self._runner else frozenset()

    def look_again(self, vm_ids: Collection[VmId]) -> None:
        """Read these VMs for their open outcomes."""
        assert self._runner is not None
        self._spawn(self._runner.look_again(vm_ids))

    def tick(self) -> None:
        """Publish whether the connection is lost or a reading is slow. To be called once a second."""
        session, poller = self._session, self._poller
        if session is None or poller is None or self._needs_person:
            return
        lost = session.reconnecting
        slow = poller.waiting_seconds
        self._publish(
            reconnecting=lost,
            capabilities=None if lost else session.capabilities,
            waiting_seconds=slow if slow > SLOW_SECONDS and not lost else 0.0,
            warning=session.warning,
        )

    # ---- reading ----

    async def read_vm(self, vm_id: VmId) -> Inventory:
        """Read one VM, and show it. Raises `BackendError`, also after `leave`: then nothing more may be sent."""
        if self._needs_person and self.state.failure:
            raise self.state.failure.with_traceback(None)
        if self._poller and not self._disconnected:
            found = await self._poller.read_vm(vm_id)
            if not self._disconnected:
                return found
        raise ConnectionLost("The connection to this host was closed.")

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

    def _take_disks(self, reading: DiskReading) -> None:
        if self._disks is None or self._disconnected:
            return
        self._publish(disk_readings=self._disks.all)
        if self._runner:
            self._runner.take_disks(reading)

    def _take_inventory(self, inventory: Inventory) -> None:
        if self._disconnected:
            return
        self.failure = None
        before = self.state.disk_key(self._highlighted)
        if self._disks and self.state.inventory:
            self._disks.forget_changed(self.state.inventory, inventory, keep=self._highlighted)
            self._publish(disk_readings=self._disks.all)
        oldest = self._poller.oldest_reading() if self._poller else inventory.taken
        self._publish(inventory=inventory, oldest_reading=oldest)
        if self._earlier:
            self._earlier.take(inventory)
        self._publish_operations()
        if before != self.state.disk_key(self._highlighted):
            self.read_disks(self._highlighted)
        self._follow_merges(inventory)

    def _follow_merges(self, inventory: Inventory) -> None:
        """Read the disks of VMs on which a merge has ended: they show how. Those of the highlighted VM are read anyway."""
        if self._runner is None or self._disks is None:
            return
        known = self._runner.merges_to_check
        self._runner.follow_merges(inventory)
        for vm_id in self._runner.merges_to_check - known:
            if vm_id != self._highlighted:
                self._spawn(self._disks.read(vm_id))

    def _look_for_outcomes(self) -> None:
        """Read the VMs with open outcomes, once after each poll: such a reading starts no other one."""
        orphaned = self.state.inventory.orphans if self.state.inventory else ()
        busy = {orphan.vm_id for orphan in orphaned if orphan.running}
        if idle := self.open_outcomes - busy:
            self.look_again(idle)

    def _take_failure(self, error: BackendError | None) -> None:
        session = self._session
        if self._disconnected or session is None:
            return
        self._needs_person = error is not None and needs_a_person(error)
        never_shown = self.state.inventory is None and self.failure is None
        recovered = error is None and self.state.failure is not None
        self._publish(
            failure=error,
            retries=not self._needs_person,
            reconnecting=False,
            waiting_seconds=0.0,
            capabilities=None if self._needs_person else session.capabilities,
        )
        if recovered:
            self.read_disks(self._highlighted)
        if error is None:
            self.polls += 1
            self._look_for_outcomes()
            return
        if never_shown:
            self.failure = error
        if (never_shown or self._needs_person) and not isinstance(error, PollingStopped):
            self._add_problem(replace(problem(error), of_readings=True))

    # ---- publishing ----

    def _publish(self, **changes: Any) -> None:
        if self._disconnected:
            return
        # Comparing two inventories takes long, and a new one is always shown.
        if "inventory" in changes or any(
            value != getattr(self.state, name) for name, value in changes.items()
        ):
            self.state = replace(self.state, **changes)
            if self._viewer:
                self._viewer.show_state(self.state)

    def _publish_operations(self) -> None:
        if self._runner is None:
            return
        inventory, running = self.state.inventory, dict(self._runner.running)
        self._publish(
            running=MappingProxyType(running),
            finished=tuple(self._runner.finished),
            orphans=tuple(self._earlier.ended) if self._earlier else (),
            other_work=tuple(orphans.other_work(inventory, running)) if inventory else (),
        )

    def _operation_ended(self, operation: Operation) -> None:
        if (failed := operation_problem(operation)) is not None:
            self._add_problem(failed)

    def _add_problem(self, added: Problem) -> None:
        self._publish(problems=(*self.state.problems, added))

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
