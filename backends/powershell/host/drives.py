"""Converts the rows of drives, which the scripts of every kind of host return alike, to the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hvtui.backends.model import CheckpointId, Disk, UnreadDrives
from hvtui.backends.powershell.host.values import guid

if TYPE_CHECKING:
    from hvtui.backends.model import VmId


def checkpoint_id(text: str) -> CheckpointId | None:
    """Return the id; None for "", which stands for the VM itself."""
    return CheckpointId(guid(text)) if text else None


def drives(row: dict[str, Any], vm_id: VmId) -> tuple[Disk, ...]:
    """Return the drives of a VM and of its checkpoints."""
    return tuple(
        Disk(
            vm_id=vm_id,
            checkpoint_id=checkpoint_id(drive["Checkpoint"]),
            path=drive["Path"],
            location=drive["Location"],
        )
        for drive in row["Drives"]
    )


def unread_drives(row: dict[str, Any]) -> tuple[UnreadDrives, ...]:
    return tuple(
        UnreadDrives(checkpoint_id=checkpoint_id(found["Checkpoint"]), words=found["Words"])
        for found in row["UnreadDrives"]
    )


def without_drives(row: dict[str, Any]) -> frozenset[CheckpointId]:
    """Return the checkpoints that were read and have no drive."""
    owners = {checkpoint_id(owner["Checkpoint"]) for owner in (*row["Drives"], *row["UnreadDrives"])}
    return frozenset(CheckpointId(guid(id)) for id in row["Checkpoints"]) - owners
