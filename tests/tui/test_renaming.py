"""A rename that changes nothing is not sent, and one that was done says both names."""

from __future__ import annotations

from textual.widgets import Button, Input, Static

from hvtui.backends.operations.operation import Ending
from hvtui.tui.widgets.operations.operation_strip import OperationStrip
from tests.tui.journey import journey
from tests.tui.painting import shown


async def test_an_unchanged_name_disables_rename_and_enter_says_why_and_sends_nothing() -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        dialog = await trip.open("e")
        button, problem = dialog.query_one("#confirm", Button), dialog.query_one("#problem", Static)
        await trip.pilot.pause()
        assert button.disabled
        assert not str(problem.render())
        await trip.press("end", "enter")
        await trip.until(lambda: str(problem.render()) == "The checkpoint already has this name.")
        assert trip.app.screen is dialog
        await trip.press("s")
        await trip.until(lambda: not button.disabled)
        assert not str(problem.render())
        await trip.press("backspace")
        await trip.until(lambda: button.disabled)
        assert str(problem.render()) == "The checkpoint already has this name."
        await trip.press("enter", "escape")
        await trip.until(lambda: trip.app.screen is trip.main)
        assert not trip.state.running
        assert not trip.state.finished
        assert "Old branch" in trip.names()


async def test_the_strip_names_the_old_and_the_new_name() -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        dialog = await trip.open("e")
        dialog.query_one(Input).value = "Older branch"
        await trip.press("enter")
        assert await trip.ended() is Ending.DONE
        await trip.rests()
        strip = shown(trip.main.query_one(OperationStrip))[0]
        assert strip.startswith(" ✓ web-01: renamed Old branch → Older branch  ")


async def test_where_two_names_are_too_long_for_the_strip_the_old_one_is_cut_first() -> None:
    async with journey() as trip:
        trip.checkpoint("Old branch").name = "Before the upgrade of the accounting software to 2026"
        await trip.press("f5")
        await trip.until(lambda: "Old branch" not in trip.said())
        await trip.go_to("Before the upgrade of the accounting software to 2026")
        dialog = await trip.open("e")
        dialog.query_one(Input).value = "Accounting 2025, the last good"
        await trip.press("enter")
        assert await trip.ended() is Ending.DONE
        await trip.rests()
        strip = shown(trip.main.query_one(OperationStrip))[0]
        assert "web-01: renamed Before" in strip
        assert strip.rstrip().endswith("… → Accounting 2025, the last good")


async def test_a_result_gives_way_to_a_merge_of_another_program_after_a_minute() -> None:
    async with journey("lab") as trip:
        strip = trip.main.query_one(OperationStrip)
        release = await trip.start_held_save()
        release.set()
        assert await trip.ended() is Ending.DONE
        await trip.until(lambda: "saved" in shown(strip)[0])
        assert "app-02: merging" in shown(strip)[1]
        trip.clock.advance(61)
        await trip.press("f5")
        await trip.until(lambda: "saved" in shown(strip)[1])
        assert "app-02: merging" in shown(strip)[0]
