"""Reads the disks of VMs and their merge events, and keeps the last reading of each VM."""

from __future__ import annotations

import logging
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.contract import Verb
from hvtui.backends.errors import BackendError, ConnectError, ConnectionLost
from hvtui.backends.model import Activity, DiskReading
from hvtui.backends.operations.disk_chains.sharing import FileUsers
from hvtui.backends.operations.readings.after_delete import EVENTS_SINCE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from hvtui.backends.contract import Session
    from hvtui.backends.model import Inventory, VmDisks, VmId

_log = logging.getLogger(__name__)


class DiskReadings:
    def __init__(
        self, session: Session, *, clock: Callable[[], datetime], show: Callable[[DiskReading], None]
    ) -> None:
        """`show` receives each new reading."""
        self._session, self._clock, self._show = session, clock, show
        self._readings: dict[VmId, DiskReading] = {}
        self._users = FileUsers()

    @property
    def all(self) -> Mapping[VmId, DiskReading]:
        return MappingProxyType(dict(self._readings))

    def disks_of(self, vm_id: VmId) -> VmDisks | None:
        reading = self._readings.get(vm_id)
        return reading.disks if reading else None

    def forget_changed(self, before: Inventory, after: Inventory, *, keep: VmId | None) -> None:
        """Drop the readings of VMs that the later inventory shows to have other disk files.

        That of the highlighted VM, `keep`, stays until it is read again.
        """
        for vm_id in [*self._readings]:
            if vm_id != keep and _changed(vm_id, before, after):
                del self._readings[vm_id]
                self._tell_shared(self._users.forget(vm_id))

    async def read(self, vm_id: VmId) -> None:
        """Read the disks of a VM, and then its events. What cannot be read is kept as the reason."""
        verbs = self._session.capabilities.verbs
        earlier = self._readings.get(vm_id, DiskReading(vm_id=vm_id))
        if Verb.DISKS in verbs:
            earlier = await self._read_disks(earlier)
        if Verb.EVENTS in verbs:
            await self._read_events(earlier)

    async def _read_disks(self, earlier: DiskReading) -> DiskReading:
        vm_id = earlier.vm_id
        try:
            disks = next((each for each in await self._session.disks([vm_id]) if each.vm_id == vm_id), None)
        except BackendError as error:
            _log.debug("the disks of VM %s", vm_id, exc_info=True)
            if isinstance(error, ConnectError | ConnectionLost) and earlier.disks is not None:
                return earlier  # this says nothing about the disks, and the lost connection is shown
            return self._keep(replace(earlier, disks=None, error=_words(error)))
        if disks is None:
            return self._keep(replace(earlier, disks=None, error="The host named no disks of this VM."))
        return self._keep(replace(earlier, disks=disks, error=""))

    async def _read_events(self, earlier: DiskReading) -> None:
        try:
            events = await self._session.events([earlier.vm_id], since=self._clock() - EVENTS_SINCE)
        except BackendError as error:
            _log.debug("the events of VM %s", earlier.vm_id, exc_info=True)
            if isinstance(error, ConnectError | ConnectionLost) and earlier.events is not None:
                return  # this says nothing about the events, and the lost connection is shown
            self._keep(replace(earlier, events=None, events_error=_words(error)))
        else:
            own = tuple(event for event in events if event.vm_id == earlier.vm_id)
            self._keep(replace(earlier, events=own, events_error=""))

    def _keep(self, reading: DiskReading) -> DiskReading:
        # Disks that could not be read this time are still the last ones known where other VMs are concerned.
        changed = self._users.take(reading.vm_id, reading.disks) if reading.disks else ()
        kept = self._readings[reading.vm_id] = self._with_shared(reading)
        self._show(kept)
        self._tell_shared(changed)
        return kept

    def _tell_shared(self, vm_ids: Collection[VmId]) -> None:
        for vm_id in vm_ids:
            reading = self._readings[vm_id]
            newer = self._with_shared(reading)
            if newer.shared != reading.shared:
                self._readings[vm_id] = newer
                self._show(newer)

    def _with_shared(self, reading: DiskReading) -> DiskReading:
        return replace(reading, shared=self._users.shared(reading.vm_id) if reading.disks else ())


def _changed(vm_id: VmId, before: Inventory, after: Inventory) -> bool:
    """Return whether the later inventory shows that the VM has other disk files: a merge has ended, for example."""
    if after.unread_of(vm_id):
        return False
    was, vm = before.vm(vm_id), after.vm(vm_id)
    if was is None or vm is None:
        return True
    worked = was.activity is not Activity.NONE and vm.activity is Activity.NONE
    own, earlier = ({c.id for c in each.checkpoints_of(vm_id)} for each in (after, before))
    return worked or was.current != vm.current or own != earlier


def _words(error: BackendError) -> str:
    return error.detail or error.message
