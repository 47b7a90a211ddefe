"""Keeps an inventory up to date at a low load on the host. The VMs are read first, and apart from all else."""

from __future__ import annotations

import asyncio
import math
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hvtui.backends.errors import (
    AuthenticationFailed,
    BackendError,
    CertificateUntrusted,
    ConnectError,
    ConnectionLost,
)
from hvtui.backends.operations.readings.host_details import (
    HostDetailsReader,
    KnownDetails,
    is_at_work,
    with_cluster,
    with_details,
)
from hvtui.backends.operations.readings.merging import completed, merged

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection
    from datetime import datetime

    from hvtui.backends.contract import Session
    from hvtui.backends.model import Inventory, VmId

MIN_INTERVAL, INTERVAL_FACTOR = 10.0, 10
"""The pause between automatic readings: this many seconds, or this many times the last reading's duration if longer.

A person may set another number of seconds.
"""
WHOLE_INTERVAL = 60.0
"""Seconds between two readings of the VMs that are not on screen."""
WATCHED_INTERVAL = 2.0
"""Seconds between two readings of the VM that the host is working on."""
FIRST_RETRY, LAST_RETRY = 2.0, 30.0
"""Seconds before a failed reading is repeated: the first delay, which then doubles each time, and the maximum."""


class Pauses(Struct, frozen=True):
    """The shortest pauses between automatic readings, in seconds."""

    on_screen: float
    whole: float
    """For the VMs that are not on screen."""


class PollingStopped(ConnectionLost):
    """A person has stopped the readings."""


def needs_a_person(error: BackendError) -> bool:
    """Return whether a reading must not be repeated automatically after this error: failed sign-ins lock accounts."""
    return isinstance(error, AuthenticationFailed | CertificateUntrusted | PollingStopped)


