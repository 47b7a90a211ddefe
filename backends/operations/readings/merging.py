"""Combines readings: a VM that could not be read keeps what was known of it; only one that is proved gone is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.model import Unread, UnreadPart, Vm, unread_vm

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, Inventory, VmId


def completed(reading: Inventory, earlier: Inventory | None, times: Mapping[VmId, datetime]) -> Inventory:
    """Return the reading with what could not be read of its VMs taken from `earlier`, with the time of that reading.

    `times` has the times of VMs that were read later than `earlier` as a whole. A VM of which nothing is known is
    shown with its id as its name.
    """
    if not reading.unread and not reading.incomplete:
        return reading
    vms = {vm.id: vm for vm in reading.vms}
    old_checkpoints: list[Checkpoint] = []
    unread = []
    for each in (*reading.unread, *_not_listed(reading, earlier)):
        known = earlier.vm(each.vm_id) if earlier else None
        since = _since(each, earlier, times)
        if each.part is UnreadPart.VM and known is not None and since is not None:
            vms[each.vm_id] = known
        else:
            vms.setdefault(each.vm_id, known or unread_vm(each.vm_id))
        if earlier is not None:
            old_checkpoints += earlier.checkpoints_of(each.vm_id)
        unread.append(replace(each, since=since))
    read = {checkpoint.id for checkpoint in reading.checkpoints}
    return replace(
        reading,
        vms=_in_order(vms.values()) if len(vms) != len(reading.vms) else tuple(vms.values()),
        checkpoints=(*reading.checkpoints, *(c for c in old_checkpoints if c.id not in read)),
        unread=tuple(unread),
    )


def merged(whole: Inventory, part: Inventory, vm_ids: Collection[VmId]) -> Inventory:
    """Return `whole` with the data of these VMs taken from `part`, which is complete: one that is not in it is gone."""
    newer = {vm.id: vm for vm in part.vms if vm.id in vm_ids}
    kept = [newer.pop(vm.id, vm) for vm in whole.vms if vm.id not in vm_ids or vm.id in newer]
    return replace(
        whole,
        vms=_in_order([*kept, *newer.values()]) if newer else tuple(kept),
        checkpoints=(
            *(c for c in whole.checkpoints if c.vm_id not in vm_ids),
            *(c for c in part.checkpoints if c.vm_id in vm_ids),
        ),
        unread=(
            *(unread for unread in whole.unread if unread.vm_id not in vm_ids),
            *(unread for unread in part.unread if unread.vm_id in vm_ids),
        ),
        jobs=None
        if part.jobs is None
        else (
            *(job for job in whole.jobs or () if job.vm_id not in vm_ids),
            *(job for job in part.jobs if job.vm_id in vm_ids),
        ),
        orphans=(
            *(orphan for orphan in whole.orphans if orphan.vm_id not in vm_ids),
            *(orphan for orphan in part.orphans if orphan.vm_id in vm_ids),
        ),
    )


def _not_listed(reading: Inventory, earlier: Inventory | None) -> Iterator[Unread]:
    """Yield the VMs that an incomplete reading does not mention: the host may still have them."""
    if not reading.incomplete or earlier is None:
        return
    mentioned = {unread.vm_id for unread in reading.unread}
    for vm in earlier.vms:
        if vm.id not in mentioned and reading.vm(vm.id) is None:
            yield Unread(vm_id=vm.id, part=UnreadPart.VM, words=reading.incomplete)


def _since(unread: Unread, earlier: Inventory | None, times: Mapping[VmId, datetime]) -> datetime | None:
    """Return the time of the reading from which the data comes that `earlier` has of the VM; None if it has none."""
    if earlier is None or earlier.vm(unread.vm_id) is None:
        return None
    before = earlier.unread_of(unread.vm_id)
    if before is not None:
        return before.since
    return times.get(unread.vm_id, earlier.taken)


def _in_order(vms: Collection[Vm]) -> tuple[Vm, ...]:
    return tuple(sorted(vms, key=lambda vm: vm.name.casefold()))
