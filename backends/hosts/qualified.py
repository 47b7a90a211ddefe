"""A wrapper around the session with one of several hosts, which makes its ids unique among them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.errors import CheckpointMissing, VmMissing
from hvtui.backends.model import CheckpointId, VmId, bare_id
from hvtui.backends.operations.readings.suffixes import with_suffixes
from hvtui.backends.wrappers import SessionWrapper

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from hvtui.backends.contract import Session, StopHow
    from hvtui.backends.model import (
        Host,
        HostDetails,
        Inventory,
        Job,
        MergeEvent,
        VmDisks,
    )


CLUSTER_SECONDS = 3.0
"""How long the first reading waits for the name of the cluster."""


class QualifiedSession(SessionWrapper):
    """Adds the host to every id that it returns, and refuses ids of other hosts before anything is sent.

    The ids of a cluster's nodes are qualified by the cluster, so that a VM keeps its id when it moves to another node.
    Unless the cluster is given, the first reading waits a short time for the host to say which one it is a node of.
    """

    def __init__(self, session: Session, host: str, *, cluster: str = "", ask: bool = False) -> None:
        """`host` is the name of this host. With `ask`, and no `cluster`, it is asked for its cluster."""
        super().__init__(session)
        self._host = host
        self.cluster = cluster
        """What qualifies its ids in place of its name: they are the same on all nodes of a cluster."""
        self._asks = ask and not cluster
        """Until the first reading: ids never change while the session is open."""
        self._first_details: asyncio.Task[HostDetails | None] | None = None

    @property
    def _suffix(self) -> str:
        return f"@{self.cluster or self._host}"

    def _ask(self) -> asyncio.Task[HostDetails | None]:
        """Ask for the details of the host, once for whoever wants them first, and again if that failed."""
        if self._first_details is None or _has_failed(self._first_details):
            self._first_details = asyncio.create_task(super().host_details())
            self._first_details.add_done_callback(_has_failed)
        return self._first_details

    async def _find_cluster(self, host: Host, asked: asyncio.Task[HostDetails | None], due: float) -> None:
        left = max(0.0, due - asyncio.get_running_loop().time())
        await asyncio.wait([asked], timeout=left)
        if asked.done() and not _has_failed(asked) and (details := asked.result()):
            host = details.host
        self.cluster = host.full_cluster

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        asked = self._ask() if self._asks else None
        due = asyncio.get_running_loop().time() + CLUSTER_SECONDS
        found = await super().inventory(None if vm_ids is None else self._own_of(vm_ids))
        if asked is not None and self._asks:
            await self._find_cluster(found.host, asked, due)
            self._asks = False
        found = replace(
            found,
            host=replace(found.host, name=self._host),
            hosts=tuple(replace(host, name=self._host_name(host.name)) for host in found.hosts),
            vms=tuple(replace(vm, host=self._host_name(vm.host)) for vm in found.vms),
        )
        return with_suffixes(found, lambda vm_id: self._suffix)

    async def host_details(self) -> HostDetails | None:
        if self._asks or self._first_details is not None:
            found = await self._ask()
            if not self._asks:
                self._first_details = None  # it is given to one caller
        else:
            found = await super().host_details()
        if found is None:
            return None
        return replace(
            found,
            host=replace(found.host, name=self._host),
            jobs=None if found.jobs is None else tuple(map(self._job, found.jobs)),
            clustered=None if found.clustered is None else frozenset(map(self._vm_id, found.clustered)),
            unclustered=frozenset(map(self._vm_id, found.unclustered)),
        )

    async def refresh_vm(self, vm: VmId) -> None:
        await super().refresh_vm(self._own_vm(vm))

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        found = await super().disks(self._own_of(vm_ids))
        return tuple(map(self._disks, found))

    async def events(self, vm_ids: Collection[VmId], *, since: datetime) -> tuple[MergeEvent, ...]:
        found = await super().events(self._own_of(vm_ids), since=since)
        return tuple(replace(event, vm_id=self._vm_id(event.vm_id)) for event in found)

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        return self._checkpoint_id(await super().create_checkpoint(self._own_vm(vm), name=name))

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        await super().rename_checkpoint(self._own_vm(vm), self._own_checkpoint(checkpoint), name=name)

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        await super().apply_checkpoint(self._own_vm(vm), self._own_checkpoint(checkpoint))

    async def delete_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, subtree: bool) -> None:
        await super().delete_checkpoint(self._own_vm(vm), self._own_checkpoint(checkpoint), subtree=subtree)

    async def start_vm(self, vm: VmId) -> None:
        await super().start_vm(self._own_vm(vm))

    async def stop_vm(self, vm: VmId, *, how: StopHow) -> None:
        await super().stop_vm(self._own_vm(vm), how=how)

    async def save_vm(self, vm: VmId) -> None:
        await super().save_vm(self._own_vm(vm))

    async def discard_saved_state(self, vm: VmId) -> None:
        await super().discard_saved_state(self._own_vm(vm))

    def _own_of(self, ids: Collection[VmId]) -> list[VmId]:
        """Return those of the ids that are of this host, as it knows them."""
        return [VmId(bare_id(id)) for id in ids if id.endswith(self._suffix)]

    def _own_vm(self, id: VmId) -> VmId:
        if not id.endswith(self._suffix):
            raise VmMissing(
                f"The VM is not on {self._host}.", hint="Nothing was sent. Refresh, then try again."
            )
        return VmId(bare_id(id))

    def _own_checkpoint(self, id: CheckpointId) -> CheckpointId:
        if not id.endswith(self._suffix):
            raise CheckpointMissing(
                f"The checkpoint is not on {self._host}.", hint="Nothing was sent. Refresh, then try again."
            )
        return CheckpointId(bare_id(id))

    def _vm_id(self, id: VmId) -> VmId:
        return VmId(id + self._suffix)

    def _checkpoint_id(self, id: CheckpointId) -> CheckpointId:
        return CheckpointId(id + self._suffix)

    def _host_name(self, managed: str) -> str:
        """Return the name of a host that this one manages, or of this one: another server may manage one of that name."""
        return f"{managed}@{self._host}" if managed else self._host

    def _job(self, job: Job) -> Job:
        return replace(job, vm_id=job.vm_id and self._vm_id(job.vm_id))

    def _disks(self, found: VmDisks) -> VmDisks:
        return replace(
            found,
            vm_id=self._vm_id(found.vm_id),
            disks=tuple(
                replace(
                    disk,
                    vm_id=self._vm_id(disk.vm_id),
                    checkpoint_id=disk.checkpoint_id and self._checkpoint_id(disk.checkpoint_id),
                )
                for disk in found.disks
            ),
            unread_drives=tuple(
                replace(
                    drives, checkpoint_id=drives.checkpoint_id and self._checkpoint_id(drives.checkpoint_id)
                )
                for drives in found.unread_drives
            ),
            without_drives=frozenset(map(self._checkpoint_id, found.without_drives)),
        )


def _has_failed(asked: asyncio.Task[HostDetails | None]) -> bool:
    return asked.done() and (asked.cancelled() or asked.exception() is not None)
