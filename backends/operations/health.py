"""Finds the concerns about a VM and its checkpoints, as codes and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hvtui.backends.model import CheckpointKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, Vm

OLD_DAYS, VERY_OLD_DAYS = 30, 180
BACKUP_LEFT_DAYS = 1
MANY = 25
NEARLY_FULL = 5
"""A concern is grave if at most this many further checkpoints are allowed."""


class ConcernCode(StrEnum):
    CRITICAL = "critical"
    """The VM's storage is full or cannot be reached."""
    OLD = "old-checkpoint"
    MANY = "many-checkpoints"
    BACKUP_LEFT = "backup-checkpoint-left"
    PARENT_LOST = "checkpoint-parent-lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    code: ConcernCode
    grave: bool = False
    number: int = 0
    """The number of days or of checkpoints, depending on the code."""
    limit: int | None = None
    """The most checkpoints that the VM may have."""


def concerns(
    vm: Vm, checkpoints: Sequence[Checkpoint], now: datetime, *, limit: int | None
) -> tuple[Concern, ...]:
    """Return the concerns about a VM, grave ones first. `limit` is the maximum number of checkpoints, if any."""
    found: list[Concern] = []
    if vm.critical:
        found.append(Concern(code=ConcernCode.CRITICAL, grave=True))
    if checkpoints:
        days = (now - min(c.created for c in checkpoints)).days
        count = len(checkpoints)
        if days >= OLD_DAYS:
            found.append(Concern(code=ConcernCode.OLD, grave=days >= VERY_OLD_DAYS, number=days))
        if count >= MANY:
            grave = limit is not None and count >= limit - NEARLY_FULL
            found.append(Concern(code=ConcernCode.MANY, grave=grave, number=count, limit=limit))
    if any(
        c.kind is CheckpointKind.RECOVERY and (now - c.created).days >= BACKUP_LEFT_DAYS for c in checkpoints
    ):
        found.append(Concern(code=ConcernCode.BACKUP_LEFT))
    if any(c.kind is CheckpointKind.MISSING for c in checkpoints):
        found.append(Concern(code=ConcernCode.PARENT_LOST))
    return tuple(sorted(found, key=lambda concern: not concern.grave))
