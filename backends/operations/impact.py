"""What is known of the sizes of a VM's disks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hvtui.backends.model import CheckpointId, Disk, DiskFile, VmDisks


def disks_of(disks: VmDisks, checkpoint: CheckpointId | None) -> list[tuple[Disk, DiskFile | None]]:
    """The drives of a checkpoint, or with None those of Now, each with its file where that was read."""
    files = {file.path: file for file in disks.files}
    return [(disk, files.get(disk.path)) for disk in disks.disks if disk.checkpoint_id == checkpoint]


def written_since(disks: VmDisks) -> int | None:
    """How much Now's differencing files hold; None when one of them was not read or there are none."""
    own = [file for _, file in disks_of(disks, None)]
    grown = [file.size for file in own if file and file.differencing]
    return sum(grown) if grown and None not in own else None
