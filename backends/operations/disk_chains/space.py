"""Predicts the disk space that a new checkpoint needs: for the memory of the VM and for the new links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.operations.disk_chains.chains import disk_files
from hvtui.backends.operations.impact import CheckpointType, next_checkpoint_type

if TYPE_CHECKING:
    from hvtui.backends.model import Vm, VmDisks, Volume

LINK_BYTES = 4 << 20
"""The size of a new link; it grows with what is written from then on."""


class SpaceNeed(Struct, frozen=True, kw_only=True):
    """The disk space that a new checkpoint of a VM needs at once."""

    memory: int | None
    """The size of the VM's memory if the checkpoint will, or may, contain it, else 0; None if that is not known."""
    memory_certain: bool
    """False if the checkpoint contains memory only where a production checkpoint fails."""
    links: int | None
    """The number of new links, one for each disk; None if the disks are not known."""
    volume: Volume | None
    """The volume that is judged: the fullest one of the VM's disks; None if it is not known."""
    fits: bool | None
    """Whether `volume` has room for the memory and the links; None if that is not known."""


def space_to_create(vm: Vm, disks: VmDisks | None) -> SpaceNeed:
    """Return what a checkpoint of the VM needs now.

    No property says where the memory will be written: it is taken to lie on the volume of the disks.
    """
    kind = next_checkpoint_type(vm)
    memory: int | None = 0
    if kind in (CheckpointType.WITH_MEMORY, CheckpointType.PRODUCTION_OR_STANDARD):
        memory = vm.memory_assigned or None
    elif kind is CheckpointType.UNKNOWN:
        memory = None
    certain = kind is not CheckpointType.PRODUCTION_OR_STANDARD
    own = disk_files(disks, None) if disks is not None and disks.vm_id == vm.id else []
    if disks is None or not own or any(unread.checkpoint_id is None for unread in disks.unread_drives):
        return SpaceNeed(memory=memory, memory_certain=certain, links=None, volume=None, fits=None)
    volumes = [disks.volume_of(file) if file else None for _, file in own]
    fullest = min((volume for volume in volumes if volume), key=lambda volume: volume.free, default=None)
    fits = None
    if fullest and memory is not None and None not in volumes:
        fits = memory + LINK_BYTES * len(own) <= fullest.free
    return SpaceNeed(memory=memory, memory_certain=certain, links=len(own), volume=fullest, fits=fits)
