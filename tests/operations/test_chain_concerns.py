"""The concerns about the chains of a VM's disk files and about its merges."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from hvtui.backends.model import (
    Activity,
    CheckpointId,
    DiskReading,
    Inventory,
    MergeEvent,
    MergeEventCode,
    Unread,
    UnreadDrives,
    UnreadPart,
    Vm,
    VmId,
)
from hvtui.backends.operations.health import Concern, ConcernCode, concerns
from tests.operations.disk_chains.samples import GB, VM, path, reading
from tests.tui.samples import NOON, checkpoint, inventory, vm

WEB = replace(vm("web"), id=VM)
A = checkpoint("A", WEB, 3, id="a")
BARE = inventory(WEB)
LEFT = " > ".join(f"left-{number}.avhdx 30" for number in range(15))
FORGOTTEN = DiskReading(vm_id=VM, disks=reading(f"now: {LEFT} > base.vhdx 40"))
WELL = DiskReading(vm_id=VM, disks=reading("now: base.vhdx 40"))
OWNERLESS = Concern(code=ConcernCode.OWNERLESS_LINKS, number=15, amount=450 * GB)


def found(disk_reading: DiskReading | None, vm: Vm = WEB, seen: Inventory = BARE) -> list[Concern]:
    return list(concerns(vm, seen, NOON, limit=50, disk_reading=disk_reading))


def event(code: MergeEventCode, minutes: int = 0, hresult: int | None = None) -> MergeEvent:
    return MergeEvent(vm_id=VM, code=code, time=NOON - timedelta(minutes=minutes), hresult=hresult)


def test_links_that_no_checkpoint_owns_are_counted() -> None:
    assert found(FORGOTTEN) == [OWNERLESS]
    assert found(WELL) == []
    assert found(None) == []
    assert found(replace(FORGOTTEN, vm_id=VmId("other"))) == []


def test_their_size_is_not_known_if_that_of_one_is_not() -> None:
    disks = reading("now: x.avhdx 5 > left.avhdx ? > base.vhdx 40")
    assert found(DiskReading(vm_id=VM, disks=disks)) == [
        Concern(code=ConcernCode.OWNERLESS_LINKS, number=2, amount=None)
    ]


def test_a_checkpoint_from_before_the_first_disk_hides_no_links() -> None:
    seen = inventory(replace(WEB, current=A.id), checkpoints=(A,))
    assert found(FORGOTTEN, replace(WEB, current=A.id), seen) == []
    assert FORGOTTEN.disks is not None
    read = replace(FORGOTTEN, disks=replace(FORGOTTEN.disks, without_drives=frozenset({A.id})))
    assert found(read, replace(WEB, current=A.id), seen) == [OWNERLESS]


@pytest.mark.parametrize("activity", [Activity.MERGING, Activity.BACKING_UP, Activity.DELETING])
def test_no_link_is_called_ownerless_while_work_changes_the_chain(activity: Activity) -> None:
    assert found(FORGOTTEN, replace(WEB, activity=activity)) == []


def test_no_link_is_called_ownerless_where_an_owner_may_not_be_known() -> None:
    unread = (Unread(vm_id=VM, part=UnreadPart.CHECKPOINTS, words="no"),)
    codes = [concern.code for concern in found(FORGOTTEN, seen=replace(BARE, unread=unread))]
    assert ConcernCode.OWNERLESS_LINKS not in codes
    hidden = replace(WEB, current=CheckpointId("not listed"))
    codes = [concern.code for concern in found(FORGOTTEN, hidden, inventory(hidden))]
    assert ConcernCode.OWNERLESS_LINKS not in codes
    assert found(FORGOTTEN, seen=inventory(WEB, checkpoints=(A,))) == []
    assert FORGOTTEN.disks is not None
    disks = replace(FORGOTTEN.disks, unread_drives=(UnreadDrives(checkpoint_id=A.id, words="gone"),))
    assert found(replace(FORGOTTEN, disks=disks)) == [Concern(code=ConcernCode.DISKS_UNREAD, words="gone")]


def test_disks_that_could_not_be_read() -> None:
    assert found(DiskReading(vm_id=VM, error="access denied")) == [
        Concern(code=ConcernCode.DISKS_UNREAD, words="access denied")
    ]


@pytest.mark.parametrize(
    ("chain", "broken", "code", "grave"),
    [
        ("now: x.avhdx 5 > base.vhdx 40", {"missing": "base.vhdx"}, ConcernCode.CHAIN_BROKEN, True),
        ("now: x.avhdx 5 > base.vhdx 40", {"unreadable": "base.vhdx"}, ConcernCode.CHAIN_UNREADABLE, False),
    ],
)
def test_a_chain_that_cannot_be_followed(
    chain: str, broken: dict[str, str], code: ConcernCode, grave: bool
) -> None:
    seen = inventory(WEB, checkpoints=(A,))
    disks = reading(chain, "a: base.vhdx 40", **broken)  # type: ignore[arg-type]
    assert found(DiskReading(vm_id=VM, disks=disks), seen=seen) == [
        Concern(code=code, grave=grave, number=2, words=path("base.vhdx"))
    ]


@pytest.mark.parametrize(
    "chain", ["now: x.vhdx 5 > y.vhdx 6 > x.vhdx", "now: x.avhdx 5 > y.avhdx 6 > z.avhdx 7 > y.avhdx"]
)
def test_the_links_of_a_cycle_are_not_called_ownerless_too(chain: str) -> None:
    disks = reading(chain)
    assert [concern.code for concern in found(DiskReading(vm_id=VM, disks=disks))] == [
        ConcernCode.CHAIN_CYCLE
    ]


FAILED = event(MergeEventCode.FAILED, 5, 0x80070020)
MERGE_FAILED = Concern(code=ConcernCode.MERGE_FAILED, grave=True, words="0x80070020")


def test_a_failed_merge_is_told_until_the_links_are_gone() -> None:
    assert found(replace(FORGOTTEN, events=(FAILED,))) == [MERGE_FAILED, OWNERLESS]
    assert found(replace(WELL, events=(FAILED,))) == []
    unread = DiskReading(vm_id=VM, error="no", events=(FAILED,))
    assert [concern.code for concern in found(unread)] == [ConcernCode.MERGE_FAILED, ConcernCode.DISKS_UNREAD]


@pytest.mark.parametrize(
    ("newer", "code"),
    [
        (MergeEventCode.STARTED, None),
        (MergeEventCode.FINISHED, None),
        (MergeEventCode.INTERRUPTED, ConcernCode.MERGE_INTERRUPTED),
        (MergeEventCode.FAILED, ConcernCode.MERGE_FAILED),
    ],
)
def test_the_newest_event_decides(newer: MergeEventCode, code: ConcernCode | None) -> None:
    for events in ((event(newer), FAILED), (FAILED, event(newer))):
        told = [c.code for c in found(replace(FORGOTTEN, events=events)) if c != OWNERLESS]
        assert told == ([code] if code else [])


def test_a_failed_merge_is_not_told_while_it_is_tried_again() -> None:
    assert found(replace(FORGOTTEN, events=(FAILED,)), replace(WEB, activity=Activity.MERGING)) == []


def test_a_list_that_is_drawn_again_does_not_follow_the_same_chains_again() -> None:
    lookups = 0

    class Counted(str):
        __slots__ = ()

        def lower(self) -> str:
            nonlocal lookups
            lookups += 1
            return super().lower()

        def replace(self, *changes: Any) -> Counted:
            return Counted(super().replace(*changes))

    disks = reading(f"now: {LEFT} > base.vhdx 40")
    disks = replace(disks, files=tuple(replace(file, path=Counted(file.path)) for file in disks.files))
    first = found(DiskReading(vm_id=VM, disks=disks))
    once = lookups
    assert once
    assert found(DiskReading(vm_id=VM, disks=disks), seen=replace(BARE, taken=NOON)) == first == [OWNERLESS]
    assert lookups == once


def test_another_reading_that_takes_the_place_of_an_earlier_one_is_followed_anew() -> None:
    for number in range(600):
        links = " > ".join(f"left-{link}.avhdx 30" for link in range(number % 3))
        disks = reading(f"now: {links} > base.vhdx 40" if links else "now: base.vhdx 40")
        assert [each.number for each in found(DiskReading(vm_id=VM, disks=disks))] == [number % 3] * bool(
            number % 3
        )
