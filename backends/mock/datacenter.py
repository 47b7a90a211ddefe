"""Several simulated hosts, some of them nodes of clusters whose VMs can move from one to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from hvtui.backends.mock.network import SimulatedNetwork
    from hvtui.backends.mock.state.records import WorldVm
    from hvtui.backends.mock.world import World


class SimulatedHost(Struct, frozen=True):
    """The world of a host, and the network to it."""

    world: World
    network: SimulatedNetwork


class Datacenter(Struct, frozen=True):
    hosts: dict[str, SimulatedHost]
    """By name."""
    unreachable: set[str] = field(default_factory=set)
    """The hosts that answer nothing."""

    def host_of(self, vm_id: str) -> str | None:
        """Return the name of the host that the VM is on; None if there is no such VM."""
        return next((name for name, host in self.hosts.items() if vm_id in host.world.vms), None)

    def move(self, vm_id: str, to: str) -> WorldVm:
        """Move a VM to another node of its cluster, as a failover does: its ids stay the same."""
        source = next(host.world for host in self.hosts.values() if vm_id in host.world.vms)
        target = self.hosts[to].world
        vm = target.vms[vm_id] = source.vms.pop(vm_id)
        for checkpoint in [one for one in source.checkpoints.values() if one.vm_id == vm_id]:
            target.checkpoints[checkpoint.id] = source.checkpoints.pop(checkpoint.id)
        folder = f"{vm.path}\\"
        for path in [path for path in source.files if path.startswith(folder)]:
            target.files[path] = source.files.pop(path)
        return vm
