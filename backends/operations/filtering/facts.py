"""What a filter looks at: the VMs of a reading, and the concerns about them."""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from hvtui.backends.operations.health import concerns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hvtui.backends.model import DiskReading, Inventory, Vm, VmId

_MARKS_LAST = timedelta(hours=1)
"""Concerns about ages change by the day."""


class Severity(IntEnum):
    """The gravest concern about a VM."""

    NONE = 0
    CONCERN = 1
    GRAVE = 2


class Facts:
    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.now = inventory.taken
        """The time that ages are relative to."""
        self._limit: int | None = None
        self._disk_readings: Mapping[VmId, DiskReading] = MappingProxyType({})
        self._severities: dict[VmId, tuple[DiskReading | None, Severity]] = {}
        self._severities_at = self.now

    def update(
        self,
        now: datetime,
        *,
        limit: int | None,
        disk_readings: Mapping[VmId, DiskReading],
    ) -> None:
        """Take over what has changed beside the inventory. `limit` is the maximum number of checkpoints, if any."""
        self.now, self._disk_readings = now, disk_readings
        if limit != self._limit or now - self._severities_at >= _MARKS_LAST:
            self._limit, self._severities_at = limit, now
            self._severities.clear()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all VMs, casefolded."""
        return tuple(vm.name.casefold() for vm in self.inventory.vms)

    def severity(self, vm: Vm) -> Severity:
        """Return how grave the concerns about the VM are. It is kept: for many VMs it takes long to find."""
        reading = self._disk_readings.get(vm.id)
        kept = self._severities.get(vm.id)
        if kept is not None and kept[0] is reading:
            return kept[1]
        found = concerns(vm, self.inventory, self.now, limit=self._limit, disk_reading=reading)
        severity = max(
            (Severity.GRAVE if c.grave else Severity.CONCERN for c in found), default=Severity.NONE
        )
        self._severities[vm.id] = (reading, severity)
        return severity
