"""Finds the concerns about a VM and its checkpoints, as codes and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hvtui.backends.limits import is_plausible
from hvtui.backends.model import CheckpointKind, HealthCode, UnreadPart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, DiskReading, Inventory, Vm

OLD_DAYS, VERY_OLD_DAYS = 30, 180
BACKUP_LEFT_DAYS = 1
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
    MERGE_FAILED = "merge-failed"
    MERGE_INTERRUPTED = "merge-interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    code: ConcernCode
    grave: bool = False
    number: int = 0
    """The number of days, checkpoints or links, depending on the code."""
    amount: int | None = None
    """The size of these links in bytes; None if it is not known, or for other codes."""
    health: HealthCode | None = None
    words: str = ""
    """The host's own words, or the path of the file, depending on the code."""
    limit: int | None = None
    """The most checkpoints that the VM may have."""


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
    if any(c.kind is CheckpointKind.RECOVERY and (now - c.created).days >= BACKUP_LEFT_DAYS for c in dated):
        yield Concern(code=ConcernCode.BACKUP_LEFT)
    if any(c.kind is CheckpointKind.MISSING for c in checkpoints):
        yield Concern(code=ConcernCode.PARENT_LOST)
