"""Adds to ids what tells them from the same ids of other hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.contract import Verb
from hvtui.backends.model import CheckpointId, VmId

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.model import Checkpoint, Inventory, Job, OrphanedWrite, Vm


def with_suffixes(found: Inventory, suffix_of: Callable[[VmId], str]) -> Inventory:
    """Return the reading with a suffix at the id of each VM and of its checkpoints. One whose suffix is "" stays as it is."""

    def vm_id_of(id: VmId) -> VmId:
        return VmId(f"{id}{suffix_of(id)}")

    def vm_of(vm: Vm) -> Vm:
        if not (suffix := suffix_of(vm.id)):
            return vm
        current = CheckpointId(f"{vm.current}{suffix}") if vm.current else None
        return replace(vm, id=vm_id_of(vm.id), current=current)

    def checkpoint_of(each: Checkpoint) -> Checkpoint:
        if not (suffix := suffix_of(each.vm_id)):
            return each
        parent = CheckpointId(f"{each.parent}{suffix}") if each.parent else None
        return replace(each, id=CheckpointId(f"{each.id}{suffix}"), vm_id=vm_id_of(each.vm_id), parent=parent)

    def job_of(job: Job) -> Job:
        return replace(job, vm_id=job.vm_id and vm_id_of(job.vm_id))

    def orphan_of(orphan: OrphanedWrite) -> OrphanedWrite:
        names_checkpoint = orphan.target and orphan.verb != Verb.CREATE
        suffix = suffix_of(orphan.vm_id) if names_checkpoint else ""
        return replace(orphan, vm_id=vm_id_of(orphan.vm_id), target=f"{orphan.target}{suffix}")

    return replace(
        found,
        vms=tuple(map(vm_of, found.vms)),
        checkpoints=tuple(map(checkpoint_of, found.checkpoints)),
        unread=tuple(replace(each, vm_id=vm_id_of(each.vm_id)) for each in found.unread),
        jobs=None if found.jobs is None else tuple(map(job_of, found.jobs)),
        orphans=tuple(map(orphan_of, found.orphans)),
    )
