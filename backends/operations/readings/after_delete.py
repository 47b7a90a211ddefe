"""What readings of a VM and of its disks show of the merge after a checkpoint was deleted."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.model import Activity, MergeEventCode, path_key
from hvtui.backends.operations.disk_chains.chains import ownerless_links

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import DiskFile, MergeEvent, Vm, VmDisks

    Events = Sequence[MergeEvent]

BEGINS_WITHIN = timedelta(minutes=1)
"""A merge that begins later than this after a delete has another cause."""

EVENTS_SINCE = timedelta(days=30)
"""The age of the oldest merge events that are read."""


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
    """Return the state of the merge after a reading of the VM. `since_delete`: None if a later delete accounts for it."""
    if vm.activity is Activity.MERGING:
        if known is MergeState.FINISHED:
            return known
        begins = since_delete is not None and since_delete <= BEGINS_WITHIN
        return MergeState.MERGING if known or begins else None
    return MergeState.ENDED if known is MergeState.MERGING else known


class MergeResult(Struct, frozen=True, kw_only=True):
    """How the merge after a delete stands, as the disks and the events of the VM show it."""

    state: MergeState | None
    left: tuple[DiskFile, ...] = ()
    """Links that no checkpoint owns and that were not there before the delete: they are not merged."""


def events_of_delete(
    events: Events | None, before: Events | None, next_before: Events | None
) -> tuple[MergeEvent, ...]:
    """Return those of these events of a VM that are of the merge after a delete.

    `before` are the events before the delete, `next_before` those before the next delete on the VM, or `events` if
    there is none. Times are no help: they are by the host's clock. None stands for a log that was not read.
    """
    if events is None or before is None or next_before is None:
        return ()
    return tuple(event for event in events if event in next_before and event not in before)


def merge_result(
    known: MergeState | None, events: Events, before: VmDisks | None, disks: VmDisks | None
) -> MergeResult:
    """Return the state of the merge after a reading of the disks and of its events, the newest first.

    Without an event, it is the files that show it: links that nobody needs are left of a merge that has failed. `before`
    are the disks before the delete, which may have had such links already.
    """
    if known in (MergeState.MERGING, MergeState.FINISHED):
        return MergeResult(state=known)
    found = next((_RESULTS.get(event.code) for event in events), None)
    links: tuple[DiskFile, ...] | None = None
    if disks is not None and not disks.unread and not disks.unread_drives:
        links = ownerless_links(disks)
    earlier = {path_key(file.path) for file in ownerless_links(before)} if before else set()
    left = tuple(file for file in links or () if path_key(file.path) not in earlier)
    if known is None:  # a merge that nobody saw is told only if it did not succeed
        return MergeResult(state=None if found is MergeState.FINISHED else found, left=left)
    if found is None and known is MergeState.ENDED and links is not None and (left or not links):
        found = MergeState.FAILED if left else MergeState.FINISHED
    return MergeResult(state=found or known, left=left)
