"""The scenarios of several hosts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.mock.datacenter import Datacenter, SimulatedHost
from hvtui.backends.mock.network import SimulatedNetwork
from hvtui.backends.mock.scenarios.sample import (
    REALISTIC_DURATIONS,
    age,
    checkpoint,
    fill_volume,
    running,
)
from hvtui.backends.mock.state.records import GB, WorldVolume
from hvtui.backends.mock.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.clock import Clock

_CLUSTERS = {"CL-PROD": ("hv-prod-1", "hv-prod-2", "hv-prod-3"), "CL-TEST": ("hv-test-1", "hv-test-2")}
_ROLES = ("web", "app", "db", "files", "mail", "build", "vdi", "test")
_SHARED = "C:\\ClusterStorage\\Volume1"


def datacenter(clock: Clock, *, seed: int = 0) -> Datacenter:
    """Return two clusters of five hosts with 300 VMs; one of the hosts does not answer."""
    hosts: dict[str, SimulatedHost] = {}
    for cluster, names in _CLUSTERS.items():
        for name in names:
            number = len(hosts)
            world = World(clock, host_name=name, seed=seed + number + 1)
            world.cluster, world.nodes = cluster, names
            world.volumes[:] = [WorldVolume(_SHARED, 40_000 * GB)]
            for index in range(60):
                _add_vm(world, number * 60 + index)
            age(world, days=400)
            fill_volume(world, free=900 + 300 * number)
            world.durations.update(REALISTIC_DURATIONS)
            hosts[name] = SimulatedHost(world, SimulatedNetwork())
    return Datacenter(hosts, {"hv-test-2"})


def fleets(clock: Clock, *, seed: int = 0) -> Datacenter:
    """Return twenty hosts of five hundred VMs each."""
    hosts: dict[str, SimulatedHost] = {}
    for number in range(20):
        world = World(clock, host_name=f"hv-{number + 1:02}", seed=seed + number + 1)
        world.volumes[:] = [WorldVolume("D:", 400_000 * GB)]
        now = world.now()
        changes = [now - timedelta(days=90 - 20 * change) for change in range(4)]
        for index in range(500):
            vm = world.add_vm(f"{_ROLES[index % 8]}-{number * 500 + index:05}", disks=(30 * GB,))
            if index % 5 == 0:
                for change in range(1 + index % 4):
                    world.add_checkpoint(vm, f"Before change {change}", changes[change])
        world.durations.update(REALISTIC_DURATIONS)
        hosts[world.host_name] = SimulatedHost(world, SimulatedNetwork())
    return Datacenter(hosts)


def _add_vm(world: World, number: int) -> None:
    """Add a VM; what it is like depends on its number."""
    name = f"{_ROLES[number % 8]}-{number:03}"
    vm = running(world, name, days=1 + number % 40, memory=4 + number % 3 * 4, folder=_SHARED)
    vm.clustered = True
    if number % 11 == 0:
        checkpoint(world, vm, "Before migration", days=35 + number % 300, memory=4, grew=9)
    if number % 47 == 0:
        for night in range(27):
            checkpoint(world, vm, f"Nightly {night + 1}", days=27 - night, grew=1)
    if number % 4 == 0:
        checkpoint(world, vm, "Before patch day", days=0.5 + number % 3 / 4, grew=3)
    if number % 29 == 0:
        checkpoint(world, vm, f"{name} - Backup - nightly", hours=7, grew=2).type = "Recovery"
    if number % 9 == 0:
        vm.state, vm.memory_assigned, vm.started_at = "Off", 0, None


SEVERAL: dict[str, Callable[..., Datacenter]] = {"datacenter": datacenter, "fleets": fleets}
