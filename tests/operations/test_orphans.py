"""When the outcome of a write of an earlier hvtui can be told."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hvtui.backends.model import Activity, Inventory, Job, OrphanedWrite, Unread, UnreadPart, VmState
from hvtui.backends.operations.orphans import has_ended, other_work
from tests.tui.samples import NOON, inventory, vm

WEB = vm("web-01")
ORPHAN = OrphanedWrite(
    id="1", vm_id=WEB.id, verb="apply_checkpoint", target="Old", started=NOON, running=False
)
UNREAD = Unread(vm_id=WEB.id, part=UnreadPart.VM, words="Generic failure")


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (inventory(WEB), True),
        (inventory(), True),
        (inventory(replace(WEB, activity=Activity.MERGING)), True),
        (inventory(replace(WEB, activity=Activity.APPLYING)), False),
        (inventory(replace(WEB, in_service=True)), False),
        (inventory(replace(WEB, state=VmState.SAVING)), False),
        (inventory(WEB, unread=(UNREAD,)), False),
        (inventory(WEB, orphans=(replace(ORPHAN, id="2", running=True),)), False),
    ],
)
def test_the_host_goes_on_after_the_process_has_died(seen: Inventory, told: bool) -> None:
    assert has_ended(ORPHAN, seen) is told


def test_a_vm_that_is_not_listed_may_be_on_another_node_which_shows_the_outcome() -> None:
    assert not has_ended(replace(ORPHAN, may_be_elsewhere=True), inventory())
    assert has_ended(replace(ORPHAN, may_be_elsewhere=True), inventory(WEB))


def test_a_process_that_runs_has_not_ended() -> None:
    assert not has_ended(replace(ORPHAN, running=True), inventory(WEB))


def test_a_merge_on_a_vm_that_runs_a_command_of_ours_stays_the_work_of_others() -> None:
    jobs = tuple(
        Job(id=each.value, vm_id=WEB.id, activity=each, started=NOON)
        for each in (Activity.MERGING, Activity.CREATING)
    )
    seen = replace(inventory(WEB), jobs=jobs)
    assert [work.doing for work in other_work(seen, {WEB.id})] == ["merging"]
    assert [work.doing for work in other_work(seen, ())] == ["merging", "creating checkpoint"]
