"""Follows the merge of the disks of deleted checkpoints until it has ended, and finds out how."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError, ConnectionLost
from hvtui.backends.model import Activity
from hvtui.backends.operations.readings.after_delete import (
    BEGINS_WITHIN,
    MergeResult,
    MergeState,
    events_of_delete,
    merge_result,
)
from hvtui.tui.cli.commands.progress import show_line
from hvtui.tui.cli.readings.one_host import WatchedVm, read_disks
from hvtui.tui.text.disks.merging import left_text, merge_percents, merging_words
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from hvtui.backends.contract import Session
    from hvtui.backends.model import DiskReading, Inventory, VmId
    from hvtui.backends.operations.operation import Operation

SECONDS = 2.0
"""Seconds between two readings."""
LOST_READINGS = 5
"""The number of successive readings that may fail because the connection is lost or the VM cannot be read."""


async def follow_merge(session: Session, operation: Operation, total: int | None) -> MergeResult | None:
    """Return how the merge ended; its state is None if it has not begun. `total` is how many bytes it concerns.

    Return None if the VM cannot be read any more.
    """
    vm = operation.command.vm
    watched = WatchedVm(session, vm.id)
    begins_until = monotonic() + BEGINS_WITHIN.total_seconds()
    begun = operation.merge is not None
    try:
        while True:
            seen = await _until_quiet(watched, vm.id, safe(vm.name), total)
            if seen is None:
                return None
            begun = begun or seen
            reading = (await read_disks(session, [vm.id], now=datetime.now(UTC))).get(vm.id)
            end = _end(operation, reading, begun=begun)
            if end.state is not None or monotonic() >= begins_until:
                return end
            await asyncio.sleep(SECONDS)
    finally:
        show_line("")
        await watched.close()


def _end(operation: Operation, reading: DiskReading | None, *, begun: bool) -> MergeResult:
    """Return how the merge ended as far as events and files show it. `begun`: it was seen."""
    if reading is None:
        return MergeResult(state=MergeState.ENDED if begun else None)
    events = events_of_delete(reading.events, operation.events_before, reading.events)
    end = merge_result(MergeState.ENDED, events, operation.before.disks, reading.disks)
    if begun or events or end.state is MergeState.FINISHED:
        return end
    # Links that are left do not make a merge that was not seen a failed one: the host may begin it later.
    return MergeResult(state=None, left=end.left)


async def _until_quiet(watched: WatchedVm, vm_id: VmId, name: str, total: int | None) -> bool | None:
    """Wait for two readings in a row without a merge, and return whether one was seen before.

    Return None if the VM cannot be read any more.
    """
    quiet, lost, seen = 0, 0, False
    while quiet < 2:
        try:
            inventory = await watched.read()
        except ConnectionLost:
            inventory = None
        except BackendError:
            return None
        if inventory is None or inventory.unread_of(vm_id):
            lost += 1
            if lost > LOST_READINGS:
                return None
            await asyncio.sleep(SECONDS)
            continue
        lost = 0
        if inventory.vm(vm_id) is None:
            return None
        merging = _is_merging(inventory, vm_id)
        quiet, seen = (0, True) if merging else (quiet + 1, seen)
        percent = merge_percents(inventory.jobs_of(vm_id)).get(vm_id)
        words = merging_words(percent, left_text(total, percent))[0] if merging else "waiting for the merge"
        show_line(f"{words} on {name}")
        if quiet < 2:
            await asyncio.sleep(SECONDS)
    return seen


def _is_merging(inventory: Inventory, vm_id: VmId) -> bool:
    vm = inventory.vm(vm_id)
    jobs = (job.activity for job in inventory.jobs_of(vm_id))
    return Activity.MERGING in (vm.activity if vm else Activity.NONE, *jobs)
