"""What readings of a VM and of its disks show of the merge after a checkpoint was deleted."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from hvtui.backends.model import Activity, MergeEventCode, path_key
from hvtui.backends.operations.disk_chains.chains import ownerless_links

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
    """Return the state of the merge after a reading of the disks and events of the VM.

    Without an event, it is the files that show it: links that nobody needs are left of a merge that has failed. `before`
    are the disks before the delete, which may have had such links already.
    """
    if known in (MergeState.MERGING, MergeState.FINISHED):
        return known
    newest = next((event for event in reading.events or () if event.time >= deleted), None)
    found = _RESULTS.get(newest.code) if newest else None
    if known is None:  # a merge that nobody saw is told only if it did not succeed
        return None if found is MergeState.FINISHED else found
    if found is None and known is MergeState.ENDED:
        found = _shown_by_files(before, reading.disks)
    return found or known


def _shown_by_files(before: VmDisks | None, disks: VmDisks | None) -> MergeState | None:
    if disks is None or disks.unread or disks.unread_drives:
        return None
    left = {path_key(file.path) for file in ownerless_links(disks)}
    if not left:
        return MergeState.FINISHED
    earlier = {path_key(file.path) for file in ownerless_links(before)} if before else set()
    return MergeState.FAILED if left - earlier else None
