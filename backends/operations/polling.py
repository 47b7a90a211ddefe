"""Keeps what is on screen fresh without keeping the host busy."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from hvtui.backends.errors import (
    AuthenticationFailed,
    BackendError,
    CertificateUntrusted,
    ConnectError,
    ConnectionLost,
)
from hvtui.backends.operations.merging import merged

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection
    from datetime import datetime

    from hvtui.backends.contract import Session
    from hvtui.backends.model import Inventory, VmId

SOONEST, TIMES = 10.0, 10
"""An automatic reading starts so many seconds, or so many times as long as the last one took, after it."""
RARELY = 60.0
"""Seconds between readings of the VMs that are not on screen."""
QUICK = 2.0
"""Seconds between readings of a VM that something goes on with."""
FIRST_RETRY, LAST_RETRY = 2.0, 30.0
"""Seconds after which a failed reading is tried again: twice as many each time, up to the last."""


class Stopped(ConnectionLost):
    """A person did not want to wait for the host any longer."""


def needs_a_person(error: BackendError) -> bool:
    """Trying it again by itself does no good: repeated bad sign-ins lock accounts."""
    return isinstance(error, AuthenticationFailed | CertificateUntrusted | Stopped)


class Readings:
    def __init__(
        self,
        session: Session,
        *,
        show: Callable[[Inventory], None],
        trouble: Callable[[BackendError | None], None],
        watched: Callable[[], VmId | None],
        on_screen: Callable[[], Collection[VmId]],
    ) -> None:
        """`watched` names the VM to look at more often, while something goes on with it."""
        self.inventory: Inventory | None = None
        self._session, self._show, self._trouble = session, show, trouble
        self._watched, self._on_screen = watched, on_screen
        self._wanted = asyncio.Event()
        self._stopped = False
        self._asked_at: float | None = None
        self._whole_due = 0.0
        self._begun: dict[VmId, float] = {}
        """When the reading of one VM that is shown was begun: older answers do not replace it."""
        self._taken: dict[VmId, datetime] = {}
        """When VMs were read that were read after the whole."""

    def ask(self) -> None:
        """Read all as soon as can be."""
        self._whole_due = 0.0
        self._wanted.set()

    def stop(self) -> None:
        """End the reading under way, and read no more until all is asked for."""
        self._stopped = True
        self._session.cancel_reads()
        self._wanted.set()

    @property
    def waited(self) -> float:
        """Seconds for which the reading under way has gone without an answer."""
        return monotonic() - self._asked_at if self._asked_at is not None else 0.0

    def taken(self) -> datetime | None:
        """When what is on screen was read: its oldest part."""
        if self.inventory is None:
            return None
        whole = self.inventory.taken
        return min((self._taken.get(vm_id, whole) for vm_id in self._on_screen()), default=whole)

    async def keep_fresh(self) -> None:
        failures = 0
        while True:
            self._wanted.clear()
            begun = monotonic()
            error = await self._try(self._read_due)
            took = monotonic() - begun
            if error is None:
                failures = 0
                error = await self._rest(max(SOONEST, TIMES * took))
            if error is not None:
                failures += 1
                await self._rest_after(error, failures, took)

    async def read_vm(self, vm_id: VmId) -> Inventory:
        """Read one VM anew and show it."""
        return await self._read_some([vm_id])

    async def _rest(self, seconds: float) -> BackendError | None:
        """Until that is over, or all is asked for, or the quick reading of the watched VM fails."""
        due = monotonic() + seconds
        while (left := due - monotonic()) > 0 and not self._wanted.is_set():
            watched = self._watched()
            await self._asked_within(min(left, QUICK))
            if watched is not None and not self._wanted.is_set():
                error = await self._try(partial(self.read_vm, watched))
                if error is not None:
                    return error
        return None

    async def _rest_after(self, error: BackendError, failures: int, took: float) -> None:
        if needs_a_person(error):
            self._wanted.clear()  # asked for before it was known
            await self._wanted.wait()
            return
        seconds = min(LAST_RETRY, FIRST_RETRY * 2 ** min(failures - 1, 10))
        if not isinstance(error, ConnectError):  # then the host may have worked for it
            seconds = max(seconds, TIMES * took)
        await self._asked_within(seconds)

    async def _asked_within(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wanted.wait()

    async def _read_due(self) -> None:
        on_screen = self._on_screen()
        all_are = self.inventory is None or len(on_screen) >= len(self.inventory.vms)
        if all_are or monotonic() >= self._whole_due:
            await self._read_all()
        else:
            await self._read_some(on_screen)

    async def _read_all(self) -> None:
        begun = monotonic()
        whole = await self._session.inventory()
        self._whole_due = monotonic() + max(RARELY, TIMES * (monotonic() - begun))
        newer = [vm_id for vm_id, moment in self._begun.items() if moment > begun]
        if newer and self.inventory is not None:
            whole = merged(whole, self.inventory, newer)
        self._begun = {vm_id: self._begun[vm_id] for vm_id in newer}
        self._taken = {vm_id: self._taken[vm_id] for vm_id in newer}
        self._take(whole)

    async def _read_some(self, vm_ids: Collection[VmId]) -> Inventory:
        begun = monotonic()
        part = await self._session.inventory(vm_ids)
        current = [vm_id for vm_id in vm_ids if begun >= self._begun.get(vm_id, 0.0)]
        if current and self.inventory is not None:
            self._begun.update(dict.fromkeys(current, begun))
            self._taken.update(dict.fromkeys(current, part.taken))
            self._take(replace(merged(self.inventory, part, current), host=part.host))
        return part

    async def _try(self, read: Callable[[], Awaitable[object]]) -> BackendError | None:
        error = None
        self._asked_at = monotonic()
        try:
            if not self._stopped:
                await read()
        except BackendError as raised:
            error = raised
        finally:
            self._asked_at = None
        if self._stopped:
            self._stopped, error = False, Stopped("You stopped it.", hint="F5 reads the host again.")
        self._trouble(error)
        return error

    def _take(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self._show(inventory)
