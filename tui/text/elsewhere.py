"""What goes on with VMs that nothing of ours runs on: the host's jobs, and an earlier hvtui's writes. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations import orphans as left_behind
from hvtui.tui.widgets.operation_strip import Shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from hvtui.backends.model import Inventory, VmId


def elsewhere(inventory: Inventory, ours: Collection[VmId]) -> Iterator[Shown]:
    others = {vm.id: vm.name for vm in inventory.vms if vm.id not in ours}
    for job in inventory.jobs:
        if job.vm_id in others and job.started:
            vm = others[job.vm_id]
            yield Shown(verb=job.activity.value, vm=vm, percent=job.percent, started=job.started)
    for left in inventory.orphans:
        if left.running and left.vm_id in others:
            yield left_behind.at_work(left, inventory)
