"""While the filter field has the focus, keys edit it and do nothing else."""

from __future__ import annotations

import pytest

from hvtui.backends.model import Host
from hvtui.backends.operations.filtering.choosing import Choice
from hvtui.backends.operations.filtering.parsing import parse
from hvtui.tui.text.filtering.outcome import none_match_text
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from hvtui.tui.widgets.columns.sorting import Sort
from hvtui.tui.widgets.filter_field import FilterBar, FilterField, FilterMistake
from hvtui.tui.widgets.key_bar import KeyBar
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.journey import Journey, journey
from tests.tui.painting import shown


async def type_filter(trip: Journey, text: str) -> FilterField:
    """Filter the VMs while the cursor of the tree is on a checkpoint, so that every key would have something to act on."""
    await trip.go_to_vm("web-01")
    await trip.go_to("Old branch")
    await trip.rests()
    await trip.press("slash", *text)
    field = trip.main.query_one(FilterField)
    assert trip.app.focused is field
    assert field.value == text
    return field


@pytest.mark.parametrize("key", ["shift+delete", "f2", "f5", "ctrl+r", "delete", *"caedDsSvyoq?/"])
async def test_no_key_acts_on_the_host_while_the_filter_is_typed(key: str) -> None:
    async with journey("lab") as trip:
        field = await type_filter(trip, "web")
        before, clipboard = trip.state.inventory, trip.app.clipboard
        await trip.press("home", key)
        typed = key if len(key) == 1 else ""
        assert field.value == (f"{typed}web" if key != "delete" else "eb")
        await trip.press("end", "x", "backspace")
        assert trip.app.screen is trip.main
        assert trip.app.focused is field
        assert not trip.toasts()
        assert trip.app.clipboard == clipboard
        assert not trip.state.running
        assert not trip.state.finished
        assert trip.state.inventory is before


async def test_the_key_bar_of_the_filter_shows_keep_clear_and_help() -> None:
    async with journey("lab") as trip:
        bar = trip.main.query_one(KeyBar)
        assert "Create" in shown(bar)[0]
        await type_filter(trip, "web")
        await trip.pilot.pause()
        assert shown(bar)[0].split() == ["Enter", "Keep", "Esc", "Clear", "F1", "Help"]


@pytest.mark.parametrize(
    ("size", "hint"),
    [
        ((120, 36), "part of a name, or older:30d"),
        ((80, 24), "name, or older:30d"),
        ((60, 20), "older:30d"),
    ],
)
async def test_the_hint_of_the_filter_is_not_cut(size: tuple[int, int], hint: str) -> None:
    async with journey("lab", size) as trip:
        await trip.press("slash")
        await trip.until(lambda: f" Filter {hint} " in trip.said())


async def test_f1_shows_the_help_while_the_filter_is_typed_and_goes_back_to_the_field() -> None:
    async with journey("lab") as trip:
        field = await type_filter(trip, "web")
        await trip.open("f1")
        await trip.press("escape", "-")
        assert trip.app.screen is trip.main
        assert trip.app.focused is field
        assert field.value == "web-"


async def test_enter_keeps_the_filter_and_the_keys_act_again() -> None:
    async with journey("lab") as trip:
        field = await type_filter(trip, "web")
        await trip.press("enter")
        assert trip.app.focused is trip.main.query_one(VmList)
        assert (field.value, field.display) == ("web", True)
        assert "Create" in shown(trip.main.query_one(KeyBar))[0]
        await trip.go_to("Old branch")
        await trip.open("shift+delete")


async def test_tab_goes_from_list_to_tree_and_back_past_a_filter_that_is_kept() -> None:
    async with journey("lab") as trip:
        field = await type_filter(trip, "web")
        await trip.press("enter", "tab")
        assert trip.main.query_one(CheckpointTree).has_focus
        await trip.press("shift+tab")
        assert trip.main.query_one(VmList).has_focus
        await trip.press("shift+tab")
        assert not field.has_focus
        assert field.value == "web"


