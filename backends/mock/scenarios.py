"""The scenarios: sample data for simulated hosts. All times are relative to the clock's current time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.mock.hostile import HOSTILE_NAMES
from hvtui.backends.mock.network import SimulatedNetwork
from hvtui.backends.mock.state.records import GB, WorldVolume
from hvtui.backends.mock.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.clock import Clock
    from hvtui.backends.mock.state.records import WorldCheckpoint, WorldVm

REALISTIC_DURATIONS = {
    "take_checkpoint": 3, "apply": 4, "destroy": 2, "destroy_tree": 3, "start": 3, "shut_down": 6, "turn_off": 1,
    "save": 3, "merge": 25,
}  # fmt: skip
"""Seconds that the jobs of each verb take on a host with a light load."""


@dataclass(frozen=True, slots=True)
class SimulatedHost:
    """The world of a scenario and the network to it."""

    world: World
    network: SimulatedNetwork = field(default_factory=SimulatedNetwork)


def build(name: str, clock: Clock, *, seed: int = 0) -> SimulatedHost:
    """Create the host of a scenario."""
    world = World(clock, seed=seed)
    return SimulatedHost(world, _SCENARIOS[name](world) or SimulatedNetwork())


def lab(world: World) -> None:
    """Add an example of every kind of VM and checkpoint, for the demo."""
    web = _running(world, "web-01", days=12, memory=8)
    clean = _checkpoint(world, web, "Clean install", days=385, memory=4, grew=2)
    old = _checkpoint(world, web, "Old branch", days=145, memory=6, grew=9)
    _checkpoint(world, web, "IIS tuning, second try", days=143, memory=6, grew=3)
    _checkpoint(world, web, "IIS tuning, third try", days=140, memory=6, grew=1)
    old.notes = "Kept for comparison until the audit."
    world.set_current(web, clean)
    before = _checkpoint(world, web, "Before CU-11", days=2, grew=14)
    before.notes = "change 4711"
    _checkpoint(world, web, "Before driver", days=1, grew=2)
    _write(world, web, 12)

    db = _running(world, "db-01", days=41, memory=32, disks=(80, 400))
    _checkpoint(world, db, "Before schema 7", days=41, grew=30)
    _checkpoint(world, db, "db-01 - Backup - nightly", hours=9, grew=11).type = "Recovery"
    _write(world, db, 3)

    dc = _running(world, "dc-01", days=41, memory=4)
    dc.checkpoint_type, dc.notes = "ProductionOnly", "Domain controller"

    build_server = _running(world, "build-07", days=6, memory=16)
    build_server.checkpoint_type = "Standard"
    for number in range(31):
        _checkpoint(
            world, build_server, f"Nightly {number + 1}", days=400 - number * 13, grew=1, memory=number % 5
        )
    _write(world, build_server, 5)

    app = _running(world, "app-02", days=3, memory=8)
    _checkpoint(world, app, "Release 41", days=60, grew=4)
    released = _checkpoint(world, app, "Release 42", days=30, grew=25)
    _checkpoint(world, app, "Release 43", days=3, grew=6)
    _write(world, app, 2)

    client = _running(world, "win11-test", hours=5, memory=6)
    client.automatic_checkpoints = True
    _checkpoint(world, client, "Before feature update", days=20, memory=6, grew=8)
    automatic = _checkpoint(world, client, "Automatic Checkpoint - win11-test", hours=5, grew=2)
    automatic.automatic = True

    files = _running(world, "files-01", days=90, memory=12, disks=(60, 300))
    files.replicated = True
    _checkpoint(world, files, "Replica 06:00", hours=7, grew=1).type = "Replica"
    _checkpoint(world, files, "Replica 09:00", hours=4, grew=1).type = "AppConsistentReplica"

    erp = _running(world, "legacy-erp", days=212, memory=8)
    erp.checkpoint_type = "Disabled"
    staging = world.add_vm("sql-staging", disks=(90 * GB,))
    _checkpoint(world, staging, "Empty database", days=75, grew=5)
    staging.state, staging.saved_memory_bytes = "Saved", 16 * GB
    template = world.add_vm("template-2025", disks=(14 * GB,))
    _checkpoint(world, template, "Sysprepped", days=33, grew=1)

    _age(world, days=420)
    _fill_volume(world, free=212)
    world.durations["merge"] = 600
    world.destroy(released.id)
    for job in world.jobs():
        job.started -= timedelta(seconds=258)
        job.ends -= timedelta(seconds=258)
    world.durations.update(REALISTIC_DURATIONS)


def one(world: World) -> None:
    """Add one running VM with a small tree of checkpoints. Operations take no time."""
    web = _running(world, "web-01", days=2, memory=4)
    clean = _checkpoint(world, web, "Clean install", days=30, memory=4, grew=2)
    _checkpoint(world, web, "Old branch", days=20, grew=3)
    world.set_current(web, clean)
    _checkpoint(world, web, "Before CU-11", days=2, grew=5)
    _write(world, web, 1)
    _age(world, days=60)


def empty(world: World) -> None:
    """Add nothing: the host has no VMs."""


def fleet(world: World) -> None:
    """Add ten thousand VMs."""
    roles = ("web", "app", "db", "build", "vdi", "test", "files", "cache")
    world.volumes[:] = [WorldVolume("D:", 4_000_000 * GB)]
    now = world.now()
    for number in range(10_000):
        vm = world.add_vm(f"{roles[number % 8]}-{number:05}", disks=(30 * GB,))
        if number % 3:
            vm.state, vm.memory_assigned = "Running", vm.memory_startup
            vm.started_at = now - timedelta(hours=number % 2000)
        if number % 5 == 0:
            for age in range(1 + number % 4):
                world.add_checkpoint(vm, f"Before change {number + age}", now - timedelta(days=90 - 20 * age))
    world.durations.update(REALISTIC_DURATIONS)


def hostile(world: World) -> None:
    """Add VMs and checkpoints whose names break programs that treat them as markup, scripts or patterns."""
    for name in HOSTILE_NAMES:
        _running(world, name, days=1)
    victim = _running(world, "names", days=1)
    root = _checkpoint(world, victim, "root", days=2)
    for number, name in enumerate(HOSTILE_NAMES):
        if number % 3 == 0:
            world.set_current(victim, root)
        _checkpoint(world, victim, name, hours=len(HOSTILE_NAMES) - number).notes = name
    _age(world, days=9)


def troubled(world: World) -> None:
    """Add a VM with each kind of problem that hvtui reports, and fill the volume."""
    deep = _running(world, "deep-chain", days=300, memory=8)
    for number in range(50):
        _checkpoint(world, deep, f"Step {number + 1}", days=300 - number * 6, grew=2)
    _write(world, deep, 4)

    stuck = _running(world, "stuck-merge", days=20)
    deleted = _checkpoint(world, stuck, "Before patch", days=20, grew=12)
    _checkpoint(world, stuck, "After patch", days=19, grew=3)

    critical = _running(world, "mail-01", days=4, memory=16)
    critical.state = "PausedCritical"
    _checkpoint(world, critical, "Before store move", days=11, memory=16, grew=7)

    lost = _running(world, "lost-parent", days=7)
    _checkpoint(world, lost, "Lost", days=60, grew=2).type = "Missing"
    _checkpoint(world, lost, "After the loss", days=50, grew=1)

    broken = world.add_vm("broken-chain")
    base = broken.drives[0].path
    _checkpoint(world, broken, "Orphaned", days=15, grew=1)
    del world.files[base]

    silent = _running(world, "no-answer", days=8)
    silent.shutdown_ok, silent.production_possible, silent.checkpoint_type = False, False, "ProductionOnly"
    gpu = _running(world, "gpu-01", days=8)
    gpu.checkpointable = False
    backup = _running(world, "backup-running", days=1)
    _checkpoint(world, backup, "Left by a backup", days=130, grew=40).type = "Recovery"

    _age(world, days=500)
    world.durations.update(merge=3600, back_up=7200)
    world.stuck_merges.add(stuck.id)
    world.destroy(deleted.id)
    world.back_up(backup.id)
    world.durations.update(REALISTIC_DURATIONS)
    _fill_volume(world, free=0)


def flaky(world: World) -> SimulatedNetwork:
    """Add the lab, and return an unreliable network. With this seed the first read succeeds."""
    lab(world)
    return SimulatedNetwork(latency=0.6, jitter=2.0, read_loss=0.2, write_loss=0.3, seed=3)


_SCENARIOS: dict[str, Callable[[World], SimulatedNetwork | None]] = {
    "lab": lab,
    "one": one,
    "empty": empty,
    "fleet": fleet,
    "hostile": hostile,
    "troubled": troubled,
    "flaky": flaky,
}
NAMES = tuple(_SCENARIOS)


def _running(
    world: World,
    name: str,
    *,
    days: float = 0,
    hours: float = 0,
    memory: int = 4,
    disks: tuple[int, ...] = (40,),
) -> WorldVm:
    """Add a VM that has been running for this long. Memory and disk sizes are in GB."""
    vm = world.add_vm(name, disks=tuple(size * GB for size in disks))
    vm.state, vm.memory_startup, vm.memory_assigned = "Running", memory * GB, memory * GB
    vm.started_at = world.now() - timedelta(days=days, hours=hours)
    return vm


def _checkpoint(
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
    _write(world, vm, grew)
    checkpoint = world.add_checkpoint(vm, name, world.now() - timedelta(days=days, hours=hours))
    checkpoint.state, checkpoint.memory_bytes = "Saved" if memory else "Off", memory * GB
    return checkpoint


def _write(world: World, vm: WorldVm, gigabytes: int) -> None:
    """Enlarge the file that the VM writes to."""
    world.files[vm.drives[0].path].size += gigabytes * GB


def _age(world: World, *, days: float) -> None:
    """Make every VM this much older."""
    for vm in world.vms.values():
        vm.created -= timedelta(days=days)


def _fill_volume(world: World, *, free: int) -> None:
    """Fill the first volume, with files that belong to no VM, until only this many GB are free."""
    volume = world.volumes[0]
    volume.other_bytes += world.free(volume) - free * GB
