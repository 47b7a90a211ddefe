"""Combines a reading of a few VMs with an earlier one of all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from hvtui.backends.model import Inventory, VmId


def merged(whole: Inventory, part: Inventory, vm_ids: Collection[VmId]) -> Inventory:
    """Return `whole` with these VMs replaced by what `part` has of them; those that `part` does not have are left out."""
    newer = {vm.id: vm for vm in part.vms if vm.id in vm_ids}
    kept = [newer.pop(vm.id, vm) for vm in whole.vms if vm.id not in vm_ids or vm.id in newer]
    vms = tuple(sorted([*kept, *newer.values()], key=lambda vm: vm.name.casefold()) if newer else kept)
    return replace(
        whole,
        vms=vms,
        checkpoints=(
            *(c for c in whole.checkpoints if c.vm_id not in vm_ids),
            *(c for c in part.checkpoints if c.vm_id in vm_ids),
        ),
        jobs=(
            *(job for job in whole.jobs if job.vm_id not in vm_ids),
            *(job for job in part.jobs if job.vm_id in vm_ids),
        ),
        orphans=(
            *(orphan for orphan in whole.orphans if orphan.vm_id not in vm_ids),
            *(orphan for orphan in part.orphans if orphan.vm_id in vm_ids),
        ),
    )
