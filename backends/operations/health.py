"""Finds the concerns about a VM and its checkpoints, as codes and numbers."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.limits import is_plausible
from hvtui.backends.model import Activity, CheckpointKind, HealthCode, MergeEventCode, Obstacle, UnreadPart
from hvtui.backends.operations.actions import ReasonCode, why_not_abandoned
from hvtui.backends.operations.disk_chains.chains import BreakKind, broken_links, ownerless_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, DiskReading, Inventory, Vm, VmDisks

OLD_DAYS, VERY_OLD_DAYS = 30, 180
MANY = 25
NEARLY_FULL = 5
"""A concern is grave if at most this many further checkpoints are allowed."""
_GRAVE_HEALTH = frozenset({HealthCode.CRITICAL_IO_ERROR, HealthCode.COMMUNICATION_FAILED, HealthCode.ERROR})


class ConcernCode(StrEnum):
    CRITICAL = "critical"
    """The VM's storage is full or cannot be reached."""
    OLD = "old-checkpoint"
    MANY = "many-checkpoints"
    BACKUP_LEFT = "backup-checkpoint-left"
    PARENT_LOST = "checkpoint-parent-lost"
    CURRENT_NOT_LISTED = "current-checkpoint-not-listed"
    """The VM runs on a checkpoint that the host does not list."""
    OBSTACLE = "obstacle"
    """Something outside hvtui keeps the VM from being changed: `Concern.obstacle`."""
    HEALTH = "health"
    """Its operational status reports trouble: `Concern.health`."""
    VM_UNREAD = "vm-unread"
    CHECKPOINTS_UNREAD = "checkpoints-unread"
    DISKS_UNREAD = "disks-unread"
    CHAIN_BROKEN = "chain-link-missing"
    CHAIN_UNREADABLE = "chain-link-unreadable"
    CHAIN_CYCLE = "chain-cycle"
    OWNERLESS_LINKS = "links-without-owner"
    """Files in the chain of the VM that no checkpoint owns: a merge is due or has failed."""
    FILE_SHARED = "file-of-two-vms"
    """Another VM has a drive on the same file: `Concern.other_vm`."""
    MERGE_FAILED = "merge-failed"
    MERGE_INTERRUPTED = "merge-interrupted"


_BREAKS = {
    BreakKind.MISSING: ConcernCode.CHAIN_BROKEN,
    BreakKind.UNREADABLE: ConcernCode.CHAIN_UNREADABLE,
    BreakKind.CYCLE: ConcernCode.CHAIN_CYCLE,
}
_FAILURES = {
    MergeEventCode.FAILED: ConcernCode.MERGE_FAILED,
    MergeEventCode.INTERRUPTED: ConcernCode.MERGE_INTERRUPTED,
}
_CHANGES_CHAINS = frozenset({Activity.CREATING, Activity.APPLYING, Activity.DELETING, Activity.BACKING_UP})
"""While such an operation runs, links without owner are no trouble."""


class Concern(Struct, frozen=True, kw_only=True):
    code: ConcernCode
    grave: bool = False
    number: int = 0
    """The number of days, checkpoints, links, or chains that need a broken link, depending on the code."""
    amount: int | None = None
    """The size of these links in bytes; None if it is not known, or for other codes."""
    health: HealthCode | None = None
    obstacle: Obstacle | None = None
    words: str = ""
    """The host's own words, the path of the file, or the HRESULT of a merge, depending on the code."""
    limit: int | None = None
    """The most checkpoints that the VM may have."""
    other_vm: str = ""
    """The name of the other VM, or its id if it is not listed."""


def concerns(
    vm: Vm,
    inventory: Inventory,
    now: datetime,
    *,
    limit: int | None,
    disk_reading: DiskReading | None = None,
) -> tuple[Concern, ...]:
    """Return the concerns about a VM, grave ones first.

    `limit` is the maximum number of checkpoints, if any; `disk_reading` is None until its disks were read.
    """
    checkpoints = inventory.checkpoints_of(vm.id)
    found = [
        *_vm_concerns(vm, inventory),
        *_checkpoint_concerns(checkpoints, now, limit),
        *_backup_concerns(vm, inventory, now),
        *chain_concerns(vm, inventory, disk_reading),
    ]
    return tuple(sorted(found, key=lambda concern: not concern.grave))


