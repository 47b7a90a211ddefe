"""What readings of a VM and of its disks show of the merge after a checkpoint was deleted."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from hvtui.backends.model import Activity, MergeEventCode

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model import DiskReading, Vm, VmDisks

BEGINS_WITHIN = timedelta(minutes=1)
"""A merge that begins later than this after a delete has another cause."""


class MergeState(StrEnum):
    MERGING = "merging"
    ENDED = "ended"
    """The host shows no merge any more. Whether it succeeded is not known."""
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


_RESULTS = {
    MergeEventCode.FINISHED: MergeState.FINISHED,
    MergeEventCode.INTERRUPTED: MergeState.INTERRUPTED,
    MergeEventCode.FAILED: MergeState.FAILED,
}


def merge_seen(known: MergeState | None, vm: Vm, since_delete: timedelta | None) -> MergeState | None:
    """Return the state of the merge after a reading of the VM. `since_delete`: None if a later delete caused it."""
    if vm.activity is Activity.MERGING:
        if known is MergeState.FINISHED:
            return known
        begins = since_delete is not None and since_delete <= BEGINS_WITHIN
        return MergeState.MERGING if known or begins else None
    return MergeState.ENDED if known is MergeState.MERGING else known


def merge_result(
    known: MergeState | None, deleted: datetime, before: VmDisks | None, reading: DiskReading
) -> MergeState | None:
    """Return the state of the merge after a reading of the disks and events of the VM."""
    if known in (MergeState.MERGING, MergeState.FINISHED):
        return known
    newest = next((event for event in reading.events or () if event.time >= deleted), None)
    found = _RESULTS.get(newest.code) if newest else None
    if known is None:  # a merge that nobody saw is told only if it did not succeed
        return None if found is MergeState.FINISHED else found
    return found or known
