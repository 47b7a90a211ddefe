"""Reads a host for the command line: VMs first, and beside them what else is known of the host, for a short time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.errors import BackendError, ConnectionLost
from hvtui.backends.model import DiskReading
from hvtui.backends.operations.readings.host_details import KnownDetails, with_cluster, with_details
from hvtui.backends.operations.readings.merging import completed
from hvtui.tui.host.disk_readings import DiskReadings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from hvtui.backends.contract import Session
    from hvtui.backends.model import HostDetails, Inventory, VmId

DETAILS_SECONDS = 5.0
"""How long the answer about VMs waits for the details of the host."""
DETAILS_INTERVAL = 10.0
"""The least seconds between two readings of the details while one VM is watched."""
DISKS_SECONDS = 10.0
"""How long a question waits for the disks that it speaks of."""


async def read_inventory(session: Session) -> Inventory:
    """Return all VMs, with the details of the host as far as they come in time. Raises `BackendError`."""
    vms = asyncio.create_task(session.inventory())
    details = asyncio.create_task(session.host_details())
    try:
        inventory = completed(await vms, None, {})
        known = await _in_time(details)
        if any(orphan.node or orphan.running for orphan in inventory.orphans):
            # The details have said by now which node of which cluster the host is, and the process may have ended.
            inventory = completed(await session.inventory(), None, {})
        return _with(inventory, known)
    finally:
        vms.cancel()
        details.cancel()
        await asyncio.wait([vms, details])


async def read_disks(
    session: Session, vm_ids: Collection[VmId], *, now: datetime, seconds: float | None = None
) -> Mapping[VmId, DiskReading]:
    """Return the disks and the merge events of these VMs, or why they could not be read.

    `now` is the time of the reading that these belong to. With `seconds`, what does not come in that time could not be read. A VM is left out if the session reads no disks.
    """
    readings = DiskReadings(session, clock=lambda: now, show=lambda reading: None)
    late = f"They did not come within {seconds:g} s." if seconds else ""
    try:
        async with asyncio.timeout(seconds):
            for vm_id in vm_ids:
                await readings.read(vm_id)
    except TimeoutError:
        return {vm_id: DiskReading(vm_id=vm_id, error=late) for vm_id in vm_ids} | dict(readings.all)
    return readings.all


class WatchedVm:
    """Reads one VM again and again. The progress of its jobs comes from the details, which no reading waits for."""

    def __init__(self, session: Session, vm_id: VmId) -> None:
        self._session, self._vm_id = session, vm_id
        self._known = KnownDetails()
        self._details: asyncio.Task[HostDetails | None] | None = None

    async def read(self) -> Inventory:
        """Return the VM and its jobs. Raises `BackendError`."""
        if self._details is None and monotonic() - self._known.started >= DETAILS_INTERVAL:
            self._known = replace(self._known, started=monotonic())
            self._details = asyncio.create_task(self._session.host_details())
        inventory = completed(await self._session.inventory([self._vm_id]), None, {})
        if self._details is not None and self._details.done():
            with suppress(BackendError):
                self._known = replace(self._known, details=self._details.result())
            self._details = None
        return _with(inventory, self._known)

    async def close(self) -> None:
        if self._details is not None:
            self._details.cancel()
            await asyncio.wait([self._details])


def _with(inventory: Inventory, known: KnownDetails) -> Inventory:
    return with_details(with_cluster(inventory, known.details), known, lambda vm_id: False)


async def _in_time(details: asyncio.Task[HostDetails | None]) -> KnownDetails:
    done, _ = await asyncio.wait([details], timeout=DETAILS_SECONDS)
    if not done:
        seconds = f"{DETAILS_SECONDS:g}"
        return KnownDetails(error=ConnectionLost(f"The details of the host did not come within {seconds} s."))
    try:
        return KnownDetails(details=details.result())
    except BackendError as error:
        return KnownDetails(error=error)
