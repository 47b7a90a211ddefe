"""What scenarios are made of: VMs that run, checkpoints of an age, data that was written, full volumes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.mock.state.records import GB

if TYPE_CHECKING:
    from hvtui.backends.mock.state.records import WorldCheckpoint, WorldVm
    from hvtui.backends.mock.world import World

REALISTIC_DURATIONS = {
    "take_checkpoint": 3, "apply": 4, "destroy": 2, "destroy_tree": 3, "start": 3, "shut_down": 6, "turn_off": 1,
    "save": 3, "merge": 25,
}  # fmt: skip
"""Seconds that the jobs of each verb take on a host with a light load."""


def running(
    world: World,
    name: str,
    *,
    days: float = 0,
    hours: float = 0,
    memory: int = 4,
    disks: tuple[int, ...] = (40,),
    folder: str = "D:\\Hyper-V",
) -> WorldVm:
    """Add a VM that has been running for this long. Memory and disk sizes are in GB."""
    vm = world.add_vm(name, disks=tuple(size * GB for size in disks), folder=folder)
    vm.state, vm.memory_startup, vm.memory_assigned = "Running", memory * GB, memory * GB
    vm.started_at = world.now() - timedelta(days=days, hours=hours)
    return vm


def checkpoint(
    world: World,
    vm: WorldVm,
    name: str,
    *,
    days: float = 0,
    hours: float = 0,
    memory: int = 0,
    grew: int = 0,
) -> WorldCheckpoint:
    """Add a checkpoint of this age. `memory` is its memory and `grew` the data written before it, both in GB."""
    write(world, vm, grew)
    checkpoint = world.add_checkpoint(vm, name, world.now() - timedelta(days=days, hours=hours))
    checkpoint.state, checkpoint.memory_bytes = "Saved" if memory else "Off", memory * GB
    return checkpoint


def write(world: World, vm: WorldVm, gigabytes: int) -> None:
    """Enlarge the file that the VM writes to."""
    world.files[vm.drives[0].path].size += gigabytes * GB


def age(world: World, *, days: float) -> None:
    """Make every VM this much older."""
    for vm in world.vms.values():
        vm.created -= timedelta(days=days)


def fill_volume(world: World, *, free: int) -> None:
    """Fill the first volume, with files that belong to no VM, until only this many GB are free."""
    volume = world.volumes[0]
    volume.other_bytes += world.free(volume) - free * GB
