"""The data of a host, or of some of its VMs, from one read."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.model.host import Host
from hvtui.backends.model.ids import VmId, bare_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hvtui.backends.model.host import Job, OrphanedWrite
    from hvtui.backends.model.vms import Checkpoint, Vm


class UnreadPart(StrEnum):
    """What could not be read of a VM."""

    VM = "vm"
    """Nothing but perhaps its name: the `Vm` of the inventory is from an earlier reading, or its state is UNKNOWN."""
    CHECKPOINTS = "checkpoints"
    """Whether it has checkpoints, and which, is not known; the inventory may hold those of an earlier reading."""


class Unread(Struct, frozen=True, kw_only=True):
    """A VM that could not be read, fully or in part, although its host answers."""

    vm_id: VmId
    part: UnreadPart
    words: str
    """Why, in the host's own words."""
    since: datetime | None = None
    """The time of the earlier reading from which the shown data is; None if there is none."""

    @property
    def nothing_known(self) -> bool:
        """Whether the VM was never read: but for its name, the data of its `Vm` say nothing."""
        return self.part is UnreadPart.VM and self.since is None


class Inventory(Struct, frozen=True, kw_only=True, dict=True):  # a `dict` for the cached properties
    """The data of a host, or of some of its VMs, from one read.

    If it is of some VMs, one that is in neither `vms` nor `unread` is gone: the host proved in this read that it
    answers. Where it did not prove that, the read raises an error instead.
    """

    host: Host
    """The machine that answered, or what several hosts are called together."""
    hosts: tuple[Host, ...] = ()
    """The hosts of the VMs if it is of several; `Vm.host` names one of them."""
    vms: tuple[Vm, ...]
    """In the host's order (by name)."""
    checkpoints: tuple[Checkpoint, ...] = ()
    """The checkpoints of all these VMs, in a flat list. `backends.lineage` builds the trees."""
    unread: tuple[Unread, ...] = ()
    """At most one for each VM."""
    incomplete: str = ""
    """Why the host may have VMs that are not listed, in its own words; "" if it listed all that were asked for."""
    jobs: tuple[Job, ...] | None = None
    """The jobs that are running on the host; None if they were not read: then nothing proves that a VM is idle.

    Of several hosts, those whose jobs are known: see `knows_jobs_of`.
    """
    orphans: tuple[OrphanedWrite, ...] = ()
    taken: datetime
    """The time when the read was complete, by the clock of this computer."""

    def vm(self, id: VmId | None) -> Vm | None:
        return self._vms_by_id.get(id)

    def host_of(self, vm: Vm) -> Host:
        """Return the host that the VM is on; one of which only the name is known if it is not listed."""
        if listed := self._hosts_by_name.get(vm.host):
            return listed
        return self.host if vm.host in ("", self.host.name) else Host(name=vm.host)

    def hosts_named(self, name: str) -> tuple[Host, ...]:
        """Return the one of several hosts that has this name, or else the nodes of the cluster of this name."""
        if listed := self._hosts_by_name.get(name):
            return (listed,)
        return tuple(host for host in self.hosts if name and host.cluster == name)

    def present_id(self, vm: VmId) -> VmId:
        """Return the id that a VM has now: its host may have turned out to be the same machine as another one."""
        for host in self.hosts:
            if host.same_as and vm == f"{bare_id(vm)}@{host.name}":
                return VmId(f"{bare_id(vm)}@{host.same_as}")
        return vm

    def unread_of(self, vm: VmId | None) -> Unread | None:
        return self._unread_by_vm.get(vm)

    @cached_property
    def ids_read(self) -> frozenset[VmId]:
        """The VMs that were read now. The others are shown with what is known of an earlier time, or with nothing."""
        unread = {each.vm_id for each in self.unread if each.part is UnreadPart.VM}
        return frozenset(vm.id for vm in self.vms if vm.id not in unread)

    def jobs_of(self, vm: VmId) -> tuple[Job, ...]:
        """Return the jobs that are known to be running on the VM: none does not mean that none is, see `jobs`."""
        return tuple(job for job in self.jobs or () if job.vm_id == vm)

    def knows_jobs_of(self, vm: Vm) -> bool:
        return self.jobs is not None and not self.host_of(vm).jobs_unread

    def lists_checkpoints_of(self, vm: VmId | None) -> bool:
        """Return whether the checkpoints of this VM were read: only then is one that is not listed not there."""
        return self.vm(vm) is not None and self.unread_of(vm) is None

    def checkpoint(self, id: str | None) -> Checkpoint | None:
        return self._checkpoints_by_id.get(id)

    def checkpoints_of(self, vm: VmId | None) -> tuple[Checkpoint, ...]:
        return self.checkpoints_by_vm.get(vm, ()) if vm else ()

    @cached_property
    def checkpoints_by_vm(self) -> Mapping[VmId, tuple[Checkpoint, ...]]:
        """The checkpoints of all VMs. A VM that has none is left out."""
        found: dict[VmId, list[Checkpoint]] = {}
        for checkpoint in self.checkpoints:
            found.setdefault(checkpoint.vm_id, []).append(checkpoint)
        return {vm_id: tuple(own) for vm_id, own in found.items()}

    @cached_property
    def _hosts_by_name(self) -> Mapping[str, Host]:
        return {host.name: host for host in self.hosts}

    @cached_property
    def _vms_by_id(self) -> Mapping[str | None, Vm]:
        return {vm.id: vm for vm in reversed(self.vms)}

    @cached_property
    def _checkpoints_by_id(self) -> Mapping[str | None, Checkpoint]:
        return {checkpoint.id: checkpoint for checkpoint in reversed(self.checkpoints)}

    @cached_property
    def _unread_by_vm(self) -> Mapping[str | None, Unread]:
        return {unread.vm_id: unread for unread in reversed(self.unread)}
