"""What is said of a write whose answer was lost: a table of what the re-read shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hvtui.backends.model import Activity, Checkpoint, CheckpointId, Inventory, VmId, VmState
from hvtui.backends.operations.actions import Action, View
from hvtui.backends.operations.outcome import seen
from hvtui.tui.dialogs.apply import Apply
from tests.tui.samples import checkpoint, inventory, vm

WEB = vm("web-01")
OLD = checkpoint("Old", WEB, 9, with_memory=True)
NEW = checkpoint("New", WEB, 2, OLD)
LEAF = checkpoint("Leaf", WEB, 1, NEW)
WEB = replace(WEB, current=LEAF.id)
ALL = (OLD, NEW, LEAF)


def asked(on: Checkpoint | None = OLD, current: CheckpointId | None = LEAF.id) -> View:
    there = inventory(replace(WEB, current=current), checkpoints=ALL)
    return View(inventory=there, vm_id=WEB.id, checkpoint_id=on.id if on else None)


def found(*checkpoints: Checkpoint, at: Checkpoint = LEAF, is_now: VmState = VmState.RUNNING) -> Inventory:
    return inventory(replace(WEB, current=at.id, state=is_now), checkpoints=checkpoints or ALL)


MADE = checkpoint("Mine", WEB, 0, LEAF)
PLAIN, SAFELY = Apply(None), Apply("Mine")


@pytest.mark.parametrize(
    ("action", "answer", "after", "words"),
    [
        (Action.APPLY, PLAIN, found(), "Nothing was applied."),
        (Action.APPLY, PLAIN, found(is_now=VmState.SAVED), "The VM was saved, and nothing was applied."),
        (Action.APPLY, PLAIN, found(at=OLD), "It was applied."),
        (
            Action.APPLY,
            PLAIN,
            found(at=OLD, is_now=VmState.SAVED),
            "It was applied, and the VM was not started again.",
        ),
        (Action.APPLY, SAFELY, found(), "No checkpoint was created. Nothing was applied."),
        (Action.APPLY, SAFELY, found(*ALL, MADE), "“Mine” was created. Nothing was applied."),
        (Action.CREATE, "Mine", found(*ALL, MADE), "“Mine” was created."),
        (
            Action.CREATE,
            "Mine",
            found(*ALL, replace(MADE, name="web-01 - (3/4/2026)")),
            "“web-01 - (3/4/2026)”",
        ),
        (Action.CREATE, "Old", found(), "No checkpoint was created."),
        (Action.RENAME, "Older", found(replace(OLD, name="Older"), NEW, LEAF), "It is called “Older” now."),
        (Action.RENAME, "Older", found(NEW, LEAF), "not there any more"),
        (Action.DELETE, True, found(), "It is still there."),
        (Action.DELETE, True, found(NEW, LEAF), "It is gone."),
        (Action.DELETE_SUBTREE, True, found(OLD), "1 of 3 are still there."),
        (Action.SAVE, True, found(is_now=VmState.SAVED), "The VM is saved now"),
    ],
)
def test_the_step_that_was_reached_is_named(
    action: Action, answer: object, after: Inventory, words: str
) -> None:
    said = seen(action, asked(), answer, after)
    assert words in said
    assert "The VM is" in said


def test_an_apply_of_what_now_hung_from_already_cannot_be_seen() -> None:
    view = asked(current=OLD.id)
    assert "cannot be seen" in seen(Action.APPLY, view, PLAIN, found(at=OLD))


def test_nothing_is_concluded_while_the_host_is_at_work_or_when_the_vm_is_gone() -> None:
    busy = inventory(replace(WEB, activity=Activity.APPLYING), checkpoints=ALL)
    assert "applied" not in seen(Action.APPLY, asked(), PLAIN, busy)
    assert "not on this host" in seen(Action.APPLY, asked(), PLAIN, inventory(vm("other", id=VmId("other"))))
