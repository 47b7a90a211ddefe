"""What a reading shows of a command whose answer was lost, and the sentence for it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hvtui.backends.errors import Effect
from hvtui.backends.model import Activity, Checkpoint, CheckpointId, Inventory, OrphanedWrite, VmId, VmState
from hvtui.backends.operations.command import Command, FindingCode, Selection
from hvtui.backends.operations.commands import (
    ApplyCheckpoint,
    CreateCheckpoint,
    DeleteCheckpoint,
    DeleteSubtree,
    RenameCheckpoint,
    SaveVm,
)
from hvtui.backends.operations.outcome import findings
from hvtui.tui.text.outcomes import findings_text
from tests.tui.samples import NOON, checkpoint, inventory, vm

WEB = vm("web-01")
OLD = checkpoint("Old", WEB, 9, with_memory=True)
NEW = checkpoint("New", WEB, 2, OLD)
LEAF = checkpoint("Leaf", WEB, 1, NEW)
WEB = replace(WEB, current=LEAF.id)
ALL = (OLD, NEW, LEAF)
CREATED = checkpoint("Mine", WEB, 0, LEAF)
PLAIN = ApplyCheckpoint(vm=WEB, checkpoint=OLD, safety_name=None)
SAFELY = ApplyCheckpoint(vm=WEB, checkpoint=OLD, safety_name="Mine")
CREATE = CreateCheckpoint(vm=WEB, checkpoint_name="Mine")
CREATE_OLD = CreateCheckpoint(vm=WEB, checkpoint_name="Old")
RENAME = RenameCheckpoint(vm=WEB, checkpoint=OLD, new_name="Older")
DELETE = DeleteCheckpoint(vm=WEB, checkpoint=OLD)
SUBTREE = DeleteSubtree(vm=WEB, checkpoint=OLD)


def before(current: CheckpointId | None = LEAF.id) -> Selection:
    known = inventory(replace(WEB, current=current), checkpoints=ALL)
    return Selection(inventory=known, vm_id=WEB.id, checkpoint_id=OLD.id)


def found(*checkpoints: Checkpoint, at: Checkpoint = LEAF, is_now: VmState = VmState.RUNNING) -> Inventory:
    return inventory(replace(WEB, current=at.id, state=is_now), checkpoints=checkpoints or ALL)


@pytest.mark.parametrize(
    ("command", "after", "words"),
    [
        (PLAIN, found(), "Nothing was applied."),
        (PLAIN, found(is_now=VmState.SAVED), "The VM was saved, but nothing was applied."),
        (PLAIN, found(at=OLD), "It was applied."),
        (PLAIN, found(at=OLD, is_now=VmState.SAVED), "It was applied, but the VM was not started again."),
        (SAFELY, found(), "No checkpoint was created. Nothing was applied."),
        (SAFELY, found(*ALL, CREATED), "“Mine” was created. Nothing was applied."),
        (CREATE, found(*ALL, CREATED), "“Mine” was created."),
        (CREATE, found(*ALL, replace(CREATED, name="web-01 - (3/4/2026)")), "“web-01 - (3/4/2026)”"),
        (CREATE_OLD, found(), "No checkpoint was created."),
        (RENAME, found(replace(OLD, name="Older"), NEW, LEAF), "It is called “Older” now."),
        (RENAME, found(NEW, LEAF), "not listed any more"),
        (DELETE, found(), "It is still there."),
        (DELETE, found(NEW, LEAF), "It was deleted."),
        (SUBTREE, found(OLD), "1 of 3 checkpoints are still there."),
        (SaveVm(vm=WEB), found(is_now=VmState.SAVED), "The VM is saved now"),
    ],
)
def test_the_step_that_was_reached_is_named(command: Command, after: Inventory, words: str) -> None:
    text = findings_text(findings(command, before(), after))
    assert words in text
    assert "The VM is" in text


def test_an_apply_of_the_checkpoint_that_the_vm_ran_on_already_cannot_be_seen() -> None:
    seen = findings(PLAIN, before(current=OLD.id), found(at=OLD))
    assert [finding.code for finding in seen.findings] == [FindingCode.CANNOT_TELL]
    assert "cannot tell whether it was applied" in findings_text(seen)


def test_nothing_is_concluded_while_the_host_is_working_or_when_the_vm_is_not_found() -> None:
    busy = inventory(replace(WEB, activity=Activity.APPLYING), checkpoints=ALL)
    assert "applied" not in findings_text(findings(PLAIN, before(), busy))
    other = inventory(vm("other", id=VmId("other")))
    assert "not on this host" in findings_text(findings(PLAIN, before(), other))


def test_a_created_checkpoint_is_found_with_its_id() -> None:
    (finding,) = findings(CREATE, before(), found(*ALL, CREATED)).findings
    assert finding.checkpoint_id == CREATED.id


def test_an_outcome_is_final_only_when_no_process_is_working_on_the_vm_any_more() -> None:
    orphan = OrphanedWrite(
        id="1", vm_id=WEB.id, verb="apply_checkpoint", target=OLD.id, started=NOON, running=True
    )
    running = inventory(WEB, checkpoints=ALL, orphans=(orphan,))
    assert not findings(PLAIN, before(), running).final
    assert findings(PLAIN, before(), inventory(WEB, checkpoints=ALL)).final


def test_a_vm_on_a_checkpoint_that_is_not_listed_is_not_said_to_be_on_none() -> None:
    unlisted = inventory(replace(WEB, current=CheckpointId("unlisted")), checkpoints=ALL)
    assert "on a checkpoint that the host does not list" in findings_text(
        findings(DELETE, before(), unlisted)
    )


def on_another_host(inventory: Inventory) -> Inventory:
    return replace(inventory, vms=tuple(replace(each, host="hv02") for each in inventory.vms))


def test_a_state_shows_no_apply_of_the_same_checkpoint_after_a_failover() -> None:
    was = before(current=OLD.id)
    assert was.inventory is not None
    off = Selection(
        inventory=replace(
            was.inventory, vms=tuple(replace(each, state=VmState.OFF) for each in was.inventory.vms)
        ),
        vm_id=was.vm_id,
        checkpoint_id=was.checkpoint_id,
    )
    after = found(*ALL, at=OLD, is_now=VmState.SAVED)
    assert findings(PLAIN, off, after).effect is Effect.DONE
    moved = findings(PLAIN, off, on_another_host(after))
    assert ([finding.code for finding in moved.findings], moved.effect) == ([FindingCode.CANNOT_TELL], None)


def test_a_vm_that_does_not_run_after_a_failover_may_have_been_started() -> None:
    command = replace(PLAIN, start=True)
    after = found(*ALL, at=OLD, is_now=VmState.OFF)
    assert findings(command, before(), after).effect is Effect.PARTLY
    moved = findings(command, before(), on_another_host(after))
    assert (moved.effect, moved.moved_to) == (None, "hv02")
