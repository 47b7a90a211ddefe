"""The columns that the settings name are shown, as far as there is room."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hvtui.tui.preferences.preferences import DEFAULTS
from hvtui.tui.text.safe import EMPTY
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from hvtui.tui.widgets.columns.checkpoints import CHECKPOINT_COLUMNS
from hvtui.tui.widgets.columns.columns import Column, fitting
from hvtui.tui.widgets.columns.vms import VM_COLUMNS
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.journey import Journey, journey
from tests.tui.painting import heading, shown

FEW = replace(DEFAULTS, columns_vms=("memory", "state"), columns_checkpoints=("written since", "age"))
NONE = replace(DEFAULTS, columns_vms=(), columns_checkpoints=())


def test_every_column_can_be_chosen_and_is_there_by_default() -> None:
    assert {*DEFAULTS.columns_vms} == VM_COLUMNS.keys()
    assert {*DEFAULTS.columns_checkpoints} == CHECKPOINT_COLUMNS.keys()


async def panes(trip: Journey) -> tuple[VmList, CheckpointTree]:
    await trip.rests()
    return trip.main.query_one(VmList), trip.main.query_one(CheckpointTree)


async def test_the_columns_are_those_of_the_settings_in_their_order() -> None:
    async with journey("one", (200, 60), preferences=FEW) as trip:
        vms, tree = await panes(trip)
        assert heading(vms) == "memory, state"
        assert shown(vms)[0].split() == ["▌●", "web-01", "4", "GB", "running", "!"]
        assert heading(tree) == "written since, age"
        assert shown(tree)[0].split() == ["▾", "Clean", "install", "8", "GB", "30", "d"]


async def test_where_room_is_short_the_less_important_of_them_goes_first() -> None:
    async with journey("one", (70, 24), preferences=FEW) as trip:
        vms, tree = await panes(trip)
        assert shown(vms)[0].split() == ["▌●", "web-01", "running", "!"]
        assert heading(tree) == "age"
        assert ["►", "Now", "running"] in [line.split()[-3:] for line in shown(tree)]


async def test_without_columns_there_are_only_names_states_and_marks() -> None:
    async with journey("troubled", (200, 60), preferences=NONE) as trip:
        vms, tree = await panes(trip)
        assert (heading(vms), heading(tree)) == ("", "")
        assert {"!", "!!"} <= {line.split()[-1] for line in shown(vms) if line}


@pytest.mark.parametrize(
    ("room", "shown"),
    [(30, ["a", "b", "c"]), (24, ["a", "b", "c"]), (23, ["a", "c"]), (15, ["a", "c"]), (14, ["c"]), (12, [])],
)
def test_the_names_keep_more_room_the_more_columns_there_are(room: int, shown: list[str]) -> None:
    def column(width: int, rank: int) -> Column[None]:
        return Column(width, lambda facts: (EMPTY, ""), rank)

    columns = {"a": column(1, 2), "b": column(5, 3), "c": column(4, 1), "d": column(0, 4)}
    assert fitting(columns, ["a", "b", "c"], room, (8, 8, 11)) == shown
