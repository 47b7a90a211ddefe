"""What the rules do where a host tells less than Hyper-V does: no memory, no kind, no reach of a delete."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from hvtui.backends.contract import Capabilities, Verb
from hvtui.backends.errors import Effect
from hvtui.backends.model import (
    Checkpoint,
    CheckpointId,
    CheckpointKind,
    Host,
    Inventory,
    Obstacle,
    Vm,
    VmId,
    VmState,
)
from hvtui.backends.operations.actions import ReasonCode, why_not
from hvtui.backends.operations.command import FindingCode, Selection
from hvtui.backends.operations.commands import (
    ApplyCheckpoint,
    CreateCheckpoint,
    DeleteCheckpoint,
    DeleteSubtree,
    StartVm,
)
from hvtui.backends.operations.health import ConcernCode, concerns
from hvtui.backends.operations.impact import AppliedState, WarningCode, apply_warnings, state_after_apply
from hvtui.backends.operations.outcome import findings
from hvtui.tui.text.impact import applied_state

NOW = datetime(2026, 11, 28, tzinfo=UTC)
WEB = VmId("web")
COMMANDS = [CreateCheckpoint, ApplyCheckpoint, DeleteCheckpoint, StartVm]


def checkpoint(name: str, parent: str | None = None) -> Checkpoint:
    return Checkpoint(
        id=CheckpointId(name),
        vm_id=WEB,
        name=name,
        parent=CheckpointId(parent) if parent else None,
        created=NOW,
        kind=CheckpointKind.NOT_TOLD,
        with_memory=None,
    )


CHAIN = (checkpoint("base"), checkpoint("patch", "base"), checkpoint("driver", "patch"))


def selection(
    *checkpoints: Checkpoint, may_reach_below: bool = True, obstacle: Obstacle | None = None
) -> Selection:
    vm = Vm(id=WEB, name="web-01", state=VmState.RUNNING, obstacle=obstacle, current=CHAIN[-1].id)
    return Selection(
        inventory=Inventory(host=Host(name="vmm"), vms=(vm,), checkpoints=checkpoints, taken=NOW),
        vm_id=WEB,
        checkpoint_id=CheckpointId("patch"),
        capabilities=Capabilities(verbs=frozenset(Verb), delete_may_reach_below=may_reach_below),
    )


def delete(kind: type[DeleteCheckpoint], before: Selection) -> DeleteCheckpoint:
    assert before.vm
    return kind(vm=before.vm, checkpoint=CHAIN[1])


def test_a_checkpoint_of_a_kind_that_is_not_told_is_not_locked() -> None:
    assert why_not(DeleteCheckpoint, selection(*CHAIN)) is None


def test_before_an_apply_is_said_that_a_backup_may_need_the_checkpoint() -> None:
    vm = selection(*CHAIN).vm
    assert vm
    assert WarningCode.KIND_NOT_TOLD in apply_warnings(vm, CHAIN[1])


def test_an_apply_does_not_promise_a_running_vm_where_memory_is_not_told() -> None:
    vm = selection(*CHAIN).vm
    assert vm
    assert state_after_apply(CHAIN[1], vm) is AppliedState.NOT_TOLD
    assert "may be running, saved or off" in applied_state(CHAIN[1], vm)


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_can_be_done_to_a_vm_with_an_obstacle(command: type[CreateCheckpoint]) -> None:
    reason = why_not(command, selection(*CHAIN, obstacle=Obstacle.HOST_NOT_RESPONDING))
    assert reason
    assert reason.code is ReasonCode.OBSTACLE


def test_an_obstacle_is_a_concern_but_another_hypervisor_is_none() -> None:
    for obstacle, expected in ((Obstacle.MISSING, 1), (Obstacle.OTHER_HYPERVISOR, 0)):
        given = selection(*CHAIN, obstacle=obstacle)
        assert given.vm
        assert given.inventory
        found = concerns(given.vm, given.inventory, NOW, limit=None)
        assert [c.code for c in found].count(ConcernCode.OBSTACLE) == expected


def test_where_a_delete_may_reach_below_all_below_may_be_deleted_too() -> None:
    before = selection(*CHAIN)
    assert delete(DeleteCheckpoint, before).may_be_deleted_too(before) == [CHAIN[2]]
    assert delete(DeleteSubtree, before).may_be_deleted_too(before) == []
    certain = selection(*CHAIN, may_reach_below=False)
    assert delete(DeleteCheckpoint, certain).may_be_deleted_too(certain) == []


def test_a_delete_that_took_more_than_was_asked_is_partly_done_and_names_it() -> None:
    before, after = selection(*CHAIN), selection(CHAIN[0])
    assert after.inventory
    seen = findings(delete(DeleteCheckpoint, before), before, after.inventory, answered=True)
    assert seen.effect is Effect.PARTLY
    assert (FindingCode.MORE_DELETED, "driver") in [(found.code, found.name) for found in seen.findings]


@pytest.mark.parametrize("kind", [DeleteCheckpoint, DeleteSubtree])
@pytest.mark.parametrize("may_take_more", [True, False])
def test_what_is_gone_beside_the_deleted_is_named_where_the_host_does_not_say_what_it_takes(
    kind: type[DeleteCheckpoint], may_take_more: bool
) -> None:
    before = selection(*CHAIN, checkpoint("beside", "base"), may_reach_below=may_take_more)
    after = (
        selection(CHAIN[0]).inventory if kind is DeleteSubtree else selection(CHAIN[0], CHAIN[2]).inventory
    )
    assert after
    seen = findings(delete(kind, before), before, after, answered=True)
    named = [found.name for found in seen.findings if found.code is FindingCode.MORE_DELETED]
    assert named == (["beside"] if may_take_more else [])
    assert seen.effect is (Effect.PARTLY if may_take_more else Effect.DONE)


@pytest.mark.parametrize(
    "changes",
    [{"kind": CheckpointKind.RECOVERY}, {"kind": CheckpointKind.REPLICA}, {"automatic": True}],
)
@pytest.mark.parametrize(("may_take_more", "parent"), [(True, "base"), (True, "driver"), (False, "driver")])
def test_what_other_software_or_the_host_removes_by_itself_is_not_counted_to_a_delete(
    may_take_more: bool, parent: str, changes: dict[str, Any]
) -> None:
    other = replace(checkpoint("other", parent), **changes)
    before = selection(*CHAIN, other, may_reach_below=may_take_more)
    after = selection(CHAIN[0], CHAIN[2]).inventory
    assert after
    seen = findings(delete(DeleteCheckpoint, before), before, after, answered=True)
    assert [found.code for found in seen.findings] == [FindingCode.DELETED]
    assert seen.effect is Effect.DONE


def test_a_delete_that_took_only_its_checkpoint_is_done() -> None:
    before, after = selection(*CHAIN), selection(CHAIN[0], checkpoint("driver", "base"))
    assert after.inventory
    seen = findings(delete(DeleteCheckpoint, before), before, after.inventory, answered=True)
    assert seen.effect is Effect.DONE