def _vm_concerns(vm: Vm, inventory: Inventory) -> Iterator[Concern]:
    unread = inventory.unread_of(vm.id)
    if unread is not None and unread.part is UnreadPart.VM:
        yield Concern(code=ConcernCode.VM_UNREAD, grave=True, words=unread.words)
    elif unread is not None:
        yield Concern(code=ConcernCode.CHECKPOINTS_UNREAD, words=unread.words)
    if vm.critical:
        yield Concern(code=ConcernCode.CRITICAL, grave=True)
    if vm.obstacle not in (None, Obstacle.OTHER_HYPERVISOR):
        yield Concern(code=ConcernCode.OBSTACLE, grave=True, obstacle=vm.obstacle, words=vm.status_text)
    for health in dict.fromkeys(vm.health):
        yield Concern(code=ConcernCode.HEALTH, grave=health in _GRAVE_HEALTH, health=health)
    own = {checkpoint.id for checkpoint in inventory.checkpoints_of(vm.id)}
    if vm.current is not None and vm.current not in own and inventory.lists_checkpoints_of(vm.id):
        yield Concern(code=ConcernCode.CURRENT_NOT_LISTED)


def _checkpoint_concerns(
    checkpoints: Sequence[Checkpoint], now: datetime, limit: int | None
) -> Iterator[Concern]:
    dated = [checkpoint for checkpoint in checkpoints if is_plausible(checkpoint.created)]
    days = max(((now - checkpoint.created).days for checkpoint in dated), default=0)
    if days >= OLD_DAYS:
        yield Concern(code=ConcernCode.OLD, grave=days >= VERY_OLD_DAYS, number=days)
    count = len(checkpoints)
    if count >= MANY:
        grave = limit is not None and count >= limit - NEARLY_FULL
        yield Concern(code=ConcernCode.MANY, grave=grave, number=count, limit=limit)
    if any(c.kind is CheckpointKind.MISSING for c in checkpoints):
        yield Concern(code=ConcernCode.PARENT_LOST)


def _backup_concerns(vm: Vm, inventory: Inventory, now: datetime) -> Iterator[Concern]:
    codes = {why_not_abandoned(c, vm, inventory, now) for c in inventory.checkpoints_of(vm.id)}
    if not codes.isdisjoint({None, ReasonCode.JOBS_UNREAD}):
        yield Concern(code=ConcernCode.BACKUP_LEFT)


def chain_concerns(vm: Vm, inventory: Inventory, reading: DiskReading | None) -> Iterator[Concern]:
    """Yield the concerns about the chains of a VM's disk files, and about the merges that its host's log reports."""
    if reading is None or reading.vm_id != vm.id:
        return
    disks = reading.disks
    if disks is None:
        yield Concern(code=ConcernCode.DISKS_UNREAD, words=reading.error)
    else:
        if disks.unread_drives:
            yield Concern(code=ConcernCode.DISKS_UNREAD, words=disks.unread_drives[0].words)
        for broken in broken_links(disks):
            yield Concern(
                code=_BREAKS[broken.kind],
                grave=broken.kind is not BreakKind.UNREADABLE,
                number=len(broken.owners),
                words=broken.path,
            )
    for file in reading.shared:
        other = inventory.vm(file.vm_id)
        name = other.name if other else file.vm_id
        yield Concern(code=ConcernCode.FILE_SHARED, words=file.path, other_vm=name)
    if vm.activity is Activity.MERGING:
        return
    links = None
    if disks and vm.activity not in _CHANGES_CHAINS and _owners_known(vm, inventory, disks):
        links = ownerless_links(disks)
    if links:
        sizes = [link.size for link in links if link.size is not None]
        amount = sum(sizes) if len(sizes) == len(links) else None
        yield Concern(code=ConcernCode.OWNERLESS_LINKS, number=len(links), amount=amount)
    newest = max(reading.events or (), key=lambda event: event.time, default=None)
    if newest is not None and newest.code in _FAILURES and (links is None or links):
        yield Concern(
            code=_FAILURES[newest.code],
            grave=newest.code is MergeEventCode.FAILED,
            words=f"0x{newest.hresult & 0xFFFFFFFF:08X}" if newest.hresult is not None else "",
        )


def _owners_known(vm: Vm, inventory: Inventory, disks: VmDisks) -> bool:
    """Return whether the drives of the VM and of all its checkpoints are known, those not listed included."""
    listed = inventory.checkpoints_of(vm.id)
    ids = {checkpoint.id for checkpoint in listed}
    needed = {vm.current, *(checkpoint.parent for checkpoint in listed)} - {None}
    with_drives = {disk.checkpoint_id for disk in disks.disks}
    read = with_drives | disks.without_drives
    return (
        inventory.lists_checkpoints_of(vm.id)
        and not disks.unread_drives
        and needed <= ids <= read
        and None in with_drives
    )