class Poller:
    def __init__(
        self,
        session: Session,
        *,
        show: Callable[[Inventory], None],
        attempted: Callable[[BackendError | None], None],
        watched: Callable[[], VmId | None],
        on_screen: Callable[[], Collection[VmId]],
        pauses: Pauses | None = None,
    ) -> None:
        """`show` receives each new inventory; `attempted` is called after each attempt with its error or None.

        `watched` returns the VM to read more often, `on_screen` the VMs that are visible.
        """
        self.inventory: Inventory | None = None
        self._session, self._show, self._attempted = session, show, attempted
        self._watched, self._on_screen = watched, on_screen
        self._pauses = pauses or Pauses(MIN_INTERVAL, WHOLE_INTERVAL)
        self._requested = asyncio.Event()
        self._stopped = False
        self._reading_since: float | None = None
        self._whole_due = 0.0
        self._bare: Inventory | None = None
        """The inventory without the host's jobs and other details."""
        self._known = KnownDetails()
        self._details = HostDetailsReader(session, show=self._take_details, at_work=self._at_work)
        self._whole_started = 0.0
        self._started: dict[VmId, float] = {}
        """When the newest reading of each VM started: the result of a reading that started earlier is ignored."""
        self._taken: dict[VmId, datetime] = {}
        """The time of the last reading of each VM that was read again since the whole inventory was read."""

    def refresh(self) -> None:
        """Read everything as soon as possible."""
        self._whole_due = 0.0
        self._requested.set()
        self._details.refresh()

    def stop(self) -> None:
        """Cancel the current reading, and do not read again until `refresh` is called."""
        self._stopped = True
        self._session.cancel_reads()
        self._requested.set()

    @property
    def waiting_seconds(self) -> float:
        """How many seconds the current reading has been waiting for its answer; 0 if no reading is running."""
        return monotonic() - self._reading_since if self._reading_since is not None else 0.0

    def oldest_reading(self) -> datetime | None:
        """Return the time of the oldest reading among the VMs on screen."""
        if self.inventory is None:
            return None
        whole = self.inventory.taken
        return min((self._taken.get(vm_id, whole) for vm_id in self._on_screen()), default=whole)

    async def run(self) -> None:
        """Read repeatedly until this is cancelled."""
        details = asyncio.create_task(self._details.run(), name="details of the host")
        try:
            await self._run()
        finally:
            details.cancel()

    async def _run(self) -> None:
        failures = 0
        while True:
            self._requested.clear()
            started = monotonic()
            error = await self._attempt(self._read_due)
            seconds = monotonic() - started
            if error is None:
                failures = 0
                error = await self._pause(max(self._pauses.on_screen, INTERVAL_FACTOR * seconds))
            if error is not None:
                failures += 1
                await self._pause_after(error, failures, seconds)

    async def read_vm(self, vm_id: VmId) -> Inventory:
        """Read one VM and show it. Raises `BackendError`."""
        return await self._read_some([vm_id])

    async def _pause(self, seconds: float) -> BackendError | None:
        """Wait, and read the watched VM meanwhile. Returns early on a refresh, or with the error of a reading."""
        due = monotonic() + seconds
        while (left := due - monotonic()) > 0 and not self._requested.is_set():
            watched = self._watched()
            await self._wait_for_request(min(left, WATCHED_INTERVAL))
            if watched is not None and not self._requested.is_set():
                error = await self._attempt(partial(self.read_vm, watched))
                if error is not None:
                    return error
        return None

    async def _pause_after(self, error: BackendError, failures: int, last_seconds: float) -> None:
        if needs_a_person(error):
            self._requested.clear()  # an earlier request does not count: the person did not know of the failure
            await self._requested.wait()
            return
        seconds = min(LAST_RETRY, FIRST_RETRY * 2 ** min(failures - 1, 10))
        if not isinstance(error, ConnectError):  # the failed reading may have put load on the host
            seconds = max(seconds, INTERVAL_FACTOR * last_seconds)
        await self._wait_for_request(seconds)

    async def _wait_for_request(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._requested.wait()

    async def _read_due(self) -> None:
        on_screen = self._on_screen()
        all_are = self.inventory is None or len(on_screen) >= len(self.inventory.vms)
        if all_are or monotonic() >= self._whole_due:
            await self._read_all()
        elif on_screen:
            await self._read_some(on_screen)

    async def _read_all(self) -> None:
        started = monotonic()
        self._whole_due = math.inf
        try:
            whole = await self._session.inventory()
        except BackendError:
            self._whole_due = 0.0
            raise
        if self._whole_due:  # no refresh was asked for meanwhile
            self._whole_due = monotonic() + max(self._pauses.whole, INTERVAL_FACTOR * (monotonic() - started))
        newer = [vm_id for vm_id, moment in self._started.items() if moment > started]
        whole = completed(whole, self._bare, self._taken)
        if newer and self._bare is not None:
            whole = merged(whole, self._bare, newer)
        self._started = {vm_id: self._started[vm_id] for vm_id in newer}
        self._taken = {vm_id: self._taken[vm_id] for vm_id in newer}
        self._whole_started = started
        self._publish(whole)

    async def _read_some(self, vm_ids: Collection[VmId]) -> Inventory:
        started = monotonic()
        part = await self._session.inventory(vm_ids)
        current = [vm_id for vm_id in vm_ids if started >= self._started.get(vm_id, 0.0)]
        if current and self._bare is not None:
            newer = merged(self._bare, completed(part, self._bare, self._taken), current)
            self._started.update(dict.fromkeys(current, started))
            self._taken.update(dict.fromkeys(current, part.taken))
            self._publish(replace(newer, host=part.host))
        return part

    async def _attempt(self, read: Callable[[], Awaitable[object]]) -> BackendError | None:
        error = None
        self._reading_since = monotonic()
        try:
            if not self._stopped:
                await read()
        except BackendError as raised:
            error = raised
        finally:
            self._reading_since = None
        if self._stopped:
            self._stopped, error = (
                False,
                PollingStopped("hvtui has stopped trying to read the host.", hint="Refresh to try again."),
            )
        self._details.allow(error is None)
        self._attempted(error)
        return error

    def _take_details(self, known: KnownDetails) -> None:
        self._known = known
        if self._bare is not None:
            self._publish(self._bare)

    def _at_work(self) -> bool:
        return self._bare is not None and is_at_work(self._bare)

    def _read_after_details(self, vm_id: VmId) -> bool:
        return max(self._whole_started, self._started.get(vm_id, 0.0)) > self._known.started

    def _publish(self, bare: Inventory) -> None:
        self._bare = bare = with_cluster(bare, self._known.details)
        self.inventory = with_details(bare, self._known, self._read_after_details)
        self._show(self.inventory)
