"""The connection to the host on screen: opens a session, and passes on to it what the person asks for."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, nullcontext, suppress
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError
from hvtui.backends.hosts.sessions import open_session
from hvtui.tui.host.active_session import ActiveSession
from hvtui.tui.host.state_publisher import StatePublisher

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from hvtui.backends.hosts.target import Target
    from hvtui.backends.model import CheckpointId, VmId
    from hvtui.backends.operations.command import Command, Selection
    from hvtui.backends.operations.readings.polling import Pauses
    from hvtui.tui.host.active_session import ReadElsewhere
    from hvtui.tui.host.earlier_writes import FindOperation

CLOSE_SECONDS = 0.45
"""Seconds that closing the session may take while a person waits for it."""


class HostConnection(StatePublisher):
    """Exists as long as the host is on screen. What exists only while a session is open is in `active`."""

    def __init__(
        self,
        target: Target,
        clock: Callable[[], datetime],
        pauses: Pauses | None = None,
        *,
        one_of_several: bool = False,
        opening: AbstractAsyncContextManager[None] | None = None,
        elsewhere: ReadElsewhere | None = None,
        find_operation: FindOperation | None = None,
        before: StatePublisher | None = None,
    ) -> None:
        """`one_of_several` as in `open_session`, `before` as in `StatePublisher`.

        `elsewhere` reads a VM of its cluster on another node, and returns None if it is not known to be on one.
        `find_operation` is `operation_on_any` of all hosts that are shown together with this one.
        The session is opened within `opening`, which may wait for other hosts and raise `BackendError`.
        """
        super().__init__(before)
        self.target, self.clock = target, clock
        self.opened = asyncio.Event()
        """Set when the session is open, or when `failure` says why it could not be opened."""
        self.active: ActiveSession | None = None
        """None while no session is open."""
        self._pauses, self._elsewhere, self._find_operation = pauses, elsewhere, find_operation
        self._one_of_several, self._opening = one_of_several, opening or nullcontext()
        self._nobody_waits = False

    async def run(self) -> None:
        """Connect, poll until this is cancelled, and close the session. Call `leave` before it is cancelled."""
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
                if self.left or self.failure:
                    self.opened.set()
            if not self.left:
                self.active = ActiveSession(
                    session,
                    self,
                    clock=self.clock,
                    pauses=self._pauses,
                    elsewhere=self._elsewhere,
                    find_operation=self._find_operation,
                )
                self.publish(capabilities=session.capabilities, warning=session.warning)
                self.opened.set()
                await self.active.run()
        finally:
            self.active = None
            with suppress(TimeoutError):
                async with asyncio.timeout(None if self._nobody_waits else CLOSE_SECONDS):
                    await closing.aclose()

    def hang_up(self) -> None:
        """Remove the time limit of closing the session: the terminal is gone, so no person waits for it."""
        self._nobody_waits = True

    # ---- requests of the screen: most do nothing while no session is open ----

    def tick(self) -> None:
        """Publish whether the connection is lost or a reading is slow. To be called once a second."""
        if self.active:
            self.active.tick()

    def selection(self, vm_id: VmId | None, checkpoint_id: CheckpointId | None) -> Selection:
        """Return what is selected, in the last reading."""
        return self.state.selection(vm_id, checkpoint_id)

    def start(self, command: Command, before: Selection) -> bool:
        """Run a command. Returns False if another one is running on the VM."""
        return self.active is not None and self.active.start(command, before)

    def refresh(self) -> None:
        if self.active:
            self.active.refresh()

    def read_disks(self, vm_id: VmId | None) -> None:
        """Read the disks of the highlighted VM. An earlier reading of disks is cancelled."""
        if self.active:
            self.active.read_disks(vm_id)

    @property
    def can_stop_trying(self) -> bool:
        """Whether hvtui is waiting for the host, or will retry a failed reading automatically."""
        state = self.state
        return state.reconnecting or state.waiting_seconds > 0 or bool(state.failure and state.retries)

    def stop_trying(self) -> None:
        if self.active:
            self.active.stop_trying()
