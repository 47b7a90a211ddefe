"""One host of a group: connects by itself, and again after a failure that needs no person."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError
from hvtui.backends.hosts.credentials import with_password
from hvtui.backends.hosts.passwords import Keyring
from hvtui.backends.hosts.sign_ins import PasswordNotSent
from hvtui.backends.operations.readings.joined import Part
from hvtui.backends.operations.readings.polling import FIRST_RETRY, LAST_RETRY, PollingStopped, needs_a_person
from hvtui.tui.host.connection import HostConnection
from hvtui.tui.host.state import HostState
from hvtui.tui.text.hosts.trouble import CONNECTING, NOT_SIGNED_IN, advice_text, trouble_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection
    from datetime import datetime

    from hvtui.backends.hosts.sign_ins import SignIns
    from hvtui.backends.hosts.target import Target
    from hvtui.backends.model import Inventory, VmId
    from hvtui.backends.operations.readings.polling import Pauses
    from hvtui.tui.host.active_session import ActiveSession
    from hvtui.tui.host.earlier_writes import FindOperation
    from hvtui.tui.host.state import Viewer
    from hvtui.tui.text.safe import SafeText


class Member:
    def __init__(
        self,
        target: Target,
        *,
        clock: Callable[[], datetime],
        pauses: Pauses | None,
        viewer: Viewer,
        changed: Callable[[], None],
        sign_ins: SignIns,
        elsewhere: Callable[[Member, VmId], Awaitable[Inventory | None]],
        find_operation: FindOperation,
    ) -> None:
        """`viewer` is the screen of the group; `changed` is called after each change of this host's state.

        `sign_ins` are those of all hosts of the group. `elsewhere` reads a VM on another node of its cluster.
        `find_operation` as in `HostConnection`.
        """
        self.target = target
        self.failure: BackendError | None = None
        """Why there is no connection."""
        self.connection: HostConnection | None = None
        self._clock, self._pauses = clock, pauses
        self._sign_ins, self._elsewhere = sign_ins, elsewhere
        self._find_operation = find_operation
        self._group_viewer, self._changed = viewer, changed
        self._inventory: Inventory | None = None
        """The last reading, also of an earlier connection."""
        self.password_looked_for = asyncio.Event()
        """Set once its password was looked for, in the place where it is kept."""
        self._wake = asyncio.Event()
        self._left = False
        self._cluster = ""

    @property
    def name(self) -> str:
        return self.target.name

    @property
    def cluster(self) -> str:
        """The cluster on whose nodes VMs keep their ids, as far as it is known; "" if the host is in none."""
        if self.active is not None and self.active.cluster:
            self._cluster = self.active.cluster
        return self.target.node_of or self._cluster

    @property
    def active(self) -> ActiveSession | None:
        """The open session; None if there is none."""
        return self.connection.active if self.connection else None

    @property
    def state(self) -> HostState:
        return self.connection.state if self.connection else HostState()

    @property
    def waits_for_sign_in(self) -> bool:
        """Whether it was never tried, because there is no password for it."""
        return self.connection is None and self.failure is None and self.target.needs_password

    @property
    def takes_accepted_password(self) -> bool:
        """Whether a password that another host has accepted may be sent to it: it was sent none."""
        return self.target.needs_password or isinstance(self.failure, PasswordNotSent)

    @property
    def needs_person(self) -> bool:
        failure = self.failure or self.state.failure
        return self.target.needs_password or (failure is not None and needs_a_person(failure))

    @property
    def needs_sign_in(self) -> bool:
        """Whether a person has to sign in, or to trust its certificate, before anything is sent to it again."""
        failure = self.failure or self.state.failure
        return self.needs_person and not isinstance(failure, PollingStopped)

    @property
    def trouble(self) -> SafeText | None:
        """Why the host cannot be read now, as a sentence; None if it can."""
        if self.waits_for_sign_in:
            return NOT_SIGNED_IN
        if (failure := self.failure or self.state.failure) is not None:
            return trouble_text(failure)
        if self.state.reconnecting:
            return trouble_text(None)
        return CONNECTING if self.state.inventory is None else None

    @property
    def part(self) -> Part:
        self._inventory = self.state.inventory or self._inventory
        failure = self.failure or self.state.failure
        return Part(
            host=self.name,
            node_of=self.target.node_of,
            cluster=self.cluster,
            label=self.target.label,
            read_only=self.target.read_only,
            inventory=self._inventory,
            trouble=self.trouble or "",
            advice=advice_text(failure, retries=not self.needs_person) if failure else "",
            needs_sign_in=self.needs_sign_in,
        )

    def connect(self, target: Target, *, by_person: bool = False) -> HostConnection:
        """Connect with these settings, in place of the present connection. The caller waits for `opened`.

        `by_person` as in `SignIns.turn`.
        """
        self._leave_connection()
        self.target, self.failure = target, None
        self.connection = HostConnection(
            target,
            self._clock,
            self._pauses,
            one_of_several=True,
            opening=self._sign_ins.turn(target, by_person=by_person),
            elsewhere=partial(self._elsewhere, self),
            find_operation=self._find_operation,
            before=self.connection,
        )
        self.connection.attach(self)
        self._wake.set()
        return self.connection

    def retry(self) -> None:
        """Connect now instead of later, unless a person has to do something first."""
        if self.failure is not None and not self.needs_person:
            self._wake.set()

    def fail(self, error: BackendError) -> None:
        """Say why a person could not be asked for the password."""
        self.failure = error
        self._changed()

    def leave(self) -> None:
        self._left = True
        self._leave_connection()

    def _leave_connection(self) -> None:
        if self.connection is not None:
            self.connection.leave()

    async def run(self) -> None:
        """Keep the host connected until this is cancelled."""
        failures = 0
        await self._find_password()
        if self.failure is None and not self.target.needs_password:
            self.connect(self.target)
        while not self._left:
            if self.connection is None or self.failure is not None:
                await self._wait(None if self.needs_person else min(LAST_RETRY, FIRST_RETRY * 2**failures))
                if self.failure is not None:
                    self.connect(self.target)
            self._wake.clear()
            connection = self.connection
            if connection is None:
                continue
            await self._run(connection)
            if connection is self.connection:
                self.failure = connection.failure
                failures = min(failures + 1, 10)
                self._changed()

    async def _run(self, connection: HostConnection) -> None:
        """Run a connection until it failed to open, or another one takes its place."""
        replaced = asyncio.create_task(self._wake.wait())
        opened = asyncio.create_task(connection.opened.wait())
        running = asyncio.create_task(connection.run(), name=f"session {self.name}")
        try:
            await asyncio.wait({opened, replaced, running}, return_when=asyncio.FIRST_COMPLETED)
            self._changed()
            await asyncio.wait({running, replaced}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (replaced, opened, running):
                task.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def _find_password(self) -> None:
        try:
            self.target = await with_password(self.target, Keyring())
        except BackendError as error:
            self.failure = error
        self.password_looked_for.set()
        self._changed()

    async def _wait(self, seconds: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    # ---- the screen, as this host sees it ----

    @property
    def vm_id(self) -> VmId | None:
        """The highlighted VM, if it is on this host."""
        vm_id, inventory = self._group_viewer.vm_id, self.state.inventory
        return vm_id if inventory is not None and inventory.vm(vm_id) else None

    def vms_on_screen(self) -> Collection[VmId]:
        inventory = self.state.inventory
        shown = self._group_viewer.vms_on_screen()
        return [vm_id for vm_id in shown if inventory.vm(vm_id)] if inventory else []

    def show_state(self, state: HostState) -> None:
        self._changed()
