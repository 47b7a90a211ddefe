"""`y` copies the id of what the cursor is on in the pane that has the focus, and says of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.events import Paste
from textual.widgets import Input

from hvtui.tui.widgets.vm_list import VmList
from tests.tui.journey import Journey, journey

if TYPE_CHECKING:
    from collections.abc import Callable


async def test_y_copies_the_id_of_what_the_focus_is_on() -> None:
    async with journey() as trip:
        web, branch = trip.vm.id, trip.checkpoint("Old branch").id
        await trip.go_to("Old branch")
        await trip.rests()
        for keys, name, wanted in (
            ((), "Old branch", branch),
            (("shift+tab",), "web-01", web),
            (("tab",), "Old branch", branch),
            (("home",), "Clean install", trip.checkpoint("Clean install").id),
        ):
            await trip.press(*keys)
            await trip.rests()
            await trip.press("y")
            assert trip.app.clipboard == wanted
            assert trip.toasts()[-1] == f"Copied the ID of {name}: {wanted}"


async def test_y_on_now_copies_the_id_of_the_vm() -> None:
    async with journey() as trip:
        await trip.press("enter")
        await trip.rests()
        assert trip.main.take_selection().checkpoint is None
        await trip.press("y")
        assert trip.app.clipboard == trip.vm.id


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("n", lambda trip, branch: "Old branch"),
        ("i", lambda trip, branch: branch.id),
        (
            "p",
            lambda trip, branch: next(
                d.path for d in trip.main.disk_reading.disks.disks if d.checkpoint_id == branch.id
            ),
        ),
    ],
)
async def test_capital_y_asks_what_to_copy_and_one_letter_copies_it(
    key: str, wanted: Callable[[Journey, Any], str]
) -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        await trip.rests()
        await trip.open("Y")
        await trip.press(key)
        await trip.until(lambda: trip.app.screen is trip.main)
        assert trip.app.clipboard == wanted(trip, trip.checkpoint("Old branch"))
        await trip.until(lambda: trip.toasts() and "of Old branch: " in trip.toasts()[-1])


async def test_a_name_with_half_of_a_character_is_copied_with_a_question_mark_for_it() -> None:
    async with journey() as trip:
        trip.vm.name = "web\ud800-01"
        await trip.press("f5")
        await trip.until(lambda: trip.main.query_one(VmList)._rows[0].name != "web-01")
        await trip.open("Y")
        await trip.press("n")
        await trip.until(lambda: trip.app.clipboard == "web?-01")


async def test_escape_copies_nothing() -> None:
    async with journey() as trip:
        await trip.open("Y")
        await trip.press("escape")
        await trip.until(lambda: trip.app.screen is trip.main)
        assert trip.app.clipboard == ""


@pytest.mark.parametrize("pasted", ["\nweb\x1b[31m\tone\r\ntwo\n", "web[31mone"])
async def test_of_a_paste_a_field_takes_one_line_without_control_characters_and_submits_nothing(
    pasted: str,
) -> None:
    async with journey() as trip:
        dialog = await trip.open("c")
        dialog.query_one(Input).value = ""
        trip.app.post_message(Paste(pasted))
        await trip.until(lambda: dialog.query_one(Input).value == "web[31mone")
        assert trip.app.screen is dialog


async def test_a_paste_outside_a_field_does_nothing() -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        trip.app.post_message(Paste("d\ncq\n"))
        await trip.pilot.pause()
        assert trip.app.screen is trip.main
        assert trip.app.is_running
