"""The scenario with a VM for each kind of problem that hvtui reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.mock.scenarios.sample import (
    REALISTIC_DURATIONS,
    age,
    checkpoint,
    fill_volume,
    running,
    write,
)
from hvtui.backends.mock.state.records import GB, Code, OperationalStatus, Refused, WorldVolume

if TYPE_CHECKING:
    from hvtui.backends.mock.state.records import WorldCheckpoint, WorldVm
    from hvtui.backends.mock.world import World

ROOM = "E:\\Hyper-V"
FRAGMENTED = 0x80070299
"""A file has too many fragments for NTFS (facts §7)."""


def troubled(world: World) -> None:
    """Add VMs with problems on two volumes: ``D:`` is full, and ``E:`` has room."""
    world.volumes.append(WorldVolume("E:", 8000 * GB))
    world.cluster = "HV-CLUSTER"
    stuck, deleted = _stuck_merge(world)
    failing, patch = _failed_merge(world)
    backup = _backup(world)
    _checkpoints(world)
    _chains(world)
    _states(world)
    _surroundings(world)
    age(world, days=500)
    world.durations.update(merge=3600, back_up=7200)
    world.stuck_merges.add(stuck.id)
    world.destroy(deleted.id)
    world.back_up(backup.id)
    world.durations["merge"] = 0
    world.failing_merges[failing.id] = Refused(
        Code.FAILED, "The disks could not be merged. (0x80070299)", hresult=FRAGMENTED
    )
    world.destroy(patch.id)
    world.durations.update(REALISTIC_DURATIONS)
    fill_volume(world, free=0)


def _stuck_merge(world: World) -> tuple[WorldVm, WorldCheckpoint]:
    vm = running(world, "stuck-merge", days=20)
    deleted = checkpoint(world, vm, "Before patch", days=20, grew=12)
    checkpoint(world, vm, "After patch", days=19, grew=3)
    return vm, deleted


def _failed_merge(world: World) -> tuple[WorldVm, WorldCheckpoint]:
    vm = running(world, "failed-merge", days=20, folder=ROOM)
    deleted = checkpoint(world, vm, "Before patch", days=20, grew=5)
    write(world, vm, 18)
    return vm, deleted


def _backup(world: World) -> WorldVm:
    left = running(world, "backup-left", days=40, folder=ROOM)
    checkpoint(world, left, "backup-left - Backup", days=12, grew=30).type = "Recovery"
    write(world, left, 55)
    vm = running(world, "backup-running", days=1)
    checkpoint(world, vm, "Left by a backup", days=130, grew=40).type = "Recovery"
    return vm


def _checkpoints(world: World) -> None:
    """Add VMs whose checkpoints are many, lost, not listed or not readable."""
    deep = running(world, "deep-chain", days=300, memory=8)
    for number in range(50):
        checkpoint(world, deep, f"Step {number + 1}", days=300 - number * 6, grew=2)
    write(world, deep, 4)

    lost = running(world, "lost-parent", days=7)
    checkpoint(world, lost, "Lost", days=60, grew=2).type = "Missing"
    checkpoint(world, lost, "After the loss", days=50, grew=1)

    hidden = running(world, "hidden-parent", days=9, folder=ROOM)
    checkpoint(world, hidden, "Listed", days=9, grew=2)
    checkpoint(world, hidden, "Not listed", days=3, grew=6).listed = False

    sick = running(world, "sick-vm", days=3, folder=ROOM)
    checkpoint(world, sick, "Not readable", days=20, grew=2)
    sick.checkpoints_unread = (
        "The operation cannot be performed on the object because it is not in a valid state."
    )

    memory = running(world, "old-memory", days=2, memory=8, folder=ROOM)
    checkpoint(world, memory, "Before new host", days=300, memory=8, grew=4).memory_unusable = True
    write(world, memory, 3)
    saved = world.add_vm("dead-save", folder=ROOM)
    saved.state, saved.saved_memory_bytes, saved.resume_fails = "Saved", 4 * GB, True


def _chains(world: World) -> None:
    """Add VMs whose disk files are the problem, and one on a template, which is none."""
    broken = world.add_vm("broken-chain")
    base = broken.drives[0].path
    checkpoint(world, broken, "Orphaned", days=15, grew=1)
    del world.files[base]

    links = running(world, "backup-links", days=200, folder=ROOM)
    world.add_links(links, 15, 30 * GB)

    large = running(world, "big-delete", days=70, folder="D:\\Hyper-V")
    checkpoint(world, large, "Before migration", days=12)
    write(world, large, 480)

    share = world.add_vm("dead-share", folder="\\\\nas-02\\vms")
    world.unreadable[share.drives[0].path] = "The network path was not found. (0x80070035)"

    templated = running(world, "from-template", days=11, folder=ROOM)
    world.use_template(templated, "E:\\Templates\\server-2025.vhdx", 14 * GB)
    checkpoint(world, templated, "Joined the domain", days=10, grew=1)
    write(world, templated, 2)


def _states(world: World) -> None:
    """Add VMs whose own state is the problem."""
    critical = running(world, "mail-01", days=4, memory=16)
    critical.state = "PausedCritical"
    checkpoint(world, critical, "Before store move", days=11, memory=16, grew=7)

    silent = running(world, "no-answer", days=8)
    silent.shutdown_ok, silent.production_possible, silent.checkpoint_type = False, False, "ProductionOnly"
    gpu = running(world, "gpu-01", days=8)
    gpu.checkpointable = False
    fallback = running(world, "no-production", days=8, folder=ROOM)
    fallback.production_possible = False
    stuck = running(world, "stuck-stop", days=5)
    stuck.state = "Stopping"
    network = running(world, "sr-iov", days=30, folder=ROOM)
    network.trouble = (OperationalStatus.DEGRADED, OperationalStatus.SR_IOV_DRIVERS_NEEDED)


def _surroundings(world: World) -> None:
    """Add VMs for which it matters what else manages them."""
    replica = running(world, "replicated", days=60, folder=ROOM)
    replica.replicated = True
    checkpoint(world, replica, "Before update", days=4, grew=3)
    clustered = running(world, "clustered", days=60, folder=ROOM)
    clustered.clustered = True
    checkpoint(world, clustered, "Before update", days=4, grew=3)
    automatic = running(world, "automatic", hours=6, folder=ROOM)
    automatic.automatic_checkpoints = True
    checkpoint(world, automatic, "Automatic Checkpoint - automatic", hours=6, grew=2).automatic = True
