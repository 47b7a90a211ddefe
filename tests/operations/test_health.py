"""What about a VM somebody should look at, apart from its disks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from hvtui.backends.model import Activity, CheckpointId, CheckpointKind, HealthCode, Job, Unread, UnreadPart
from hvtui.backends.operations.health import Concern, ConcernCode, concerns
from tests.tui.samples import NOON, checkpoint, inventory, vm

WEB = vm("web-01")
OLD = checkpoint("Old", WEB, 3)


def codes(*found: Concern) -> list[str]:
    return [f"{each.code}{'!' if each.grave else ''}" for each in found]


def test_each_operational_status_that_is_trouble_is_one_concern() -> None:
    health = (
        HealthCode.DEGRADED,
        HealthCode.CRITICAL_IO_ERROR,
        HealthCode.DEGRADED,
        HealthCode.LOW_DISK_SPACE,
    )
    found = concerns(replace(WEB, health=health), inventory(WEB), NOON, limit=50)
    assert [(each.health, each.grave) for each in found] == [
        (HealthCode.CRITICAL_IO_ERROR, True),
        (HealthCode.DEGRADED, False),
        (HealthCode.LOW_DISK_SPACE, False),
    ]


def test_a_current_checkpoint_that_is_not_listed_is_a_concern_only_where_the_list_was_read() -> None:
    lost = replace(WEB, current=CheckpointId("1111"))
    assert codes(*concerns(lost, inventory(lost, checkpoints=(OLD,)), NOON, limit=50)) == [
        ConcernCode.CURRENT_NOT_LISTED
    ]
    unread = Unread(vm_id=WEB.id, part=UnreadPart.CHECKPOINTS, words="Generic failure")
    found = concerns(lost, inventory(lost, unread=(unread,)), NOON, limit=50)
    assert codes(*found) == [ConcernCode.CHECKPOINTS_UNREAD]
    assert found[0].words == "Generic failure"
    well = replace(WEB, current=OLD.id)
    assert concerns(well, inventory(well, checkpoints=(OLD,)), NOON, limit=50) == ()


def test_a_checkpoint_of_another_vm_is_not_the_one_that_this_vm_runs_on() -> None:
    other = vm("other")
    lost = replace(WEB, current=OLD.id)
    known = inventory(lost, other, checkpoints=(replace(OLD, vm_id=other.id),))
    assert codes(*concerns(lost, known, NOON, limit=50)) == [ConcernCode.CURRENT_NOT_LISTED]


def test_a_vm_that_cannot_be_read_is_a_grave_concern_in_the_words_of_the_host() -> None:
    unread = Unread(vm_id=WEB.id, part=UnreadPart.VM, words="Generic failure")
    found = concerns(WEB, inventory(WEB, unread=(unread,)), NOON, limit=50)
    assert codes(*found) == [f"{ConcernCode.VM_UNREAD}!"]
    assert found[0].words == "Generic failure"


@pytest.mark.parametrize("year", [1, 1601, 1970])
def test_a_date_that_is_none_makes_no_age(year: int) -> None:
    none = replace(OLD, created=datetime(year, 1, 1, tzinfo=UTC))
    assert concerns(WEB, inventory(WEB, checkpoints=(none,)), NOON, limit=50) == ()
    older = checkpoint("Older", WEB, 40)
    (found,) = concerns(WEB, inventory(WEB, checkpoints=(none, older)), NOON, limit=50)
    assert (found.code, found.number) == (ConcernCode.OLD, 40)
    backup = replace(none, kind=CheckpointKind.RECOVERY)
    assert concerns(WEB, inventory(WEB, checkpoints=(backup,)), NOON, limit=50) == ()


def test_a_clock_that_is_ahead_makes_no_age() -> None:
    ahead = replace(OLD, created=NOON + timedelta(days=4000), kind=CheckpointKind.RECOVERY)
    assert concerns(WEB, inventory(WEB, checkpoints=(ahead,)), NOON, limit=50) == ()


def test_a_backup_has_left_nothing_behind_while_the_host_works_on_the_vm() -> None:
    left = replace(OLD, kind=CheckpointKind.RECOVERY)
    assert ConcernCode.BACKUP_LEFT in codes(
        *concerns(WEB, inventory(WEB, checkpoints=(left,)), NOON, limit=50)
    )
    busy = replace(WEB, activity=Activity.BACKING_UP)
    assert not concerns(busy, inventory(busy, checkpoints=(left,)), NOON, limit=50)
    job = Job(id="1", vm_id=WEB.id, activity=Activity.BACKING_UP)
    assert not concerns(WEB, inventory(WEB, checkpoints=(left,), jobs=(job,)), NOON, limit=50)
