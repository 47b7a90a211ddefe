"""VMs, checkpoints and their host as objects for JSON. Every fact comes from the functions that the screen uses."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from hvtui.backends.limits import is_plausible
from hvtui.backends.model import Activity, bare_id
from hvtui.backends.operations.command import is_locked
from hvtui.backends.operations.filtering.choosing import choose
from hvtui.backends.operations.filtering.facts import Facts
from hvtui.backends.operations.filtering.parsing import Filter
from hvtui.backends.operations.health import concerns
from hvtui.tui.cli.listing.disks import disks_object, sizes_object
from hvtui.tui.text.disks.merging import merge_percents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hvtui.backends.model import (
        Checkpoint,
        CheckpointId,
        DiskReading,
        Host,
        Inventory,
        Unread,
        Vm,
        VmId,
    )
    from hvtui.backends.operations.filtering.choosing import Choice
    from hvtui.backends.operations.health import Concern


class Listing(Struct, frozen=True, kw_only=True, dict=True):  # a `dict` for the cached property
    """What was read of a host, and which of it is listed."""

    inventory: Inventory
    wanted: Filter = Filter()
    limit: int | None = None
    """The most checkpoints that a VM may have."""
    disk_readings: Mapping[VmId, DiskReading] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def choice(self) -> Choice:
        """The VMs that match the filter."""
        facts = Facts(self.inventory)
        facts.update(self.inventory.taken, limit=self.limit, disk_readings=self.disk_readings)
        return choose(self.wanted, facts)

    def concerns(self, vm: Vm) -> tuple[Concern, ...]:
        reading = self.disk_readings.get(vm.id)
        now = self.inventory.taken
        return concerns(vm, self.inventory, now, limit=self.limit, disk_reading=reading)


def listing_object(listing: Listing) -> dict[str, Any]:
    return {
        **_frame(listing),
        "vms": [_vm(vm, listing) for vm in listing.choice.vms],
        "undecided": [bare_id(vm.id) for vm in listing.choice.undecided],
    }


def vm_object(vm: Vm, listing: Listing) -> dict[str, Any]:
    """Return one VM, with its host and the time of the reading."""
    return {**_frame(listing), **_vm(vm, listing)}


def _frame(listing: Listing) -> dict[str, Any]:
    return {
        "host": _host(listing.inventory.host),
        "hosts": [_host(host) for host in listing.inventory.hosts],
        "taken": listing.inventory.taken.isoformat(),
        "incomplete": listing.inventory.incomplete,
    }


def _host(host: Host) -> dict[str, Any]:
    return {
        "name": host.name,
        "system": host.system,
        "cluster": host.cluster,
        "utc_offset_minutes": host.utc_offset_minutes,
        "volumes": [
            {"name": volume.name, "size": volume.size, "free": volume.free} for volume in host.volumes
        ],
        "unread": list(host.unread),
        "trouble": host.trouble,
        "same_as": host.same_as,
        "incomplete": host.incomplete,
        "taken": _time(host.taken),
    }


def _vm(vm: Vm, listing: Listing) -> dict[str, Any]:
    inventory, reading = listing.inventory, listing.disk_readings.get(vm.id)
    unread = inventory.unread_of(vm.id)
    known = unread is None or not unread.nothing_known
    checkpoints = inventory.checkpoints_of(vm.id) if inventory.lists_checkpoints_of(vm.id) else None
    return {
        "id": bare_id(vm.id),
        "name": vm.name,
        "host_name": inventory.host_of(vm).name,
        "state": vm.state.value,
        "state_text": vm.state_text,
        "critical": vm.critical,
        "status_text": vm.status_text,
        "health": [code.value for code in vm.health],
        "activity": _activity(vm, inventory),
        "in_service": vm.in_service,
        "uptime_seconds": vm.uptime_seconds if known else None,
        "memory_assigned": vm.memory_assigned if known else None,
        "checkpoint_setting": vm.checkpoint_setting.value,
        "checkpoint_setting_text": vm.checkpoint_setting_text,
        "automatic_checkpoints": vm.automatic_checkpoints,
        "replicated": vm.replicated,
        "clustered": vm.clustered,
        "notes": vm.notes,
        "unread": _unread(unread),
        "concerns": [_concern(concern) for concern in listing.concerns(vm)],
        "current": vm.current and bare_id(vm.current),
        "current_listed": _listed(vm.current, vm.id, inventory),
        "checkpoints": None
        if checkpoints is None
        else [_checkpoint(checkpoint, inventory, reading) for checkpoint in checkpoints],
        **disks_object(reading),
    }


def _checkpoint(checkpoint: Checkpoint, inventory: Inventory, reading: DiskReading | None) -> dict[str, Any]:
    return {
        "id": bare_id(checkpoint.id),
        "name": checkpoint.name,
        "parent": checkpoint.parent and bare_id(checkpoint.parent),
        "parent_listed": _listed(checkpoint.parent, checkpoint.vm_id, inventory),
        "created": _time(checkpoint.created),
        "snapshot_type": checkpoint.kind_text or checkpoint.kind.value,
        "with_memory": checkpoint.with_memory,
        "automatic": checkpoint.automatic,
        "locked": is_locked(checkpoint),
        "notes": checkpoint.notes,
        **sizes_object(reading, checkpoint.id),
    }


def _activity(vm: Vm, inventory: Inventory) -> dict[str, Any]:
    jobs = inventory.jobs_of(vm.id)
    others = next((job.percent for job in jobs if job.activity is vm.activity), None)
    return {
        "what": vm.activity.value,
        "percent": merge_percents(jobs).get(vm.id) if vm.activity is Activity.MERGING else others,
        "jobs": None
        if not inventory.knows_jobs_of(vm)
        else [
            {
                "id": job.id,
                "what": job.activity.value,
                "percent": job.percent,
                "started": _time(job.started),
            }
            for job in jobs
        ],
    }


def _unread(unread: Unread | None) -> dict[str, Any] | None:
    if unread is None:
        return None
    return {"part": unread.part.value, "words": unread.words, "since": _time(unread.since)}


def _concern(concern: Concern) -> dict[str, Any]:
    return {
        "code": concern.code.value,
        "grave": concern.grave,
        "number": concern.number or None,
        "limit": concern.limit,
        "amount": concern.amount,
        "health": concern.health.value if concern.health else None,
        "words": concern.words,
        "other_vm": concern.other_vm or None,
    }


def _listed(id: CheckpointId | None, vm_id: VmId, inventory: Inventory) -> bool | None:
    """Return whether the host lists this checkpoint; None if there is none, or if its checkpoints were not read."""
    if id is None or not inventory.lists_checkpoints_of(vm_id):
        return None
    return inventory.checkpoint(id) is not None


def _time(moment: datetime | None) -> str | None:
    """Return the time; None if there is none, or if the host gave a date that stands for none."""
    return moment.isoformat() if moment is not None and is_plausible(moment) else None
