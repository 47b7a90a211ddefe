"""What a person does by key, from the first frame to the host's new state."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.command import CommandList
from textual.widgets import Button, Input, Static

from hvtui.backends.mock.network import NetworkFault
from hvtui.backends.operations.commands import StartVm
from hvtui.backends.operations.operation import Ending
from hvtui.tui.dialogs.dialog import Dialog
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.text.outcomes import operation_detail
from hvtui.tui.text.problems import operation_problem
from hvtui.tui.widgets.checkbox import Checkbox
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from hvtui.tui.widgets.filter_field import FilterField
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.journey import journey

if TYPE_CHECKING:
    from hvtui.backends.operations.operation import Operation
    from hvtui.tui.text.problems import Problem


def problem_of(operation: Operation) -> Problem:
    """What the error dialog says of the operation."""
    problem = operation_problem(operation)
    assert problem is not None
    return problem


async def test_c_and_enter_create_a_checkpoint_of_the_name_that_was_typed() -> None:
    async with journey() as trip:
        dialog = await trip.open("c")
        dialog.query_one(Input).value = "Before patch"
        await trip.press("enter")
        assert await trip.ended() is Ending.DONE
        assert "Before patch" in trip.names()
        assert "Before patch" in [c.name for c in trip.main.take_selection().checkpoints]


async def test_a_name_that_cannot_be_is_not_taken() -> None:
    async with journey() as trip:
        dialog = await trip.open("c")
        dialog.query_one(Input).value = "   "
        await trip.press("enter")
        assert trip.app.screen is dialog
        assert "Enter a name" in str(dialog.query_one("#problem", Static).render())
        await trip.press("escape")
        assert len(trip.names()) == 3


async def test_only_the_button_that_needs_the_name_is_off_while_the_name_cannot_be() -> None:
    async with journey() as trip:
        await trip.go_to("Clean install")
        dialog = await trip.open("a")
        dialog.query_one(Input).value = "x" * 101
        await trip.until(lambda: [b.id for b in dialog.query(Button) if b.disabled] == ["create-and-apply"])
        dialog.query_one(Input).value = "x" * 100
        await trip.until(lambda: not any(b.disabled for b in dialog.query(Button)))


async def test_e_renames_the_checkpoint_under_the_cursor() -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        dialog = await trip.open("e")
        assert dialog.query_one(Input).value == "Old branch"
        dialog.query_one(Input).value = "Older branch"
        await trip.press("enter")
        assert await trip.ended() is Ending.DONE
        assert "Older branch" in trip.names()


async def test_a_and_enter_create_a_checkpoint_and_then_apply() -> None:
    async with journey() as trip:
        await trip.go_to("Clean install")
        await trip.open("a")
        assert trip.app.focused is not None
        assert trip.app.focused.id == "create-and-apply"
        await trip.press("enter")
        assert await trip.ended() is Ending.DONE
        assert any(name.startswith("Before applying Clean install – ") for name in trip.names())
        assert trip.vm.parent_checkpoint_id == trip.checkpoint("Clean install").id


async def test_plain_apply_makes_no_checkpoint() -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        await trip.open("a")
        await trip.click("apply")
        assert await trip.ended() is Ending.DONE
        assert len(trip.names()) == 3
        assert trip.vm.parent_checkpoint_id == trip.checkpoint("Old branch").id


async def test_a_vm_that_an_apply_leaves_off_is_started_when_that_is_wanted() -> None:
    async with journey() as trip:
        for wanted, state in ((False, "Off"), (True, "Running")):
            await trip.press("s")
            await trip.until(lambda: trip.vm.state == "Running" and not trip.state.running)
            await trip.go_to("Old branch")
            dialog = await trip.open("a")
            if wanted:
                while trip.app.focused is not dialog.query_one(Checkbox):
                    await trip.press("tab")
                await trip.press("space")
            await trip.click("apply")
            await trip.until(lambda: not trip.state.running)
            assert trip.state.finished[0].ending is Ending.DONE
            assert trip.vm.state == state


async def test_delete_has_cancel_focused_and_deletes_one_on_confirmation() -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        await trip.open("d")
        await trip.press("enter")
        await trip.until(lambda: trip.app.screen is trip.main)
        assert len(trip.names()) == 3
        await trip.open("d")
        await trip.click("delete")
        assert await trip.ended() is Ending.DONE
        assert sorted(trip.names()) == ["Before CU-11", "Clean install"]


async def test_delete_subtree_deletes_all_below() -> None:
    async with journey() as trip:
        await trip.go_to("Clean install")
        await trip.open("D")
        await trip.click("delete")
        assert await trip.ended() is Ending.DONE
        assert trip.names() == []


@pytest.mark.parametrize(
    ("key", "button", "state"), [("S", "shut-down", "Off"), ("S", "turn-off", "Off"), ("v", "save", "Saved")]
)
async def test_a_vm_is_stopped_or_saved_and_started_again(key: str, button: str, state: str) -> None:
    async with journey() as trip:
        await trip.open(key)
        await trip.click(button)
        assert await trip.ended() is Ending.DONE
        assert trip.vm.state == state
        await trip.press("s")
        await trip.until(lambda: trip.vm.state == "Running")
        assert await trip.ended() is Ending.DONE


@pytest.mark.parametrize("key", ["c", "a", "e", "d", "D", "S", "v"])
@pytest.mark.usefixtures("slow_machine")
async def test_the_key_that_opened_a_dialog_never_confirms_it_however_long_it_is_held(key: str) -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        dialog = await trip.open(key)
        await trip.press(*[key] * 20)
        assert trip.app.screen is dialog
        assert not trip.state.finished
        assert not trip.state.running


async def test_the_letter_that_opened_a_dialog_can_be_typed_into_it_once_another_key_was() -> None:
    async with journey() as trip:
        dialog = await trip.open("c")
        await trip.press(*"Before schema 8")
        assert dialog.query_one(Input).value == "Before schema 8"


async def test_keys_typed_before_the_first_frame_are_dropped() -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        for key in ("a", "enter"):
            trip.app.simulate_key(key)
        await trip.until(lambda: isinstance(trip.app.screen, Dialog) and trip.app.screen.is_ready)
        assert not trip.state.running
        assert not trip.state.finished


@pytest.mark.usefixtures("slow_machine")
async def test_enter_held_down_does_not_close_the_error_that_it_led_to() -> None:
    async with journey() as trip:
        await trip.open("c")
        trip.network.write_faults.append(NetworkFault.REPLY_LOST)
        await trip.press("enter")
        await trip.until(lambda: isinstance(trip.app.screen, ErrorDialog) and trip.app.screen.is_ready)
        error = trip.app.screen
        await trip.press(*["enter"] * 20)
        assert trip.app.screen is error
        await trip.press("escape")
        assert trip.app.screen is trip.main


@pytest.mark.parametrize("typed", ["st", "sql", "db", "sdq"])
async def test_what_comes_in_one_burst_after_the_slash_is_typed_into_the_filter(typed: str) -> None:
    async with journey("lab") as trip:
        trip.app.simulate_key("slash")
        for key in typed:
            trip.app.post_message(events.Key(key, key))
        field = trip.main.query_one(FilterField)
        await trip.until(lambda: field.value == typed)
        assert trip.app.screen is trip.main
        assert not trip.state.running
        assert not trip.state.finished


async def test_what_comes_in_one_burst_after_enter_is_for_the_tree_of_the_vm_it_was_pressed_on() -> None:
    async with journey("lab") as trip:
        vms, tree = trip.main.query_one(VmList), trip.main.query_one(CheckpointTree)
        first = vms.cursor
        for key in ("down", "enter", "up"):
            trip.app.simulate_key(key)
        await trip.until(lambda: tree.has_focus)
        await trip.press("home")
        assert vms.cursor == trip.main.vm_id != first
        assert {c.vm_id for c in trip.main.take_selection().checkpoints} == {vms.cursor}


async def test_what_comes_in_one_burst_with_the_key_of_a_dialog_does_not_quit() -> None:
    async with journey() as trip:
        for key in "cqos":
            trip.app.simulate_key(key)
        await trip.until(lambda: isinstance(trip.app.screen, Dialog) and trip.app.screen.is_ready)
        assert not trip.state.running


@pytest.mark.usefixtures("slow_machine")
async def test_enter_held_down_in_the_palette_runs_the_command_once_and_confirms_nothing() -> None:
    async with journey() as trip:
        await trip.go_to("Clean install")
        await trip.press("ctrl+p", *"apply")
        await trip.until(lambda: trip.app.screen.query_one(CommandList).option_count)
        for _ in range(20):
            trip.app.simulate_key("enter")
        await trip.until(lambda: isinstance(trip.app.screen, Dialog) and trip.app.screen.is_ready)
        await trip.press(*["enter"] * 20)
        assert isinstance(trip.app.screen, Dialog)
        assert not trip.state.running
        assert not trip.state.finished


async def test_a_key_that_the_screen_below_was_given_confirms_nothing_when_it_comes_back() -> None:
    async with journey() as trip:
        await trip.go_to("Clean install")
        late = events.Key("enter", None)
        late._set_forwarded()
        dialog = await trip.open("a")
        await trip.app.on_event(late)
        await trip.pilot.pause()
        assert trip.app.screen is dialog
        assert not trip.state.running
        assert not trip.state.finished


async def test_what_another_admin_changed_meanwhile_stops_the_write_and_is_shown() -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        await trip.open("d")
        trip.world.rename(trip.checkpoint("Old branch").id, "Keep this")
        await trip.click("delete")
        assert await trip.ended() is Ending.FAILED
        await trip.until(lambda: isinstance(trip.app.screen, ErrorDialog))
        assert "Keep this" in trip.names()
        assert "is called “Keep this” now" in problem_of(trip.state.finished[0]).detail


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("REQUEST_LOST", "No checkpoint was created."),
        ("REPLY_LOST", "“Before patch” was created."),
    ],
)
async def test_the_outcome_of_a_lost_write_is_shown_as_soon_as_the_vm_can_be_read_again(
    fault: str, seen: str
) -> None:
    async with journey(size=(120, 36)) as trip:
        dialog = await trip.open("c")
        dialog.query_one(Input).value = "Before patch"
        trip.network.write_faults.append(NetworkFault[fault])
        trip.network.read_faults += [NetworkFault.NONE, NetworkFault.REPLY_LOST]
        await trip.press("enter")
        assert await trip.ended() is Ending.UNKNOWN
        assert "could not be read since" in problem_of(trip.state.finished[0]).hint
        await trip.until(lambda: isinstance(trip.app.screen, ErrorDialog) and trip.app.screen.is_ready)
        await trip.press("escape", "f5")
        await trip.until(lambda: seen in operation_detail(trip.state.finished[0]))
        assert trip.state.finished[0].ending is Ending.UNKNOWN


@pytest.mark.parametrize("fault", ["REQUEST_LOST", "INTERRUPTED", "REPLY_LOST"])
async def test_nothing_is_applied_when_the_answer_of_the_safety_checkpoint_is_lost(fault: str) -> None:
    async with journey() as trip:
        before = trip.vm.parent_checkpoint_id
        await trip.go_to("Old branch")
        await trip.open("a")
        trip.network.write_faults.append(NetworkFault[fault])
        await trip.press("enter")
        assert await trip.ended() is Ending.UNKNOWN
        assert trip.vm.parent_checkpoint_id in (before, *(c.id for c in trip.world.checkpoints.values()))
        assert trip.vm.parent_checkpoint_id != trip.checkpoint("Old branch").id
        assert "The VM is running now" in operation_detail(trip.state.finished[0])


async def test_nothing_is_applied_when_the_safety_checkpoint_cannot_be_created() -> None:
    async with journey() as trip:
        before = trip.vm.parent_checkpoint_id
        await trip.go_to("Old branch")
        await trip.open("a")
        trip.vm.checkpointable = False
        await trip.press("enter")
        assert await trip.ended() is Ending.FAILED
        assert trip.vm.parent_checkpoint_id == before


async def test_a_busy_vm_refuses_a_second_write_and_says_why() -> None:
    async with journey() as trip:
        release = await trip.start_held_save()
        vm, connection = trip.main.take_selection().vm, trip.app.connection
        assert vm is not None
        assert connection is not None
        assert not connection.start(StartVm(vm=vm), trip.main.take_selection())
        await trip.press("c")
        assert trip.app.screen is trip.main
        assert trip.toasts() == ["web-01 is busy: saving."]
        release.set()
        assert await trip.ended() is Ending.DONE


@pytest.mark.parametrize("key", ["c", "slash", "ctrl+p"])
async def test_no_cursor_blinks_as_each_blink_is_sent_over_the_line(key: str) -> None:
    async with journey() as trip:
        await trip.press(key)
        await trip.until(lambda: isinstance(trip.app.focused, Input))
        assert isinstance(trip.app.focused, Input)
        assert not trip.app.focused.cursor_blink


async def test_times_on_the_screen_are_those_of_the_apps_clock() -> None:
    async with journey() as trip:
        trip.clock.advance(3600)
        dialog = await trip.open("c")
        assert dialog.query_one(Input).value.endswith(f"{trip.clock.now().astimezone():%Y-%m-%d %H:%M}")
        await trip.press("enter")
        assert await trip.ended() is Ending.DONE
        assert trip.state.finished[0].ended == trip.clock.now()


async def test_on_now_apply_says_why_not() -> None:
    async with journey() as trip:
        await trip.press("a")
        assert trip.app.screen is trip.main
        assert trip.toasts() == ["Now is no checkpoint: select one in the tree."]


async def test_every_vm_and_checkpoint_of_a_hostile_host_can_be_looked_at() -> None:
    async with journey("hostile") as trip:
        vms, tree = trip.main.query_one(VmList), trip.main.query_one(CheckpointTree)
        keys = itertools.cycle("aed")
        for vm_id in list(trip.world.vms):
            vms.put_cursor(vm_id)
            await trip.until(lambda: trip.main.vm_id == vms.cursor)
            for checkpoint in [c.id for c in trip.world.checkpoints.values() if c.vm_id == vm_id]:
                tree.put_cursor(checkpoint)
                await trip.open(next(keys))
                await trip.press("escape")
                await trip.until(lambda: trip.app.screen is trip.main)
