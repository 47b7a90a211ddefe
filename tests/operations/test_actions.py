"""Which commands can be given, and why not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from hvtui.backends.contract import Capabilities, Verb
from hvtui.backends.model import (
    Activity,
    Checkpoint,
    CheckpointKind,
    CheckpointSetting,
    Job,
    OrphanedWrite,
    Unread,
    UnreadPart,
    VmId,
    VmState,
)
from hvtui.backends.operations.actions import ReasonCode, why_not
from hvtui.backends.operations.command import Command, Selection
from hvtui.backends.operations.commands import (
    COMMANDS,
    ApplyCheckpoint,
    CreateCheckpoint,
    DeleteCheckpoint,
    DeleteSubtree,
    DiscardSavedState,
    RemoveBackupCheckpoint,
    RenameCheckpoint,
    SaveVm,
    StartVm,
    StopVm,
)
from hvtui.backends.operations.naming import default_name, name_problem, safety_name
from hvtui.tui.text.reasons import reason_text
from tests.tui.samples import NOON, checkpoint, inventory, vm

WEB = vm("web-01")
OLD = checkpoint("Old", WEB, 3)
NEW = checkpoint("New", WEB, 1, parent=OLD)
ALL = Capabilities(verbs=frozenset(Verb), max_checkpoints=50)
ABANDONED = replace(OLD, kind=CheckpointKind.RECOVERY)
SEEN = Selection(
    inventory=inventory(WEB, checkpoints=(OLD, NEW)), vm_id=WEB.id, checkpoint_id=OLD.id, capabilities=ALL
)


def why(action: type[Command], selection: Selection) -> str | None:
    """The sentence that says why not."""
    reason = why_not(action, selection)
    return reason_text(reason) if reason else None


def with_vm(**changes: object) -> Selection:
    return replace(SEEN, inventory=inventory(replace(WEB, **changes), checkpoints=(OLD, NEW)))


def test_a_running_vm_allows_all_but_starting_it() -> None:
    refused = [action for action in COMMANDS if why(action, SEEN)]
    assert refused == [StartVm, DiscardSavedState, RemoveBackupCheckpoint]


@pytest.mark.parametrize("action", COMMANDS)
def test_no_command_can_be_given_without_a_session_a_vm_a_verb_or_while_the_vm_is_busy(
    action: type[Command],
) -> None:
    assert why(action, Selection())
    assert why(action, replace(SEEN, vm_id=None))
    assert why(action, replace(SEEN, capabilities=Capabilities(verbs=frozenset())))
    assert why(action, replace(SEEN, capabilities=replace(ALL, read_only=True)))
    running = ApplyCheckpoint(vm=WEB, checkpoint=OLD, safety_name=None)
    if action is not RemoveBackupCheckpoint:
        assert why(action, replace(SEEN, running={WEB.id: running})) == "web-01 is busy: applying “Old”."
    assert why(action, with_vm(in_service=True))


@pytest.mark.parametrize("action", COMMANDS)
def test_no_command_can_be_given_while_one_of_an_earlier_hvtui_is_running(action: type[Command]) -> None:
    left = OrphanedWrite(id="1", vm_id=WEB.id, verb="apply", target="Old", started=NOON, running=True)
    view = replace(SEEN, inventory=inventory(WEB, checkpoints=(OLD, NEW), orphans=(left,)))
    if action is RemoveBackupCheckpoint:
        view = replace(view, inventory=replace(view.inventory, checkpoints=(ABANDONED, NEW)))  # type: ignore[type-var]
    assert "earlier hvtui" in (why(action, view) or "")


@pytest.mark.parametrize("action", COMMANDS)
def test_no_command_can_be_given_while_the_outcome_of_one_on_another_node_is_unknown(
    action: type[Command],
) -> None:
    lost = ApplyCheckpoint(vm=WEB, checkpoint=OLD, safety_name=None)
    own = (ABANDONED if action is RemoveBackupCheckpoint else OLD, NEW)
    view = replace(SEEN, inventory=inventory(WEB, checkpoints=own), open_elsewhere=lost)
    assert why(action, view) == "The outcome of applying “Old” on web-01 is not known yet."


@pytest.mark.parametrize("action", COMMANDS)
@pytest.mark.parametrize("running", [False, True])
def test_no_command_can_be_given_while_the_outcome_of_an_earlier_hvtui_on_another_node_is_unknown(
    action: type[Command], running: bool
) -> None:
    left = OrphanedWrite(
        id="1",
        vm_id=WEB.id,
        verb="create_checkpoint",
        target="New",
        started=NOON,
        running=running,
        node="hv01",
    )
    own = (ABANDONED if action is RemoveBackupCheckpoint else OLD, NEW)
    view = replace(SEEN, inventory=inventory(WEB, checkpoints=own, orphans=(left,)))
    expected = "A command from an earlier hvtui session was sent to hv01, and its outcome is not known yet: creating New."
    assert why(action, view) == expected
    unread = replace(view, inventory=inventory(WEB, checkpoints=own, orphans=(left,), unread=(UNREAD,)))
    assert (code(StopVm, unread) is None) is not running


def test_a_vm_with_such_an_outcome_can_be_stopped_if_its_checkpoints_cannot_be_read() -> None:
    """The outcome may stay unknown as long as they cannot be read."""
    lost = ApplyCheckpoint(vm=WEB, checkpoint=OLD, safety_name=None)
    seen = inventory(WEB, checkpoints=(OLD, NEW), unread=(UNREAD,))
    view = replace(SEEN, inventory=seen, open_elsewhere=lost)
    assert code(StopVm, view) is None
    assert code(CreateCheckpoint, view) is ReasonCode.CHECKPOINTS_UNREAD


@pytest.mark.parametrize("action", [ApplyCheckpoint, RenameCheckpoint, DeleteCheckpoint, DeleteSubtree])
def test_now_and_locked_checkpoints_cannot_be_changed(action: type[Command]) -> None:
    on_now = replace(SEEN, checkpoint_id=None)
    assert why(action, on_now) == "Now is no checkpoint: select one in the tree."
    assert why(action, replace(on_now, inventory=inventory(WEB))) == "No checkpoint of the VM is listed."
    backup = replace(OLD, kind=CheckpointKind.RECOVERY)
    view = replace(SEEN, inventory=inventory(WEB, checkpoints=(backup, NEW)))
    assert "backup software" in (why(action, view) or "")


def test_a_subtree_with_a_locked_checkpoint_in_it_is_not_deleted() -> None:
    below = replace(NEW, kind=CheckpointKind.REPLICA)
    view = replace(SEEN, inventory=inventory(WEB, checkpoints=(OLD, below)))
    assert "New" in (why(DeleteSubtree, view) or "")
    assert why(DeleteCheckpoint, view) is None


def test_no_checkpoint_where_they_are_disabled_or_as_many_as_the_backend_allows() -> None:
    assert "disabled" in (why(CreateCheckpoint, with_vm(checkpoint_setting=CheckpointSetting.DISABLED)) or "")
    fifty = tuple(checkpoint(str(number), WEB) for number in range(50))
    unlimited = replace(ALL, max_checkpoints=None)
    assert "50" in (why(CreateCheckpoint, replace(SEEN, inventory=inventory(WEB, checkpoints=fifty))) or "")
    many = replace(SEEN, inventory=inventory(WEB, checkpoints=fifty), capabilities=unlimited)
    assert why(CreateCheckpoint, many) is None


def test_the_state_decides() -> None:
    off = with_vm(state=VmState.OFF)
    refused = [action for action in COMMANDS if why(action, off)]
    assert refused == [StopVm, SaveVm, DiscardSavedState, RemoveBackupCheckpoint]
    assert why(ApplyCheckpoint, with_vm(state=VmState.SAVING))


@pytest.mark.parametrize("state", [VmState.RUNNING, VmState.PAUSED, VmState.OFF])
def test_where_the_storage_is_full_or_lost_nothing_is_asked_for_that_needs_more_of_it(state: VmState) -> None:
    healthy, critical = with_vm(state=state), with_vm(state=state, critical=True)
    refused = {action for action in COMMANDS if why(action, critical) and not why(action, healthy)}
    assert refused == {CreateCheckpoint, SaveVm} - {a for a in COMMANDS if why(a, healthy)}
    assert "storage is full" in (why(CreateCheckpoint, critical) or "")


UNREAD = Unread(vm_id=WEB.id, part=UnreadPart.CHECKPOINTS, words="Generic failure")


def code(action: type[Command], selection: Selection) -> ReasonCode | None:
    reason = why_not(action, selection)
    return reason.code if reason else None


def test_nothing_is_done_to_checkpoints_that_could_not_be_read() -> None:
    seen = replace(SEEN, inventory=inventory(WEB, checkpoints=(OLD, NEW), unread=(UNREAD,)))
    refused = {action for action in COMMANDS if code(action, seen) is ReasonCode.CHECKPOINTS_UNREAD}
    assert refused == {a for a in COMMANDS if a.on_checkpoint or a.creates_checkpoint}
    reason = why_not(CreateCheckpoint, seen)
    assert reason is not None
    assert reason.unread == UNREAD
    assert code(StopVm, seen) is None


def test_nothing_is_done_to_a_vm_that_could_not_be_read() -> None:
    unread = replace(UNREAD, part=UnreadPart.VM)
    seen = replace(SEEN, inventory=inventory(WEB, checkpoints=(OLD, NEW), unread=(unread,)))
    assert {code(action, seen) for action in COMMANDS} == {ReasonCode.VM_UNREAD}


@pytest.mark.parametrize("state", [VmState.STARTING, VmState.STOPPING])
def test_a_vm_on_its_way_can_neither_be_started_nor_stopped_and_it_is_said_why(state: VmState) -> None:
    for on_its_way in (with_vm(state=state), with_vm(state=state, in_service=True)):
        assert code(StartVm, on_its_way) is ReasonCode.STUCK
        assert code(StopVm, on_its_way) is ReasonCode.STUCK


def test_a_checkpoint_of_a_backup_is_removed_only_if_it_is_old_and_nothing_is_at_work() -> None:
    def seen(backup: Checkpoint = ABANDONED, **more: object) -> Selection:
        return replace(SEEN, inventory=inventory(WEB, checkpoints=(backup, NEW), **more))

    remove = RemoveBackupCheckpoint
    job = Job(id="1", vm_id=WEB.id, activity=Activity.BACKING_UP, started=NOON)
    year_one = datetime(1, 1, 1, tzinfo=UTC)
    assert code(remove, seen()) is None
    assert code(remove, seen(jobs=(job,))) is ReasonCode.HOST_BUSY
    assert code(remove, seen(jobs=None)) is ReasonCode.JOBS_UNREAD
    assert code(remove, seen(jobs=(replace(job, vm_id=VmId("another")),))) is None
    assert code(remove, seen(replace(ABANDONED, created=NOON))) is ReasonCode.BACKUP_TOO_YOUNG
    assert code(remove, seen(replace(ABANDONED, created=year_one))) is ReasonCode.BACKUP_AGE_UNKNOWN
    assert code(remove, seen(OLD)) is ReasonCode.NOT_ABANDONED
    assert code(remove, seen(unread=(UNREAD,))) is ReasonCode.CHECKPOINTS_UNREAD


@pytest.mark.parametrize("name", ["", "  ", "a\x07", "x" * 101, "𝕏" * 51])
def test_names_that_are_not_allowed(name: str) -> None:
    assert name_problem(name)


@pytest.mark.parametrize("name", ["x", "𝕏" * 200, "bell\x07", "n" * 100])
def test_the_suggested_names_are_allowed(name: str) -> None:
    for made in (safety_name(checkpoint(name, WEB), NOON), default_name(vm(name), NOON)):
        assert name_problem(made) is None
        assert len(made.encode("utf-16-le")) <= 200
