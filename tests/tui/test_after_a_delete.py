"""A delete is done, merging until the host has merged; what a merge or a fallback leaves is said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from textual.app import App, ComposeResult

from hvtui.backends.contract import StopHow
from hvtui.backends.errors import Effect, OperationFailed
from hvtui.backends.mock.network import NetworkFault
from hvtui.backends.model import Activity, Job
from hvtui.backends.operations.command import Command, Finding, FindingCode, Selection
from hvtui.backends.operations.commands import CreateCheckpoint, DeleteCheckpoint, RenameCheckpoint, StopVm
from hvtui.backends.operations.operation import Ending, Operation
from hvtui.backends.operations.orphans import OtherWork
from hvtui.backends.operations.outcome import Findings
from hvtui.backends.operations.readings.after_delete import MergeState
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.text.outcomes import operation_detail
from hvtui.tui.text.problems import operation_problem
from hvtui.tui.widgets.lines import Lines
from hvtui.tui.widgets.operations.operation_strip import OperationStrip
from hvtui.tui.widgets.operations.shown import shown_operations
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.journey import journey
from tests.tui.painting import shown
from tests.tui.samples import NOON, checkpoint, inventory, vm

GB = 2**30
WEB = vm("web-01")
LEAF = checkpoint("Leaf", WEB, 2)
DELETED = Operation(
    command=DeleteCheckpoint(vm=WEB, checkpoint=LEAF),
    before=Selection(),
    started=NOON - timedelta(minutes=4),
    ended=NOON - timedelta(minutes=3),
    ending=Ending.DONE,
    merge=MergeState.MERGING,
)
JOB = Job(id="1", vm_id=WEB.id, activity=Activity.MERGING, percent=43, started=NOON)


def ended(command: Command, ending: Ending, **more: object) -> Operation:
    return replace(DELETED, command=command, ending=ending, merge=None, **more)


class StripApp(App[None]):
    def compose(self) -> ComposeResult:
        yield VmList()
        yield OperationStrip()


async def test_a_done_delete_shows_its_merge_first_and_once_and_on_the_row_of_the_vm() -> None:
    merging = replace(WEB, activity=Activity.MERGING)
    theirs = OtherWork(vm=merging, started=NOON, doing="merging", percent=43)
    renamed = ended(RenameCheckpoint(vm=WEB, checkpoint=LEAF, new_name="x"), Ending.DONE)
    app = StripApp()
    async with app.run_test(size=(80, 12)) as pilot:
        strip, vms = app.query_one(OperationStrip), app.query_one(VmList)
        strip.now = NOON
        strip.operations = shown_operations(
            [], [renamed, DELETED], [], [theirs], [JOB], NOON, {WEB.id: 20 * GB}
        )
        vms.inventory = inventory(merging, jobs=(JOB,), checkpoints=(checkpoint("very old", WEB, 200),))
        vms.merging = {WEB.id: 20 * GB}
        await pilot.pause()
        first, second = shown(strip)
        assert first.startswith(" ◌ web-01: deleted Leaf  merging   43 %  ")
        assert "11 GB left" in first
        assert second.startswith(" ✓ web-01: renamed")
        assert "more" not in second
        assert shown(vms)[0].split("  ")[-1].strip() == "!!"
        assert " merging 43 %, 11 GB left  " in shown(vms)[0]


@pytest.mark.parametrize(
    ("merge", "words"),
    [
        (MergeState.FAILED, "19100"),
        (MergeState.INTERRUPTED, "19090"),
        (MergeState.ENDED, "not known"),
        (MergeState.FINISHED, "Nothing is left to merge."),
    ],
)
def test_how_a_merge_ended_is_said(merge: MergeState, words: str) -> None:
    assert words in operation_detail(replace(DELETED, merge=merge))


def test_a_fallback_to_a_standard_checkpoint_is_said_with_where_to_look() -> None:
    fell = Findings(findings=(Finding(code=FindingCode.FELL_BACK, effect=Effect.DONE),), vm=WEB)
    said = operation_detail(ended(CreateCheckpoint(vm=WEB, checkpoint_name="x"), Ending.DONE, findings=fell))
    assert said.startswith(
        "It is a standard checkpoint with memory: a production one could not be made. See "
    )


def test_an_error_after_the_effect_is_not_called_a_failure() -> None:
    error = OperationFailed("Unexpected.", error_id="OperationFailed", detail="Unexpected.\nOperationFailed")
    done = ended(RenameCheckpoint(vm=WEB, checkpoint=LEAF, new_name="x"), Ending.DONE, error=error)
    assert operation_detail(done) == "It was renamed, and the host reported: Unexpected."
    problem = operation_problem(done)
    assert problem is not None
    assert problem.title.startswith("Done, with an error: renaming")
    there = Findings(findings=(Finding(code=FindingCode.SOME_THERE, count=1, total=3, effect=None),), vm=WEB)
    partly = ended(DeleteCheckpoint(vm=WEB, checkpoint=LEAF), Ending.PARTLY, error=error, findings=there)
    problem = operation_problem(partly)
    assert problem is not None
    assert problem.title.startswith("Partly done: deleting")
    assert problem.message.startswith("1 of 3 checkpoints are still there. ")
    assert problem.message.endswith("The host reported: Unexpected.")
    assert "failed" not in (problem.title + problem.message).lower()


def test_a_refusal_is_told_with_the_line_that_has_the_reason() -> None:
    error = OperationFailed(
        "Checkpoint operation failed.",
        error_id="OperationFailed,Checkpoint",
        category="NotSpecified",
        detail="Checkpoint operation failed.\nProduction checkpoints cannot be created for 'a'.\nOperationFailed,Checkpoint\nNotSpecified",
    )
    refused = ended(CreateCheckpoint(vm=WEB, checkpoint_name="x"), Ending.FAILED, error=error)
    reason = "Checkpoint operation failed. Production checkpoints cannot be created for 'a'."
    assert operation_detail(refused) == reason
    bare = replace(refused, error=OperationFailed("It failed.", error_id="X", detail="It failed.\nX\n"))
    assert operation_detail(bare) == "It failed."
    step = replace(
        refused, error=OperationFailed("Nothing was applied: Fehler", error_id="X", detail="Fehler\nX")
    )
    assert operation_detail(step) == "Nothing was applied: Fehler"


@pytest.mark.parametrize("critical", [True, False])
def test_a_critical_state_is_called_critical_after_a_command_too(*, critical: bool) -> None:
    vm = replace(WEB, critical=critical)
    started = ended(StopVm(vm=vm, how=StopHow.TURN_OFF), Ending.UNKNOWN, findings=Findings(vm=vm))
    assert ("running (critical) now" in operation_detail(started)) is critical


def test_every_command_can_be_done_with_an_error() -> None:
    from hvtui.backends.operations.commands import COMMANDS
    from hvtui.tui.text.outcomes import _DONE

    assert set(_DONE) == {command.name for command in COMMANDS}
    off = ended(StopVm(vm=WEB, how=StopHow.TURN_OFF), Ending.DONE, error=OperationFailed("x"))
    assert operation_detail(off) == "The VM is off, and the host reported: x"


async def test_a_delete_counts_down_until_the_host_has_merged() -> None:
    async with journey(size=(100, 30)) as trip:
        trip.world.durations["merge"] = 100
        await trip.rests()
        await trip.go_to("Before CU-11")
        await trip.rests()
        await trip.open("d")
        await trip.until(lambda: "1 GB will be merged into" in trip.said())
        await trip.click("delete")
        assert await trip.ended() is Ending.DONE
        await trip.until(lambda: "deleted Before CU-11  merging" in trip.said())
        trip.clock.advance(50)
        await trip.press("f5")
        await trip.until(lambda: "50 %" in trip.said() and "left" in trip.said())
        trip.clock.advance(60)
        await trip.press("f5")
        await trip.until(lambda: "deleted Before CU-11  merging" not in trip.said())
        assert trip.state.finished[0].merge in (MergeState.ENDED, MergeState.FINISHED)


async def test_a_lost_connection_dims_the_panes_and_says_how_old_they_are() -> None:
    async with journey(size=(100, 30)) as trip:
        await trip.rests()
        assert not any(pane.stale for pane in trip.main.query(Lines))
        trip.network.read_faults += [NetworkFault.REPLY_LOST] * 20
        trip.clock.advance(180)
        await trip.press("f5")
        await trip.until(lambda: trip.state.failure)
        await trip.until(lambda: "read 3 min ago" in trip.said())
        vms = trip.main.query_one(VmList)
        assert vms.stale
        assert all(segment.style is not None and segment.style.dim for segment in vms.render_line(0))
        trip.network.read_faults.clear()
        await trip.press("f5")
        await trip.until(lambda: not vms.stale)
        assert "read 3 min ago" not in trip.said()


async def test_a_checkpoint_that_fell_back_to_standard_is_told_at_once() -> None:
    async with journey(size=(80, 24)) as trip:
        trip.vm.production_possible, trip.vm.checkpoint_type = False, "Production"
        await trip.open("c")
        await trip.press("enter")
        assert await trip.ended() is Ending.DONE
        await trip.until(trip.toasts)
        assert "a production one could not be made" in trip.toasts()[0]


async def test_what_an_apply_does_to_a_replica_is_said_before() -> None:
    async with journey(size=(80, 24)) as trip:
        trip.vm.replicated = True
        before = trip.state.inventory
        await trip.press("f5")
        await trip.until(lambda: trip.state.inventory is not before)
        await trip.go_to("Clean install")
        await trip.open("a")
        assert "resynchronization, which deletes its recovery points" in trip.said()
        assert "if the host can still resume it" in " ".join(trip.said().split())
        assert "keeps running" not in trip.said()


async def test_a_delete_that_took_more_says_so_in_a_dialog_as_what_is_partly_done() -> None:
    async with journey() as trip:
        trip.world.unverified.destroy_takes_dependents = True
        await trip.go_to("Clean install")
        await trip.open("d")
        await trip.click("delete")
        await trip.sees_dialog(ErrorDialog)
        said = " ".join(trip.said().replace("│", " ").split())
        assert "Partly done: deleting “Clean install” on web-01" in said
        assert "More is gone than was to be deleted. It was deleted." in said
        assert "“Old branch” is gone too." in said
        assert await trip.ended() is Ending.PARTLY
