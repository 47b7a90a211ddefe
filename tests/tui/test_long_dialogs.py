"""A dialog that is longer than the terminal is high can be read by keys."""

from __future__ import annotations

from tests.tui.journey import journey


async def test_a_question_about_fifty_checkpoints_shows_the_facts_first_and_every_name_by_page_down() -> None:
    async with journey("troubled") as trip:
        await trip.go_to_vm("deep-chain")
        await trip.go_to("Step 1")
        await trip.rests()
        dialog = await trip.open("D")
        facts = (
            "Delete these 50 checkpoints of deep-chain?",
            "The VM currently runs on",
            "Up to 102 GB will be merged",
        )
        await trip.until(lambda: all(words in trip.said() for words in facts))
        seen = set()
        for _ in range(9):
            assert all(words in trip.said() for words in facts), "the facts stay in view"
            seen |= set(trip.said().split("\n"))
            await trip.press("pagedown")
            await trip.pilot.pause()
        seen |= set(trip.said().split("\n"))
        for name in (f"“Step {number}”" for number in range(1, 51)):
            assert any(name in line for line in seen), name
        assert trip.app.screen is dialog
        assert trip.app.focused is not None
        assert trip.app.focused.id == "cancel"
        for _ in range(9):
            await trip.press("pageup")
        await trip.until(lambda: "Delete these 50 checkpoints of deep-chain?" in trip.said())
