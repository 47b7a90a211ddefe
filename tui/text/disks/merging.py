"""The words for how far a merge is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.model import Activity
from hvtui.backends.operations.commands import DeleteCheckpoint
from hvtui.backends.operations.disk_chains.chains import ownerless_links
from hvtui.backends.operations.disk_chains.merges import merge_of_delete
from hvtui.backends.operations.readings.after_delete import MergeState
from hvtui.tui.text.safe import EMPTY, SafeText
from hvtui.tui.text.words import size

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hvtui.backends.model import DiskReading, Inventory, Job, VmId
    from hvtui.backends.operations.operation import Operation


def merge_percents(jobs: Iterable[Job]) -> Mapping[VmId, int]:
    """Return how far each merge is that runs on a VM. A VM whose disks merge one by one has the least percentage."""
    found: dict[VmId, int] = {}
    for job in jobs:
        if job.activity is Activity.MERGING and job.vm_id is not None and job.percent is not None:
            found[job.vm_id] = min(job.percent, found.get(job.vm_id, 100))
    return found


def merge_totals(
    inventory: Inventory, finished: Iterable[Operation], readings: Mapping[VmId, DiskReading]
) -> Mapping[VmId, int]:
    """Return how many bytes the merges concern that run on VMs, where that is known.

    It is known from the disks before the delete. For a merge that hvtui did not cause, the links that no checkpoint
    owns any more are what is merged.
    """
    merging = {vm.id for vm in inventory.vms if vm.activity is Activity.MERGING}
    found: dict[VmId, int] = {}
    for vm_id in merging:
        disks = readings[vm_id].disks if vm_id in readings else None
        sizes = [link.size for link in ownerless_links(disks)] if disks else []
        if sizes and None not in sizes:
            found[vm_id] = sum(size or 0 for size in sizes)
    for operation in reversed(tuple(finished)):
        command, before = operation.command, operation.before
        if operation.merge is not MergeState.MERGING or command.vm.id not in merging:
            continue
        if isinstance(command, DeleteCheckpoint) and before.disks:
            merge = merge_of_delete(before.disks, before, command.deleted(before))
            if merge.amount:
                found[command.vm.id] = merge.amount
    return found


def left_text(total: int | None, percent: int | None) -> SafeText:
    """Return how much of `total` bytes is still to be merged: ``12 GB left``; "" if that is not known."""
    if total is None or percent is None:
        return EMPTY
    return SafeText(f"{size(total * (100 - max(0, min(100, percent))) // 100)} left")


def merging_words(percent: int | None, left: SafeText) -> tuple[SafeText, ...]:
    """Return the words for a column, the longest first: ``merging 43 %, 12 GB left``, ``merging 43 %``, ``merging``."""
    if percent is None:
        return (SafeText("merging"),)
    short = (SafeText(f"merging {percent} %"), SafeText(f"{percent} %"))
    return (SafeText(f"{short[0]}, {left}"), *short) if left else short
