"""One host: its session, its readings, its writes, and the screen that shows them. Nothing of it outlives it."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError, ConnectionLost
from hvtui.backends.model import Activity
from hvtui.backends.operations import orphans as left_behind
from hvtui.backends.operations.actions import View
from hvtui.backends.operations.outcome import seen
from hvtui.backends.operations.polling import Readings, Stopped, needs_a_person
from hvtui.backends.operations.preconditions import hold_against
from hvtui.backends.operations.runner import Operation, Operations
from hvtui.backends.secret import redact
from hvtui.tui.screens.main import MainScreen
from hvtui.tui.text.elsewhere import elsewhere
from hvtui.tui.text.problems import Problem, problem
from hvtui.tui.text.words import elapsed
from hvtui.tui.writes import write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any

    from hvtui.backends.contract import Session
    from hvtui.backends.hosts.targets import Target
    from hvtui.backends.model import Inventory, VmId
    from hvtui.backends.operations.actions import Action

_CLOSING = 0.4
"""Seconds that the session is given to close."""
PATIENT = 5.0
"""Seconds that an answer may take before the screen says that it waits."""


class Connection:
    def __init__(self, place: Target, clock: Callable[[], datetime]) -> None:
        self.place = place
        self.failure: BackendError | None = None
        """Why nothing of the host was ever seen."""
        self.opened = asyncio.Event()
        """There is a session, or `failure` says why there is none."""
        self.shown = asyncio.Event()
        """The screen is there: before that, nothing is read."""
        self.untold: deque[Problem] = deque()
        """Errors that nobody has read, oldest first."""
        self.operations = Operations(
            read=self._read_vm, changed=self._show_operations, ended=self._operation_ended, clock=clock
        )
        self.main = MainScreen(self)
        self._session: Session | None = None
        self._readings: Readings | None = None
        self._settled: set[str] = set()
        self._left = False
        self._needs_person: BackendError | None = None
        """Why nothing is asked of the host until a person wants it: a refused sign-in, tried again, locks accounts."""

    async def hold(self) -> None:
        """Connect, read until this is cancelled, and close the session."""
        closing = AsyncExitStack()
        try:
            session = await self._enter(closing)
            if session is not None and not self._left:
                readings = self._begin(session)
                await self.shown.wait()
                await readings.keep_fresh()
        finally:
            self._session = None
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSING):
                    await closing.aclose()

    def leave(self) -> None:
        """From now on nothing is shown of it, whatever still runs. Then cancel `hold`."""
        self._left = True

    async def _enter(self, closing: AsyncExitStack) -> Session | None:
        try:
            return await closing.enter_async_context(self.place.backend.connect(self.place.settings))
        except BackendError as error:
            self.failure = error
        except Exception as error:  # noqa: BLE001  a backend may be another's code
            self.failure = BackendError(
                f"The backend “{self.place.backend.name}” broke while it connected.",
                detail=redact(f"{type(error).__name__}: {error}"),
            )
        self.opened.set()
        return None

    def _begin(self, session: Session) -> Readings:
        self._session = session
        self.main.capabilities = session.capabilities
        self.main.demo = session.capabilities.demo
        self._readings = Readings(
            session,
            show=self._show_inventory,
            trouble=self._show_trouble,
            watched=self._watched,
            on_screen=self.main.vms_on_screen,
        )
        self.opened.set()
        return self._readings

    # ---- reading ----

    def refresh(self) -> None:
        if self._readings:
            self._readings.ask()

    @property
    def trying(self) -> bool:
        """The host is waited for, or will be asked again by itself."""
        return bool(self.main.waiting) or (bool(self.main.problem) and self._needs_person is None)

    def stop_trying(self) -> None:
        if self._readings:
            self._readings.stop()

    def look(self) -> None:
        """Say that the line is broken, or an answer long in coming. To be called once a second."""
        session, readings = self._session, self._readings
        if session is None or readings is None or self._needs_person is not None:
            self.main.waiting = ""
            return
        lost = session.reconnecting
        self.main.capabilities = None if lost else session.capabilities
        if lost:
            self.main.waiting = "the line broke; reconnecting"
        elif readings.waited > PATIENT:
            self.main.waiting = f"no answer for {elapsed(readings.waited)}"
        else:
            self.main.waiting = ""

    async def read_disks(self, vm_id: VmId) -> None:
        if self._session is not None and self.main.capabilities is not None:
            with suppress(BackendError):  # sizes stay "not read yet"
                for disks in await self._session.disks([vm_id]):
                    self.main.disks = disks

    async def _read_vm(self, vm_id: VmId) -> Inventory:
        """Raises `ConnectionLost` once the host was left: then nothing more is to be sent to it."""
        if self._needs_person is not None:
            raise self._needs_person
        if self._readings and not self._left:
            found = await self._readings.read_vm(vm_id)
            if not self._left:
                return found
        raise ConnectionLost("This host was left meanwhile.")

    def _watched(self) -> VmId | None:
        """The highlighted VM, while something goes on with it."""
        vm = View(inventory=self.main.inventory, vm_id=self.main.vm_id).vm
        if vm and (vm.id in self.operations.running or vm.in_service or vm.activity is not Activity.NONE):
            return vm.id
        return None

    def _show_inventory(self, inventory: Inventory) -> None:
        if self._left:
            return
        self.failure = None
        before = _chain_of(self.main.inventory, self.main.vm_id)
        self.main.inventory = inventory
        self.main.taken = self._readings.taken() if self._readings else inventory.taken
        self._show_operations()
        if before != _chain_of(inventory, self.main.vm_id):
            self.main.read_disks(self.main.vm_id)
        self._settle(inventory)
        if self.operations.unseen:
            self.main.run_worker(self.operations.explain(inventory), name="explain", exit_on_error=False)

    def _show_trouble(self, error: BackendError | None) -> None:
        session = self._session
        if self._left or session is None:
            return
        alone = error is not None and needs_a_person(error)
        self._needs_person = error if alone else None
        self.main.waiting = ""
        self.main.capabilities = None if alone else session.capabilities
        if error is None:
            self.main.problem = ""
            return
        self.main.problem = (
            "reading stopped; F5 goes on"
            if isinstance(error, Stopped)
            else f"reading failed: {redact(error.message).rstrip('.')}; {'F5 tries again' if alone else 'trying again'}"
        )
        never_seen = self.main.inventory is None and self.failure is None
        if never_seen:
            self.failure = error
        if (never_seen or alone) and not isinstance(error, Stopped):
            self._tell(problem(error))

    def _settle(self, inventory: Inventory) -> None:
        """Tell what came of writes whose answer nobody saw, once nothing runs them any more."""
        for left in inventory.orphans:
            if left.running or left.id in self._settled or self._session is None:
                continue
            self._settled.add(left.id)
            if not left.reported:
                self.operations.remember(left_behind.over(left, inventory))
            self.main.run_worker(self._session.forget_orphan(left.id), name="settle", exit_on_error=False)

    # ---- writing ----

    def begin(self, action: Action, view: View, answer: Any) -> bool:
        """Do it, as the person answered. False: the VM is busy."""
        session, vm = self._session, view.vm
        assert session is not None
        assert vm is not None
        planned = write(action, view, answer, session, self._read_vm)

        async def check() -> None:
            found = await self._read_vm(vm.id)
            hold_against(action, view, View(
                inventory=found, vm_id=view.vm_id, checkpoint_id=view.checkpoint_id, capabilities=view.capabilities
            ))  # fmt: skip

        def shown(found: Inventory) -> str:
            return seen(action, view, answer, found)

        return self.operations.begin(
            vm, planned.verb, planned.target, check=check, send=planned.send, seen=shown
        )

    @property
    def busy_words(self) -> Mapping[VmId, str]:
        return {vm_id: operation.words for vm_id, operation in self.operations.running.items()}

    def _show_operations(self) -> None:
        if self._left:
            return
        running, inventory = self.operations.running, self.main.inventory
        percents = {job.vm_id: job.percent for job in inventory.jobs} if inventory else {}
        finished = [operation.shown() for operation in self.operations.finished]
        self.main.operations = (
            *(operation.shown(percents.get(vm_id)) for vm_id, operation in running.items()),
            *finished[:1],
            *(elsewhere(inventory, running) if inventory else ()),
            *finished[1:],
        )
        self.main.busy = {vm_id: operation.verb for vm_id, operation in running.items()}
        self.main.repaint_keys()

    def _operation_ended(self, operation: Operation) -> None:
        if operation.error is not None:
            self._tell(problem(operation.error, during=operation.sentence))

    def _tell(self, told: Problem) -> None:
        if not self._left:
            self.untold.append(told)
            self.main.tell_next()


def _chain_of(inventory: Inventory | None, vm_id: VmId | None) -> object:
    """What changes whenever a VM's disks become other files."""
    view = View(inventory=inventory, vm_id=vm_id)
    return view.vm and (view.vm.id, view.vm.current, view.vm.activity, {c.id for c in view.checkpoints})
