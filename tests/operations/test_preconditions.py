"""What stops a command that a person has confirmed: what they saw is no longer what is there."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hvtui.backends.contract import Capabilities, StopHow, Verb
from hvtui.backends.model import Checkpoint, CheckpointSetting, Unread, UnreadPart, VmState
from hvtui.backends.operations.command import Command, Selection
from hvtui.backends.operations.commands import (
    ApplyCheckpoint,
    CreateCheckpoint,
    DeleteCheckpoint,
    DeleteSubtree,
    RenameCheckpoint,
    SaveVm,
    StartVm,
    StopVm,
)
from hvtui.backends.operations.preconditions import ChangeCode, TargetChanged, TargetUnread, check
from hvtui.tui.text.outcomes import change_lines
from tests.tui.samples import checkpoint, inventory, vm

OLD = checkpoint("Old", vm("web-01"), 3)
NEW = checkpoint("New", vm("web-01"), 1, OLD)
WEB = vm("web-01", current=NEW.id)
COMMANDS: dict[str, Command] = {
    "create": CreateCheckpoint(vm=WEB, checkpoint_name="Mine"),
    "apply": ApplyCheckpoint(vm=WEB, checkpoint=OLD, safety_name=None),
    "rename": RenameCheckpoint(vm=WEB, checkpoint=OLD, new_name="Older"),
    "delete": DeleteCheckpoint(vm=WEB, checkpoint=OLD),
    "delete_subtree": DeleteSubtree(vm=WEB, checkpoint=OLD),
    "start": StartVm(vm=WEB),
    "stop": StopVm(vm=WEB, how=StopHow.SHUT_DOWN),
    "save": SaveVm(vm=WEB),
}
ON_CHECKPOINT = {"apply", "rename", "delete", "delete_subtree"}
ALL = set(COMMANDS)


def seen(*checkpoints: Checkpoint, **changes: object) -> Selection:
    changed = replace(WEB, **changes)
    return Selection(
        inventory=inventory(changed, checkpoints=checkpoints or (OLD, NEW)),
        vm_id=WEB.id,
        checkpoint_id=OLD.id,
        capabilities=Capabilities(verbs=frozenset(Verb), max_checkpoints=50),
    )


@pytest.mark.parametrize(
    ("after", "code", "stopped"),
    [
        (replace(seen(), inventory=inventory(vm("other"))), ChangeCode.VM_GONE, ALL),
        (seen(name="web-02"), ChangeCode.VM_RENAMED, ALL),
        (seen(state=VmState.PAUSED), ChangeCode.STATE, ALL - {"rename"}),
        (seen(current=OLD.id), ChangeCode.CURRENT, ALL - {"rename"}),
        (
            seen(checkpoint_setting=CheckpointSetting.STANDARD),
            ChangeCode.SETTING,
            {"create", "apply"},
        ),
        (seen(NEW), ChangeCode.CHECKPOINT_GONE, ON_CHECKPOINT),
        (seen(replace(OLD, name="Keep"), NEW), ChangeCode.CHECKPOINT_RENAMED, ON_CHECKPOINT),
        (seen(replace(OLD, parent=NEW.id), NEW), ChangeCode.PARENT, ON_CHECKPOINT),
        (
            seen(OLD, NEW, checkpoint("Below", WEB, 0, OLD)),
            ChangeCode.SUBTREE,
            {"delete", "delete_subtree"},
        ),
    ],
)
def test_each_change_stops_the_commands_that_depend_on_it(
    after: Selection, code: ChangeCode, stopped: set[str]
) -> None:
    found = set()
    for name, command in COMMANDS.items():
        try:
            check(command, seen(), after)
        except TargetChanged as changed:
            if code in changed.changes:
                found.add(name)
                assert all(change_lines(changed))
    assert found == stopped


def test_a_command_that_is_not_possible_any_more_is_stopped_with_the_reason() -> None:
    with pytest.raises(TargetChanged) as changed:
        check(COMMANDS["create"], seen(), seen(in_service=True))
    assert changed.value.changes == ()
    assert "busy" in change_lines(changed.value)[0]


@pytest.mark.parametrize("name", ALL - {"start"})
def test_nothing_is_stopped_where_nothing_has_changed(name: str) -> None:
    check(COMMANDS[name], seen(), seen())


@pytest.mark.parametrize(
    ("part", "stopped"),
    [(UnreadPart.VM, ALL), (UnreadPart.CHECKPOINTS, ON_CHECKPOINT | {"create"})],
)
def test_what_could_not_be_read_stops_a_command_and_is_not_told_as_gone(
    part: UnreadPart, stopped: set[str]
) -> None:
    unread = Unread(vm_id=WEB.id, part=part, words="Generic failure")
    after = replace(seen(), inventory=inventory(WEB, unread=(unread,)))
    found = set()
    for name, command in COMMANDS.items():
        try:
            check(command, seen(), after)
        except TargetUnread as error:
            found.add(name)
            assert error.detail == "Generic failure"
        except TargetChanged as error:
            assert name == "start", error.changes
    assert found == stopped
