"""Reads what is known of a host besides its VMs, rarely and apart from them, and adds it to the inventory."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hvtui.backends.errors import BackendError
from hvtui.backends.model import Activity

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.contract import Session
    from hvtui.backends.model import Host, HostDetails, Inventory, Job, VmId

INTERVAL = 60.0
"""Seconds from the start of one reading of the details to the start of the next."""
WORK_INTERVAL = 4.0
"""The same while the host is working on a VM: the details contain the progress of its jobs."""
INTERVAL_FACTOR = 10
"""The details are read at most during one part in this many of the time."""
_log = logging.getLogger(__name__)


class KnownDetails(Struct, frozen=True, kw_only=True):
    """The result of the readings of the details."""

    details: HostDetails | None = None
    """The last details that were read."""
    started: float = 0.0
    """When their reading started, by the monotonic clock."""
    error: BackendError | None = None
    """Why the last reading failed."""


class HostDetailsReader:
    def __init__(
        self, session: Session, *, show: Callable[[KnownDetails], None], at_work: Callable[[], bool]
    ) -> None:
        """`show` receives the result of each reading; `at_work` returns whether the host is working on a VM."""
        self._session, self._show, self._at_work = session, show, at_work
        self._known = KnownDetails()
        self._requested = asyncio.Event()
        self._allowed = asyncio.Event()

    def allow(self, allowed: bool) -> None:
        """Allow or forbid further readings. They are allowed only while the VMs can be read."""
        if allowed:
            self._allowed.set()
        else:
            self._allowed.clear()

    def refresh(self) -> None:
        """Read the details as soon as readings are allowed."""
        self._requested.set()

    async def run(self) -> None:
        """Read repeatedly, one reading at a time, until this is cancelled or the inventory includes the details."""
        while True:
            await self._allowed.wait()
            self._requested.clear()
            started = monotonic()
            try:
                details = await self._session.host_details()
            except BackendError as error:
                _log.debug("the details of the host", exc_info=True)
                if self._allowed.is_set():  # else it failed with the readings of VMs, which are reported
                    self._known = replace(self._known, error=error)
                    self._show(self._known)
            else:
                if details is None:
                    return
                self._known = KnownDetails(details=details, started=started)
                self._show(self._known)
            await self._pause(started, INTERVAL_FACTOR * (monotonic() - started))

    async def _pause(self, started: float, least: float) -> None:
        """Wait until the next reading is due, or one is requested. Work that begins meanwhile makes it due earlier."""
        earliest = monotonic() + least
        while not self._requested.is_set():
            due = max(earliest, started + (WORK_INTERVAL if self._at_work() else INTERVAL))
            if (left := due - monotonic()) <= 0:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, WORK_INTERVAL)):
                    await self._requested.wait()


def with_details(inventory: Inventory, known: KnownDetails, read_later: Callable[[VmId], bool]) -> Inventory:
    """Return the inventory with what is known of the host and its jobs.

    `read_later` returns whether a VM was read after the details: then a job on it has ended if the VM is idle.
    """
    details, error = known.details, known.error
    if error is not None:
        words = " ".join(part for part in (error.message, error.detail) if part)
        inventory = replace(
            inventory, host=replace(inventory.host, unread=_added(inventory.host.unread, words))
        )
    if details is None:
        return inventory
    jobs = details.jobs if error is None else None  # else they are those of an earlier reading
    if jobs is not None:
        jobs = tuple(job for job in jobs if not _has_ended(job, inventory, read_later))
    host = replace(
        details.host,
        name=inventory.host.name or details.host.name,
        utc_offset_minutes=_first_known(inventory.host, details.host),
        unread=tuple(dict.fromkeys((*inventory.host.unread, *details.host.unread))),
    )
    return replace(inventory, host=host, jobs=jobs)


def with_cluster(inventory: Inventory, details: HostDetails | None) -> Inventory:
    """Return the inventory with what is known of each VM's cluster. Only VMs that were not known so far are copied."""
    clustered = details.clustered if details else None
    if clustered is None:
        return inventory
    vms = tuple(
        vm if vm.clustered is (vm.id in clustered) else replace(vm, clustered=vm.id in clustered)
        for vm in inventory.vms
    )
    return replace(inventory, vms=vms)


async def cluster_nodes(session: Session) -> tuple[str, ...]:
    """Return the names of the nodes of the host's cluster. Raises `BackendError` if it has none, or if they are not known."""
    details = await session.host_details()
    host = details.host if details else (await session.inventory([])).host
    detail = "\n".join(host.unread)
    if not host.cluster:
        raise BackendError(
            f"{host.name} is not a node of a failover cluster, as far as it could be read.",
            hint="Connect to it as a host.",
            detail=detail,
        )
    if not host.nodes:
        raise BackendError(f"The nodes of the cluster {host.cluster} could not be read.", detail=detail)
    return host.nodes


def is_at_work(inventory: Inventory) -> bool:
    """Return whether the host is working on any VM."""
    return any(vm.in_service or vm.activity is not Activity.NONE for vm in inventory.vms)


def _has_ended(job: Job, inventory: Inventory, read_later: Callable[[VmId], bool]) -> bool:
    vm = inventory.vm(job.vm_id)
    if vm is None or job.vm_id is None or inventory.unread_of(vm.id):
        return False
    idle = vm.activity is Activity.NONE and not vm.in_service
    return idle and read_later(job.vm_id)


def _first_known(*hosts: Host) -> int | None:
    return next((h.utc_offset_minutes for h in hosts if h.utc_offset_minutes is not None), None)


def _added(unread: tuple[str, ...], words: str) -> tuple[str, ...]:
    return unread if words in unread else (*unread, words)
