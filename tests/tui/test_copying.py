"""`y` copies the id of what the cursor is on in the pane that has the focus, and says of what."""

from __future__ import annotations

from tests.tui.journey import journey


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
