"""All scenarios by name, and the small ones among them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.mock.datacenter import SimulatedHost
from hvtui.backends.mock.hostile import HOSTILE_NAMES
from hvtui.backends.mock.network import SimulatedNetwork
from hvtui.backends.mock.scenarios.datacenter import SEVERAL
from hvtui.backends.mock.scenarios.lab import lab
from hvtui.backends.mock.scenarios.sample import REALISTIC_DURATIONS, age, checkpoint, running, write
from hvtui.backends.mock.scenarios.troubled import troubled
from hvtui.backends.mock.state.records import GB, WorldVolume
from hvtui.backends.mock.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.clock import Clock


def build(name: str, clock: Clock, *, seed: int = 0) -> SimulatedHost:
    """Create the host of a scenario."""
    world = World(clock, seed=seed)
    return SimulatedHost(world, _SCENARIOS[name](world) or SimulatedNetwork())


def one(world: World) -> None:
    """Add one running VM with a small tree of checkpoints. Operations take no time."""
    web = running(world, "web-01", days=2, memory=4)
    clean = checkpoint(world, web, "Clean install", days=30, memory=4, grew=2)
    checkpoint(world, web, "Old branch", days=20, grew=3)
    world.set_current(web, clean)
    checkpoint(world, web, "Before CU-11", days=2, grew=5)
    write(world, web, 1)
    age(world, days=60)


def empty(world: World) -> None:
    """Add nothing: the host has no VMs."""


def fleet(world: World) -> None:
    """Add ten thousand VMs."""
    roles = ("web", "app", "db", "build", "vdi", "test", "files", "cache")
    world.volumes[:] = [WorldVolume("D:", 4_000_000 * GB)]
    now = world.now()
    starts = [now - timedelta(hours=hours) for hours in range(2000)]
    changes = [now - timedelta(days=90 - 20 * change) for change in range(4)]
    for number in range(10_000):
        vm = world.add_vm(f"{roles[number % 8]}-{number:05}", disks=(30 * GB,))
        if number % 3:
            vm.state, vm.memory_assigned = "Running", vm.memory_startup
            vm.started_at = starts[number % 2000]
        if number % 5 == 0:
            for change in range(1 + number % 4):
                world.add_checkpoint(vm, f"Before change {number + change}", changes[change])
    world.durations.update(REALISTIC_DURATIONS)


def hostile(world: World) -> None:
    """Add VMs and checkpoints whose names break programs that treat them as markup, scripts or patterns."""
    for name in HOSTILE_NAMES:
        running(world, name, days=1)
    victim = running(world, "names", days=1)
    root = checkpoint(world, victim, "root", days=2)
    for number, name in enumerate(HOSTILE_NAMES):
        if number % 3 == 0:
            world.set_current(victim, root)
        checkpoint(world, victim, name, hours=len(HOSTILE_NAMES) - number).notes = name
    age(world, days=9)


def flaky(world: World) -> SimulatedNetwork:
    """Add the lab, and return an unreliable network. With this seed the first read succeeds."""
    lab(world)
    return SimulatedNetwork(latency=0.6, jitter=2.0, read_loss=0.2, write_loss=0.3, seed=3)


def stopped(world: World) -> None:
    """Add the lab. The management service stops once all VMs have been read."""
    lab(world)
    world.readings_until_stop = 1


_SCENARIOS: dict[str, Callable[[World], SimulatedNetwork | None]] = {
    "lab": lab,
    "one": one,
    "empty": empty,
    "fleet": fleet,
    "hostile": hostile,
    "troubled": troubled,
    "flaky": flaky,
    "stopped": stopped,
}
NAMES = tuple(_SCENARIOS)
"""The scenarios of one host."""
MANAGED = "vmm"
"""The scenario of a server that manages the hosts of the datacenter."""
ALL_NAMES = (*NAMES, *SEVERAL, MANAGED)
