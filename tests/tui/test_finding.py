"""Finding one's way: the palette goes to VMs and checkpoints, and all that was said can be read again."""

from __future__ import annotations

import pytest
from textual.widgets import Input, OptionList

from hvtui.backends.errors import OperationFailed
from hvtui.tui.dialogs.activity import ActivityDialog
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.text.safe import safe
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from hvtui.tui.widgets.operations.operation_strip import OperationStrip
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.journey import Journey, journey
from tests.tui.painting import shown
from tests.tui.samples import HOSTILE_NAMES


async def go(trip: Journey, *letters: str) -> None:
    """Type this into the palette, and choose the first line that is found."""
    await trip.press("ctrl+p")
    await trip.pilot.pause()
    await trip.press(*letters)
    await trip.until(
        lambda: any(
            "Go to" in str(o.get_option_at_index(0).prompt)
            for o in trip.app.screen.query(OptionList)
            if o.option_count
        )
    )
    await trip.press("enter")
    await trip.until(lambda: trip.app.screen is trip.main)


async def test_the_palette_goes_to_a_vm_whose_name_has_these_letters_in_order() -> None:
    async with journey("lab") as trip:
        await go(trip, *"bld07")
        vms = trip.main.query_one(VmList)
        await trip.until(lambda: vms.has_focus)
        assert vms.cursor_row is not None
        assert vms.cursor_row.name == "build-07"


async def test_the_palette_finds_a_letter_that_is_written_in_another_way_at_the_end_of_a_word() -> None:
    async with journey() as trip:
        trip.vm.name = "ΑΣΤΗΡ"
        await trip.press("f5")
        await trip.until(lambda: "ΑΣΤΗΡ" in trip.said())
        await trip.press("ctrl+p")
        await trip.until(lambda: trip.app.screen.query(Input))
        trip.app.screen.query_one(Input).value = "ας"
        await trip.until(lambda: any("ΑΣΤΗΡ" in line for line in offered(trip)))


async def test_the_palette_goes_to_a_checkpoint_of_another_vm_in_a_folded_branch_past_a_filter() -> None:
    async with journey("lab") as trip:
        await go(trip, *"web-01")
        await trip.go_to("Old branch")
        await trip.press("space", "slash", "d", "b", "enter")
        await trip.until(lambda: "web-01" not in trip.said())
        await go(trip, *"tuning,third")
        tree = trip.main.query_one(CheckpointTree)
        await trip.until(lambda: tree.has_focus)
        assert tree.checkpoint is not None
        assert tree.checkpoint.name == "IIS tuning, third try"


def offered(trip: Journey) -> list[str]:
    """The lines of the palette."""
    return [str(option.prompt) for found in trip.app.screen.query(OptionList) for option in found.options]


async def test_of_many_that_match_the_palette_shows_the_best() -> None:
    async with journey("fleet") as trip:
        await trip.press("ctrl+p", *"b-01")
        await trip.until(lambda: len(offered(trip)) >= 50)
        assert [line for line in offered(trip) if "b-01" not in line] == [], (
            "not web-00001, which comes earlier"
        )


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_a_name_in_the_palette_is_only_a_name(name: str) -> None:
    async with journey() as trip:
        machine = trip.vm
        machine.name = f"wanted {name}"
        await trip.press("f5")
        await trip.until(lambda: trip.main.inventory and trip.main.inventory.vms[0].name == machine.name)
        await trip.press("ctrl+p", *"wanted")
        await trip.until(lambda: any("Go to" in line for line in offered(trip)))
        assert offered(trip)[0] == f"Go to {safe(machine.name)}"


async def test_a_name_that_has_its_letters_in_many_places_keeps_the_palette_quick() -> None:
    async with journey() as trip:
        trip.vm.name = "ab" * 50
        await trip.press("f5")
        await trip.until(lambda: "abab" in trip.said())
        await trip.press("ctrl+p", *"aabbaabb")
        await trip.until(lambda: any("Go to" in line for line in offered(trip)))


async def test_a_message_that_has_gone_from_the_screen_can_be_read_again_and_copied() -> None:
    async with journey() as trip:
        await trip.press("y", "m")
        await trip.until(lambda: isinstance(trip.app.screen, ActivityDialog) and trip.app.screen.is_ready)
        assert "Copied the ID of" in trip.said()
        await trip.press("y")
        assert "Copied the ID of" in trip.app.clipboard
        await trip.press("escape")
        await trip.until(lambda: trip.app.screen is trip.main)


async def test_operations_are_listed_while_they_run_and_with_their_outcome() -> None:
    async with journey() as trip:
        await trip.go_to("Before CU-11")
        await trip.open("e")
        await trip.press("X", "enter")
        await trip.until(lambda: trip.main.operations and trip.main.operations[0].ended)
        await trip.open("m")
        assert "✓ web-01: renamed" in trip.said()
        assert "X  after 0 s" in trip.said()


async def test_what_is_too_long_for_a_line_of_the_list_continues_below_its_text() -> None:
    async with journey(size=(60, 30)) as trip:
        release = await trip.start_held_save(OperationFailed("Generic failure. " * 8))
        release.set()
        await trip.sees_dialog(ErrorDialog)
        await trip.press("escape")
        await trip.open("m")
        box, list_ = (trip.app.screen.query_one(f"#{id}").region for id in ("box", "operations"))
        lines = [line[list_.x :] for line in trip.said().splitlines()[: box.bottom] if "failure" in line]
        assert len(lines) > 4
        assert [line for line in lines if line[8:10] != "  " or line[10] == " "] == []


@pytest.mark.parametrize(
    ("width", "hint"),
    [
        (80, "Press ? for all keys, Ctrl+P for every command, VM and checkpoint."),
        (60, "Press ? for all keys, Ctrl+P for every command."),
    ],
)
async def test_the_first_start_names_the_keys_while_a_line_is_free_also_below_what_is_running(
    width: int, hint: str
) -> None:
    async with journey("lab", size=(width, 24), first_start=True) as trip:
        strip = trip.main.query_one(OperationStrip)
        assert len(strip.operations) == 1
        running, free = shown(strip)
        assert (running.split()[1], free.strip()) == ("app-02:", hint)
        strip.operations *= 2
        assert hint not in trip.said()


async def test_the_key_typed_ahead_of_a_dialog_that_is_about_to_open_shows_no_messages_over_it() -> None:
    async with journey() as trip:
        trip.main.asking = True
        await trip.press("m")
        await trip.pilot.pause()
        assert trip.app.screen is trip.main


async def test_a_zoomed_tree_gives_way_to_the_list_while_its_filter_is_typed() -> None:
    async with journey("lab") as trip:
        await trip.press("enter", "z", "slash", "d", "b")
        await trip.until(lambda: "db-01" in trip.said())
        assert trip.main.query_one(VmList).display
        assert not trip.main.query_one(CheckpointTree).display
