"""The details start at their first line for each object, and keep their position while the same one is shown."""

from __future__ import annotations

from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from hvtui.tui.widgets.details import Details
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.journey import Journey, journey

LONG_NOTES = "\n".join(f"line {number}" for number in range(30))


async def scroll_down(trip: Journey) -> None:
    """Scroll the details to their end by keys, and go back to the pane before them."""
    details = trip.main.query_one(Details)
    await trip.rests()
    while not details.has_focus:
        await trip.press("tab")
    await trip.press("end")
    await trip.until(lambda: details.scroll_offset.y > 0)
    await trip.press("shift+tab")


def first_line(trip: Journey) -> str:
    return trip.main.query_one(Details).render_line(0).text.strip()


async def test_another_checkpoint_or_vm_is_shown_from_its_first_line() -> None:
    async with journey("lab") as trip:
        for vm in trip.world.vms.values():
            vm.notes = LONG_NOTES
        for checkpoint in trip.world.checkpoints.values():
            checkpoint.notes = LONG_NOTES
        await trip.press("f5")
        await trip.until(lambda: trip.state.inventory and trip.state.inventory.vms[0].notes)
        vms, tree = trip.main.query_one(VmList), trip.main.query_one(CheckpointTree)
        await scroll_down(trip)
        await trip.press("shift+tab")
        assert vms.has_focus
        before = trip.main.vm_id
        await trip.press("j")
        await trip.rests()
        assert (trip.main.vm_id != before, trip.main.checkpoint_id) == (True, None)
        assert first_line(trip).startswith("State ")
        await scroll_down(trip)
        assert tree.has_focus
        await trip.press("up")
        await trip.rests()
        assert trip.main.checkpoint_id is not None
        assert first_line(trip).startswith("Taken ")


async def test_a_refresh_of_the_same_object_keeps_the_position() -> None:
    async with journey() as trip:
        trip.vm.notes = LONG_NOTES
        await trip.press("f5")
        await trip.until(lambda: trip.state.inventory and trip.state.inventory.vms[0].notes)
        await scroll_down(trip)
        before, offset = trip.state.inventory, trip.main.query_one(Details).scroll_offset
        await trip.press("f5")
        await trip.until(lambda: trip.state.inventory is not before)
        await trip.pilot.pause()
        assert trip.main.query_one(Details).scroll_offset == offset
        assert not first_line(trip).startswith("State ")
