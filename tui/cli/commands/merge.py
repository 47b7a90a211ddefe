"""Follows the merge of the disks of deleted checkpoints until it has ended, and finds out how."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError, ConnectionLost
from hvtui.backends.model import Activity
from hvtui.backends.operations.readings.after_delete import (
    MergeResult,
    MergeState,
    events_of_delete,
    merge_result,
)
from hvtui.tui.cli.commands.progress import show_line
from hvtui.tui.cli.reading import WatchedVm, read_disks
from hvtui.tui.text.disks.merging import left_text, merge_percents, merging_words
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from hvtui.backends.contract import Session
    from hvtui.backends.model import Inventory, VmId
    from hvtui.backends.operations.runner import Operation

SECONDS = 2.0
"""Seconds between two readings."""
LOST_READINGS = 5
"""The number of successive readings that may fail because the connection is lost or the VM cannot be read."""


async def follow_merge(session: Session, operation: Operation, total: int | None) -> MergeResult | None:
    """Return how the merge ended; None if the VM cannot be read any more. `total` is how many bytes it concerns."""
    vm = operation.command.vm
    watched = WatchedVm(session, vm.id)
    try:
        if not await _until_quiet(watched, vm.id, safe(vm.name), total):
            return None
    finally:
        show_line("")
        await watched.close()
    reading = (await read_disks(session, [vm.id])).get(vm.id)
    if reading is None:
        return MergeResult(state=MergeState.ENDED)
    events = events_of_delete(reading.events, operation.events_before, reading.events)
    return merge_result(MergeState.ENDED, events, operation.before.disks, reading.disks)


async def _until_quiet(watched: WatchedVm, vm_id: VmId, name: str, total: int | None) -> bool:
    """Return True after two readings in a row without a merge, or False if the VM cannot be read any more."""
    quiet, lost = 0, 0
    while quiet < 2:
        try:
            inventory = await watched.read()
        except ConnectionLost:
            inventory = None
        except BackendError:
            return False
        if inventory is None or inventory.unread_of(vm_id):
            lost += 1
            if lost > LOST_READINGS:
                return False
            await asyncio.sleep(SECONDS)
            continue
        lost = 0
        if inventory.vm(vm_id) is None:
            return False
        quiet = 0 if _is_merging(inventory, vm_id) else quiet + 1
        if quiet < 2:
            percent = merge_percents(inventory.jobs_of(vm_id)).get(vm_id)
            show_line(f"{merging_words(percent, left_text(total, percent))[0]} on {name}")
            await asyncio.sleep(SECONDS)
    return True


def _is_merging(inventory: Inventory, vm_id: VmId) -> bool:
    vm = inventory.vm(vm_id)
    jobs = (job.activity for job in inventory.jobs_of(vm_id))
    return Activity.MERGING in (vm.activity if vm else Activity.NONE, *jobs)
