"""What about a VM's checkpoints somebody should look at, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hvtui.backends.limits import MAX_CHECKPOINTS
from hvtui.backends.model import CheckpointKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, Vm

OLD_DAYS, VERY_OLD_DAYS = 30, 180
BACKUP_LEFT_DAYS = 1
MANY, NEARLY_FULL = 25, 45
FULL_OR_LOST = "Its storage is full or cannot be reached."


@dataclass(frozen=True, slots=True)
class Concern:
    words: str
    grave: bool = False


def concerns(vm: Vm, checkpoints: Sequence[Checkpoint], now: datetime) -> tuple[Concern, ...]:
    """Worst first."""
    found: list[Concern] = []
    if vm.critical:
        found.append(Concern(FULL_OR_LOST, grave=True))
    if checkpoints:
        days = (now - min(c.created for c in checkpoints)).days
        if days >= OLD_DAYS:
            found.append(Concern(f"Its oldest checkpoint is {days} days old.", days >= VERY_OLD_DAYS))
        if len(checkpoints) >= MANY:
            words = f"It has {len(checkpoints)} checkpoints; {MAX_CHECKPOINTS} are the most it can have."
            found.append(Concern(words, len(checkpoints) >= NEARLY_FULL))
    if any(
        c.kind is CheckpointKind.RECOVERY and (now - c.created).days >= BACKUP_LEFT_DAYS for c in checkpoints
    ):
        found.append(Concern("A backup left a checkpoint behind."))
    if any(c.kind is CheckpointKind.MISSING for c in checkpoints):
        found.append(Concern("A checkpoint has lost its parent."))
    return tuple(sorted(found, key=lambda concern: not concern.grave))


def mark(found: Sequence[Concern]) -> str:
    """``!!``, ``!`` or nothing."""
    return "!!" if any(c.grave for c in found) else "!" if found else ""
