"""The merge after a delete: it is told while it runs, and how it ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.model import (
    Activity,
    Disk,
    DiskFile,
    DiskReading,
    Inventory,
    MergeEvent,
    MergeEventCode,
    Unread,
    UnreadFile,
    UnreadPart,
    VmDisks,
)
from hvtui.backends.operations.readings.after_delete import MergeState, events_of_delete, merge_result
from hvtui.backends.operations.runner import Runner
from tests.operations.test_errors_after_effect import DELETE, OLD, WEB, Failing, saw, selection
from tests.tui.samples import NOON, inventory

if TYPE_CHECKING:
    from hvtui.backends.operations.operation import Operation

MERGING = replace(WEB, current=OLD.id, activity=Activity.MERGING)
QUIET = replace(MERGING, activity=Activity.NONE)


EARLIER = MergeEvent(vm_id=WEB.id, code=MergeEventCode.FAILED, time=NOON + timedelta(minutes=3))
"""In the log before the delete, although its time is later: the clock of the host is ahead."""


class Deleting(Failing):
    """Deletes the checkpoint."""

    async def delete_checkpoint(self, *args: object, **more: object) -> None:
        self.sent.append("write")

    async def events(self, vm_ids: object, *, since: object) -> tuple[MergeEvent, ...]:
        return (EARLIER,)


async def deleted(after: Inventory) -> Runner:
    before = saw(OLD, DELETE.checkpoint)
    session = Deleting(before, after)
    running = Runner(session, read=lambda vm_id: session.inventory([vm_id]), clock=lambda: NOON)
    task = running.start(DELETE, selection(DELETE, before))
    assert task is not None
    await task
    return running


def state(running: Runner) -> MergeState | None:
    operation: Operation = running.operations.finished[0]
    return operation.merge


def event(code: MergeEventCode, minutes: float = 1) -> MergeEvent:
    return MergeEvent(vm_id=WEB.id, code=code, time=NOON + timedelta(minutes=minutes))


def reading(*events: MergeEvent) -> DiskReading:
    return DiskReading(vm_id=WEB.id, events=events)


async def test_a_delete_is_merging_until_the_host_shows_no_merge_any_more() -> None:
    running = await deleted(saw(OLD, web=MERGING))
    assert state(running) is MergeState.MERGING
    running.follow_merges(saw(OLD, web=MERGING))
    assert state(running) is MergeState.MERGING
    assert running.merges_to_check == frozenset()
    running.follow_merges(saw(OLD, web=QUIET))
    assert state(running) is MergeState.ENDED
    assert running.merges_to_check == {WEB.id}


async def test_a_merge_that_begins_after_the_last_reading_of_the_delete_belongs_to_it() -> None:
    running = await deleted(saw(OLD, web=QUIET))
    assert state(running) is None
    running.follow_merges(replace(saw(OLD, web=MERGING), taken=NOON + timedelta(seconds=30)))
    assert state(running) is MergeState.MERGING


async def test_a_merge_of_much_later_does_not_belong_to_it() -> None:
    running = await deleted(saw(OLD, web=QUIET))
    running.follow_merges(replace(saw(OLD, web=MERGING), taken=NOON + timedelta(hours=1)))
    assert state(running) is None


@pytest.mark.parametrize(
    "unknown",
    [
        inventory(),
        inventory(QUIET, unread=(Unread(vm_id=WEB.id, part=UnreadPart.VM, words="No."),)),
    ],
)
async def test_a_vm_that_is_not_read_does_not_end_its_merge(unknown: Inventory) -> None:
    running = await deleted(saw(OLD, web=MERGING))
    running.follow_merges(unknown)
    assert state(running) is MergeState.MERGING


@pytest.mark.parametrize(
    ("events", "result"),
    [
        ((event(MergeEventCode.FINISHED), event(MergeEventCode.FAILED, 0.5)), MergeState.FINISHED),
        ((event(MergeEventCode.FAILED), event(MergeEventCode.STARTED, 0.5)), MergeState.FAILED),
        ((event(MergeEventCode.INTERRUPTED),), MergeState.INTERRUPTED),
        ((EARLIER,), MergeState.ENDED),
        ((event(MergeEventCode.FAILED, -5), EARLIER), MergeState.FAILED),
        ((), MergeState.ENDED),
    ],
)
async def test_the_newest_event_since_the_delete_says_how_it_ended(
    events: tuple[MergeEvent, ...], result: MergeState
) -> None:
    running = await deleted(saw(OLD, web=MERGING))
    running.take_disks(reading(event(MergeEventCode.FAILED)))
    assert state(running) is MergeState.MERGING
    running.follow_merges(saw(OLD, web=QUIET))
    running.take_disks(reading(*events))
    assert state(running) is result


async def test_a_merge_that_failed_unseen_is_told_and_one_that_finished_later_is_well() -> None:
    running = await deleted(saw(OLD, web=QUIET))
    running.take_disks(reading(event(MergeEventCode.FINISHED)))
    assert state(running) is None
    running.take_disks(reading(event(MergeEventCode.FAILED, 2)))
    assert state(running) is MergeState.FAILED
    running.follow_merges(replace(saw(OLD, web=MERGING), taken=NOON + timedelta(hours=2)))
    assert state(running) is MergeState.MERGING
    running.follow_merges(saw(OLD, web=QUIET))
    running.take_disks(reading(event(MergeEventCode.FINISHED, 3)))
    assert state(running) is MergeState.FINISHED


BASE = DiskFile(path=r"D:\web.vhdx", size=40, differencing=False)
FROZEN = DiskFile(path=r"D:\web_1.avhdx", size=5, differencing=True, parent=BASE.path)
LEFT = DiskFile(path=r"D:\web_2.avhdx", size=5, differencing=True, parent=FROZEN.path)
NOW = DiskFile(path=r"D:\web_3.avhdx", size=5, differencing=True, parent=LEFT.path)
DRIVES = (
    Disk(vm_id=WEB.id, checkpoint_id=OLD.id, path=FROZEN.path, location="SCSI 0:0"),
    Disk(vm_id=WEB.id, checkpoint_id=None, path=NOW.path, location="SCSI 0:0"),
)
MERGED = VmDisks(vm_id=WEB.id, disks=DRIVES, files=(BASE, FROZEN, replace(NOW, parent=FROZEN.path.upper())))
NOT_MERGED = VmDisks(vm_id=WEB.id, disks=DRIVES, files=(BASE, FROZEN, LEFT, NOW))
UNKNOWN = replace(MERGED, unread=(UnreadFile(path=BASE.path),))


@pytest.mark.parametrize(
    ("before", "after", "result"),
    [
        (None, MERGED, MergeState.FINISHED),
        (None, NOT_MERGED, MergeState.FAILED),
        (MERGED, NOT_MERGED, MergeState.FAILED),
        (NOT_MERGED, NOT_MERGED, MergeState.ENDED),
        (None, UNKNOWN, MergeState.ENDED),
        (None, None, MergeState.ENDED),
    ],
)
@pytest.mark.parametrize("events", [None, ()])
def test_without_an_event_the_files_say_how_it_ended(
    before: VmDisks | None,
    after: VmDisks | None,
    result: MergeState,
    events: tuple[MergeEvent, ...] | None,
) -> None:
    found = events_of_delete(events, (), events)
    assert merge_result(MergeState.ENDED, found, before, after).state is result


def test_files_say_nothing_of_a_merge_that_nobody_saw() -> None:
    assert merge_result(None, (), None, NOT_MERGED).state is None


def test_an_event_after_the_next_delete_says_nothing_of_the_merge_before_it() -> None:
    first, second = event(MergeEventCode.FINISHED), event(MergeEventCode.FAILED, 2)
    assert events_of_delete((second, first), (), (first,)) == (first,)
    assert events_of_delete((second, first), (first,), (second, first)) == (second,)
    assert events_of_delete((second, first), None, (second, first)) == ()
