"""F2, Del and Shift+Del mean the VM in Hyper-V Manager's list of VMs: here they act on checkpoints, and only in the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hvtui.tui.dialogs.commands.delete import DeleteDialog, DeleteSubtreeDialog
from hvtui.tui.dialogs.commands.rename import RenameDialog
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.journey import journey

if TYPE_CHECKING:
    from hvtui.backends.operations.command import Command
    from hvtui.tui.dialogs.dialog import Dialog

DIALOGS = {"f2": RenameDialog, "delete": DeleteDialog, "shift+delete": DeleteSubtreeDialog}


@pytest.mark.parametrize("key", DIALOGS)
async def test_in_the_vm_list_they_open_nothing_and_say_why(key: str) -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        await trip.rests()
        await trip.press("shift+tab")
        assert trip.app.focused is trip.main.query_one(VmList)
        await trip.press(key)
        await trip.pilot.pause()
        assert trip.app.screen is trip.main
        (said,) = trip.toasts()
        assert "do nothing" in said
        assert "checkpoints" in said
        assert not trip.main.asking


@pytest.mark.parametrize(("key", "kind"), DIALOGS.items())
async def test_in_the_tree_they_open_the_dialog_of_the_checkpoint(
    key: str, kind: type[Dialog[Command]]
) -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        assert trip.app.focused is trip.main.query_one(CheckpointTree)
        dialog = await trip.open(key)
        assert type(dialog) is kind
        assert "Old branch" in trip.said()
        assert not trip.toasts()


async def test_a_key_that_is_held_down_where_it_can_do_nothing_says_so_once() -> None:
    async with journey() as trip:
        await trip.press(*["d"] * 12)
        await trip.until(lambda: trip.toasts())
        assert trip.toasts() == ["Now is no checkpoint: select one in the tree."]
        await trip.press("f2", "d")
        await trip.until(lambda: len(trip.toasts()) == 3)


async def test_a_warning_with_long_words_of_the_host_leaves_room_for_the_screen() -> None:
    async with journey() as trip:
        trip.vm.checkpoints_unread = "No. " * 2000
        await trip.press("f5")
        await trip.until(lambda: trip.state.inventory and trip.state.inventory.unread)
        await trip.press("c")
        await trip.until(lambda: trip.toasts())
        (said,) = trip.toasts()
        assert said.startswith("The checkpoints of web-01 could not be read: No.")
        assert len(said) < 300
