"""The session with a simulated server that manages several hosts, as Virtual Machine Manager does.

It tells less than Hyper-V: neither memory nor kind of a checkpoint, nor what a delete does below it (scvmm facts §3, §4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.contract import Capabilities, Session, StopHow, Verb
from hvtui.backends.errors import Unsupported, VmMissing
from hvtui.backends.limits import MAX_CHECKPOINTS
from hvtui.backends.mock import model_view
from hvtui.backends.mock.session import MockSession
from hvtui.backends.model import CheckpointKind, Host, Inventory, Obstacle

if TYPE_CHECKING:
    from collections.abc import Collection

    from hvtui.backends.mock.clock import AwaitableClock
    from hvtui.backends.mock.datacenter import Datacenter
    from hvtui.backends.model import Checkpoint, CheckpointId, Vm, VmDisks, VmId

_NO_CONTACT = "VMM has no contact with this host."


class ManagedSession(Session):
    def __init__(self, datacenter: Datacenter, clock: AwaitableClock) -> None:
        self._datacenter, self._clock = datacenter, clock
        self._sessions = {
            name: MockSession(host.world, clock, host.network) for name, host in datacenter.hosts.items()
        }

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            verbs=frozenset(Verb) - {Verb.EVENTS},
            max_checkpoints=MAX_CHECKPOINTS,
            delete_may_reach_below=True,
            demo=True,
        )

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        found = {
            name: model_view.inventory(host.world, vm_ids) for name, host in self._datacenter.hosts.items()
        }
        return Inventory(
            host=Host(name="vmm-demo", system="VMM"),
            hosts=tuple(self._host(name, part.host) for name, part in found.items()),
            vms=tuple(self._vm(vm, name) for name, part in found.items() for vm in part.vms),
            checkpoints=tuple(_less(one) for part in found.values() for one in part.checkpoints),
            jobs=tuple(job for part in found.values() for job in part.jobs or ()),
            taken=self._clock.now(),
        )

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        found = [await session.disks(vm_ids) for session in self._sessions.values()]
        return tuple(replace(disks, as_of=self._clock.now()) for part in found for disks in part)

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        return await self._owner(vm).create_checkpoint(vm, name=name)

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        await self._owner(vm).rename_checkpoint(vm, checkpoint, name=name)

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        await self._owner(vm).apply_checkpoint(vm, checkpoint)

    async def delete_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, subtree: bool) -> None:
        await self._owner(vm).delete_checkpoint(vm, checkpoint, subtree=subtree)

    async def start_vm(self, vm: VmId) -> None:
        await self._owner(vm).start_vm(vm)

    async def stop_vm(self, vm: VmId, *, how: StopHow) -> None:
        await self._owner(vm).stop_vm(vm, how=how)

    async def save_vm(self, vm: VmId) -> None:
        await self._owner(vm).save_vm(vm)

    async def discard_saved_state(self, vm: VmId) -> None:
        await self._owner(vm).discard_saved_state(vm)

    def _owner(self, vm: VmId) -> MockSession:
        owner = self._datacenter.host_of(vm)
        if owner is None:
            raise VmMissing("VMM does not list this VM any more.")
        if owner in self._datacenter.unreachable:
            raise Unsupported(_NO_CONTACT)
        return self._sessions[owner]

    def _host(self, name: str, host: Host) -> Host:
        return replace(host, trouble=_NO_CONTACT if name in self._datacenter.unreachable else "")

    def _vm(self, vm: Vm, host: str) -> Vm:
        obstacle = Obstacle.HOST_NOT_RESPONDING if host in self._datacenter.unreachable else None
        return replace(
            vm,
            host=host,
            id_on_host=vm.id,
            place=f"All Hosts\\{host}",
            obstacle=obstacle,
            uptime_seconds=None,
        )


def _less(checkpoint: Checkpoint) -> Checkpoint:
    return replace(checkpoint, kind=CheckpointKind.NOT_TOLD, kind_text="", with_memory=None, automatic=False)
