"""`?` shows every key of the screen, in whatever terminal, and goes away again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import OptionList

from hvtui.backends.mock.clock import ManualClock
from hvtui.tui.bindings import keys_of
from hvtui.tui.dialogs.help import HelpDialog
from hvtui.tui.screens.hosts import HostsScreen
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.far import FarBackend, visit
from tests.tui.journey import Journey, journey

README = Path(__file__).parents[2] / "README.md"
ACTING = (
    "c",
    "a",
    "e, f2",
    "d, del",
    "D, shift+del",
    "s",
    "S",
    "v",
    "/",
    "?, f1",
    "f5, ^r",
    "y",
    "o",
    "q",
    "^p",
)

WINDOWS = ("e, f2", "d, del", "D, shift+del")
"""Of which the second key does nothing in the list of VMs."""


def keys_said(trip: Journey) -> set[str]:
    """What stands in the first column."""
    lines = trip.app.screen._compositor.render_strips()
    words = ["".join(segment.text for segment in line) for line in lines]
    return {found[1] for line in words if (found := re.search(r"│ (\S+(?:, \S+)*)  +\S", line))}


async def test_all_keys_that_act_are_seen_at_once_in_80x24() -> None:
    async with journey("one", (80, 24)) as trip:
        await trip.go_to("Old branch")
        await trip.open("question_mark")
        assert set(ACTING) - keys_said(trip) == set()


async def test_the_keys_of_windows_are_listed_only_where_they_act() -> None:
    async with journey("one", (80, 24)) as trip:
        await trip.open("question_mark")
        without = {keys.partition(", ")[0] if keys in WINDOWS else keys for keys in ACTING}
        assert without - keys_said(trip) == set()
        assert not keys_said(trip) & set(WINDOWS)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_all_keys_are_found_by_scrolling_and_the_panes_keep_their_room(size: tuple[int, int]) -> None:
    async with journey("one", size) as trip:
        await trip.go_to("Before CU-11")
        before = trip.main.query_one(VmList).region
        wanted = {", ".join(command.keys) for command in keys_of(trip.main)}
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


async def test_the_palette_has_what_the_help_has() -> None:
    async with journey() as trip:
        words = {command.words for command in keys_of(trip.main) if command.id != "app.palette"}
        await trip.press("ctrl+p")
        options = trip.app.screen.query_one(OptionList)
        await trip.until(lambda: options.option_count == len(words))
        listed = [str(options.get_option_at_index(at).prompt) for at in range(options.option_count)]
        assert {said.partition("  (")[0] for said in listed} == words


async def test_every_key_of_the_readme_is_in_the_help() -> None:
    table = re.search(
        r"\| key \| what it does \|\n\|---\|---\|\n(.+?)\n\n", README.read_text("utf-8"), re.DOTALL
    )
    assert table
    rows = [row.split("|")[1] for row in table[1].splitlines()]
    async with journey() as trip:
        await trip.go_to("Clean install")
        have = {key for command in keys_of(trip.main) for key in command.keys}
    shown = {"Enter": "⏎", "Ctrl+P": "^p", "Shift+Del": "shift+del"}
    named = [key for row in rows for key in re.findall(r"`([^`]+)`", row)]
    assert [key for key in named if not {key, key.lower(), shown.get(key)} & have] == []


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
        assert {"n", "?, f1", "q", "esc"} - keys_said(trip) == set()
        far.answers.set()
        await trip.sees_vms()
        assert [type(screen).__name__ for screen in trip.app.screen_stack[1:]] == ["MainScreen"]