async def test_escape_clears_the_filter() -> None:
    async with journey("lab") as trip:
        vms = trip.main.query_one(VmList)
        every = vms.border_title
        field = await type_filter(trip, "web")
        assert vms.border_title != every
        await trip.press("escape")
        assert trip.app.focused is vms
        bar = trip.main.query_one(FilterBar)
        assert (field.value, bar.display, vms.border_title) == ("", False, every)
        assert trip.main.query_one(CheckpointTree).checkpoint is not None


async def test_a_word_that_cannot_be_understood_is_explained_and_the_list_stays() -> None:
    async with journey("lab") as trip:
        vms, said = trip.main.query_one(VmList), trip.main.query_one(FilterMistake)
        await type_filter(trip, "web older:3")
        await trip.pilot.pause()
        assert "“older:3” needs an age, such as 12h, 30d or 2w." in " ".join(str(said.content).split())
        assert said.display
        assert [row.name for row in vms._rows] == ["web-01"]
        await trip.press("d")
        assert not said.display
        await trip.press("backspace", "enter")
        assert said.display, "the filter is kept with its mistake"
        await trip.press("escape")
        await trip.until(lambda: not said.display)
        assert len(vms._rows) > 1


async def test_a_misspelt_word_is_explained_with_what_it_may_mean_on_the_smallest_screen() -> None:
    async with journey("lab", size=(60, 20)) as trip:
        await type_filter(trip, f"oldr:{'3' * 60}d")
        await trip.pilot.pause()
        said = " ".join(line.split("│")[0].strip() for line in trip.said().splitlines())
        assert "is unknown. Is it older:? In quotes it is a name." in " ".join(said.split())


async def test_a_long_word_leaves_room_for_what_it_needs_on_the_smallest_screen() -> None:
    async with journey("lab", size=(60, 20)) as trip:
        await type_filter(trip, f"kind:{'x' * 60}")
        await trip.pilot.pause()
        said = " ".join(line.split("│")[0].strip() for line in trip.said().splitlines())
        assert "needs a kind: backup, replica, automatic or standard." in " ".join(said.split())


async def test_a_filter_that_no_vm_matches_is_repeated() -> None:
    async with journey("lab") as trip:
        vms = trip.main.query_one(VmList)
        await type_filter(trip, "count:>100")
        await trip.pilot.pause()
        assert shown(vms)[0] == " No VM matches “count:>100”."


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_where_a_state_is_not_known_all_known_ones_are_listed(size: tuple[int, int]) -> None:
    async with journey("lab", size) as trip:
        vms = trip.main.query_one(VmList)
        await type_filter(trip, "state:runing")
        await trip.until(lambda: "states: running" in " ".join(line.strip() for line in shown(vms)))
        said = " ".join(line.strip() for line in shown(vms))
        assert [word for word in ("running", "off", "saved", "critical") if word not in said] == []


def test_the_known_states_are_named_last_because_a_small_list_may_have_no_room_for_them() -> None:
    hosts = [Host(name="hv01", trouble="It does not answer.")]
    said = none_match_text("state:runing", parse("state:runing"), Choice(()), hosts)
    assert said.index("not connected") < said.index("Known states")


async def test_no_state_is_listed_for_one_that_is_known_or_excluded() -> None:
    async with journey() as trip:
        vms = trip.main.query_one(VmList)
        for words in ("state:hibernated", "count:>9 -state:runing"):
            await type_filter(trip, words)
            await trip.until(lambda: "No VM matches" in shown(vms)[0])
            assert "Known states" not in " ".join(shown(vms))
            await trip.press("escape")


async def test_sorted_by_mark_the_grave_concerns_come_first() -> None:
    async with journey("lab") as trip:
        vms = trip.main.query_one(VmList)
        vms.sort = Sort.MARK
        names = [row.name for row in vms._rows]
        assert names[:3] == ["build-07", "web-01", "app-02"]
        assert names[-1] == "win11-test"
