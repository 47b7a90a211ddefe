"""`?` shows every key of the screen, in whatever terminal, and goes away again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from hvtui.backends.mock.clock import ManualClock
from hvtui.tui.dialogs.help import HelpDialog
from hvtui.tui.keys.names import key_name
from hvtui.tui.keys.shortcuts import SHORTCUTS, Group, Place, Shortcut
from hvtui.tui.palette.commands import palette_commands
from hvtui.tui.screens.hosts import HostsScreen
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.far import FarBackend, visit
from tests.tui.journey import Journey, journey

README = Path(__file__).parents[2] / "README.md"
CHANGING = ("c", "a", "e, F2", "d, Del", "D, Shift+Del", "s", "S", "v", "x")
"""What changes a VM."""
WINDOWS = ("e, F2", "d, Del", "D, Shift+Del")
"""Of which the second key does nothing in the list of VMs."""


def keys_of(shortcut: Shortcut) -> str:
    return ", ".join(map(key_name, shortcut.keys))


def keys_said(trip: Journey) -> set[str]:
    """What stands in the first column."""
    lines = trip.app.screen._compositor.render_strips()
    words = ["".join(segment.text for segment in line) for line in lines]
    return {found[1] for line in words if (found := re.search(r"│ (\S+(?:, \S+)*)  +\S", line))}


async def test_all_keys_that_change_something_are_seen_at_once_in_80x24() -> None:
    async with journey("one", (80, 24)) as trip:
        await trip.go_to("Old branch")
        await trip.open("question_mark")
        assert set(CHANGING) - keys_said(trip) == set()


async def test_it_names_the_list_of_vms_and_explains_enter_on_the_row_of_a_host() -> None:
    async with journey("lab", (120, 60)) as trip:
        await trip.open("question_mark")
        words = "\n".join(str(each.render()) for each in trip.app.screen.query(Static))
        assert ": list of VMs" in trip.said()
        assert "Enter on the row of a host signs in to it" in words


async def test_the_keys_of_windows_are_listed_only_where_they_act() -> None:
    async with journey("one", (80, 24)) as trip:
        await trip.open("question_mark")
        without = {keys.partition(", ")[0] if keys in WINDOWS else keys for keys in CHANGING}
        assert without - keys_said(trip) == set()
        assert not keys_said(trip) & set(WINDOWS)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_all_keys_are_found_by_scrolling_and_the_panes_keep_their_room(size: tuple[int, int]) -> None:
    async with journey("one", size) as trip:
        await trip.go_to("Before CU-11")
        before = trip.main.query_one(VmList).region
        places = {Place.MAIN, Place.SCREENS, Place.APP, Place.ROWS, Place.TREE}
        wanted = {keys_of(each) for each in SHORTCUTS.values() if each.place in places and each.keys}
        dialog = await trip.open("question_mark")
        found = keys_said(trip)
        while dialog.query_one("#box").scroll_offset.y < dialog.query_one("#box").max_scroll_y:
            await trip.press("down")
            await trip.pilot.pause()
            found |= keys_said(trip)
        assert wanted - found == set()
        assert trip.main.query_one(VmList).region == before
        await trip.press("home")
        await trip.until(lambda: "c" in keys_said(trip))
        await trip.press("pagedown")
        await trip.until(lambda: "c" not in keys_said(trip) or dialog.query_one("#box").max_scroll_y < 3)


@pytest.mark.parametrize("keys", [("escape",), ("down", "question_mark"), ("enter",)])
async def test_escape_enter_or_the_same_key_once_it_was_let_go_close_it(keys: tuple[str, ...]) -> None:
    async with journey() as trip:
        await trip.open("question_mark")
        await trip.press(*keys)
        await trip.until(lambda: trip.app.screen is trip.main)


@pytest.mark.usefixtures("slow_machine")
async def test_held_down_it_opens_one_help_that_stays() -> None:
    async with journey() as trip:
        for _ in range(20):
            trip.app.simulate_key("question_mark")
        await trip.until(lambda: isinstance(trip.app.screen, HelpDialog) and trip.app.screen.is_ready)
        await trip.press(*["question_mark"] * 20)
        assert [isinstance(screen, HelpDialog) for screen in trip.app.screen_stack[-2:]] == [False, True]


async def test_the_palette_lists_what_can_be_done_now() -> None:
    async with journey() as trip:
        wanted = {command.words for command in palette_commands(trip.main)}
        assert len(wanted) > 12
        await trip.press("ctrl+p")
        options = trip.app.screen.query_one(OptionList)
        await trip.until(lambda: options.option_count == len(wanted))
        assert {str(options.get_option_at_index(at).prompt) for at in range(options.option_count)} == wanted


def test_the_readme_lists_every_key_that_is_not_for_moving() -> None:
    table = re.search(
        r"\| key \| what it does \|\n\|---\|---\|\n(.+?)\n\n", README.read_text("utf-8"), re.DOTALL
    )
    assert table
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table[1].splitlines()]
    shown = [(re.findall(r"`([^`]+)`", keys), words) for keys, words in rows]
    assert shown == [
        ([key_name(key) for key in each.keys], each.sentence)
        for group in Group
        for each in SHORTCUTS.values()
        if each.keys
        and each.group is group is not Group.MOVE
        and each.place in (Place.MAIN, Place.SCREENS, Place.APP)
    ]


async def test_the_first_screen_has_it_too_and_a_host_that_is_reached_meanwhile_takes_its_place(
    tmp_path: Path,
) -> None:
    far = FarBackend(ManualClock())
    async with visit(far, tmp_path / "config.toml") as trip:
        await trip.sees(HostsScreen)
        far.answers.clear()
        await trip.press("enter")
        await trip.until(lambda: far.tried)
        await trip.press("question_mark")
        await trip.sees(HelpDialog)
        assert {"n", "?, F1", "q", "Esc"} - keys_said(trip) == set()
        far.answers.set()
        await trip.sees_vms()
        assert [type(screen).__name__ for screen in trip.app.screen_stack[1:]] == ["MainScreen"]
