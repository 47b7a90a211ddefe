"""What can be done, and why not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hvtui.backends.contract import Capabilities, Verb
from hvtui.backends.model import CheckpointKind, CheckpointSetting, OrphanedWrite, VmState
from hvtui.backends.operations.actions import Action, View, why_not
from hvtui.backends.operations.naming import before_applying, wrong_with
from tests.tui.samples import NOON, checkpoint, inventory, vm

WEB = vm("web-01")
OLD = checkpoint("Old", WEB, 3)
NEW = checkpoint("New", WEB, 1, parent=OLD)
ALL = Capabilities(verbs=frozenset(Verb))
SEEN = View(
    inventory=inventory(WEB, checkpoints=(OLD, NEW)), vm_id=WEB.id, checkpoint_id=OLD.id, capabilities=ALL
)


def with_vm(**changes: object) -> View:
    return replace(SEEN, inventory=inventory(replace(WEB, **changes), checkpoints=(OLD, NEW)))  # type: ignore[arg-type]


def test_a_running_vm_allows_all_but_starting_it() -> None:
    assert [action for action in Action if why_not(action, SEEN)] == [Action.START]


@pytest.mark.parametrize("action", Action)
def test_nothing_can_be_done_without_a_session_a_vm_a_verb_or_while_the_vm_is_busy(action: Action) -> None:
    assert why_not(action, View())
    assert why_not(action, replace(SEEN, vm_id=None))
    assert why_not(action, replace(SEEN, capabilities=Capabilities(verbs=frozenset())))
    assert why_not(action, replace(SEEN, busy={WEB.id: "applying Old"})) == "web-01 is busy: applying Old."
    assert why_not(action, with_vm(in_service=True))


@pytest.mark.parametrize("action", Action)
def test_the_gate_is_shut_while_an_earlier_hvtui_is_at_work(action: Action) -> None:
    left = OrphanedWrite(id="1", vm_id=WEB.id, verb="apply", target="Old", started=NOON, running=True)
    view = replace(SEEN, inventory=inventory(WEB, checkpoints=(OLD, NEW), orphans=(left,)))
    assert "earlier hvtui" in (why_not(action, view) or "")


@pytest.mark.parametrize("action", [Action.APPLY, Action.RENAME, Action.DELETE, Action.DELETE_SUBTREE])
def test_now_and_locked_checkpoints_are_left_alone(action: Action) -> None:
    assert "Now" in (why_not(action, replace(SEEN, checkpoint_id=None)) or "")
    backup = replace(OLD, kind=CheckpointKind.RECOVERY)
    view = replace(SEEN, inventory=inventory(WEB, checkpoints=(backup, NEW)))
    assert "Backup" in (why_not(action, view) or "")


def test_a_subtree_with_a_locked_checkpoint_in_it_is_not_deleted() -> None:
    below = replace(NEW, kind=CheckpointKind.REPLICA)
    view = replace(SEEN, inventory=inventory(WEB, checkpoints=(OLD, below)))
    assert "New" in (why_not(Action.DELETE_SUBTREE, view) or "")
    assert why_not(Action.DELETE, view) is None


def test_no_checkpoint_where_they_are_disabled_or_fifty() -> None:
    assert "disabled" in (
        why_not(Action.CREATE, with_vm(checkpoint_setting=CheckpointSetting.DISABLED)) or ""
    )
    fifty = tuple(checkpoint(str(number), WEB) for number in range(50))
    assert "50" in (why_not(Action.CREATE, replace(SEEN, inventory=inventory(WEB, checkpoints=fifty))) or "")


def test_the_state_decides() -> None:
    off = with_vm(state=VmState.OFF)
    assert [action for action in Action if why_not(action, off)] == [Action.STOP, Action.SAVE]
    assert why_not(Action.APPLY, with_vm(state=VmState.SAVING))


@pytest.mark.parametrize("state", [VmState.RUNNING, VmState.PAUSED, VmState.OFF])
def test_where_the_storage_is_full_or_lost_nothing_is_asked_for_that_needs_more_of_it(state: VmState) -> None:
    healthy, critical = with_vm(state=state), with_vm(state=state, critical=True)
    refused = {action for action in Action if why_not(action, critical) and not why_not(action, healthy)}
    assert refused == {Action.CREATE, Action.SAVE} - {a for a in Action if why_not(a, healthy)}
    assert "storage is full" in (why_not(Action.CREATE, critical) or "")


@pytest.mark.parametrize("name", ["", "  ", "a\x07", "x" * 101, "𝕏" * 51])
def test_names_that_cannot_be(name: str) -> None:
    assert wrong_with(name)


@pytest.mark.parametrize("name", ["x", "𝕏" * 200, "bell\x07", "n" * 100])
def test_the_name_of_the_safety_checkpoint_is_one_that_can_be(name: str) -> None:
    made = before_applying(name, NOON)
    assert wrong_with(made) is None
    assert len(made.encode("utf-16-le")) <= 200
