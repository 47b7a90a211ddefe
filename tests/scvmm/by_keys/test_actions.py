"""The four actions through VMM by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hvtui.backends.operations.operation import Ending
from hvtui.tui.dialogs.error import ErrorDialog
from tests.scvmm.by_keys.conftest import current, names

if TYPE_CHECKING:
    from tests.scvmm.by_keys.conftest import Open
    from tests.vmm_host.vmm import Vmm

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]


async def test_a_vm_is_by_keys_brought_to_what_the_screen_says(vmm: Vmm, hvtui: Open) -> None:
    async with hvtui() as trip:
        created = await trip.confirm("c", "confirm", *"Mine")
        assert (created.ending, created.created) == (Ending.DONE, vmm.checkpoint_id("Mine"))
        await trip.at("Old branch")
        assert (await trip.confirm("e", "confirm", *"Renamed")).ending is Ending.DONE
        assert "Renamed" in names(vmm)

        await trip.at("Clean install")
        assert (await trip.confirm("a", "create-and-apply")).ending is Ending.DONE
        assert current(vmm) == vmm.checkpoint_id("Clean install")
        await trip.at("Mine")
        assert (await trip.confirm("a", "apply")).ending is Ending.DONE
        assert current(vmm) == vmm.checkpoint_id("Mine")

        await trip.at("Renamed")
        assert (await trip.confirm("d", "delete")).ending is Ending.DONE
        assert "Renamed" not in names(vmm)
        await trip.at("Before CU-11")
        assert (await trip.confirm("D", "delete")).ending is Ending.DONE
        assert names(vmm) == {"Clean install"}


async def test_a_delete_says_what_may_go_too_and_names_what_went(vmm: Vmm, hvtui: Open) -> None:
    vmm.unverified.delete_takes_more = True
    async with hvtui() as trip:
        await trip.at("Clean install")
        await trip.open("d")
        said = trip.in_one_line()
        assert "The 2 checkpoints below it may be deleted too" in said
        assert "“Old branch”" in said
        await trip.click("delete")
        await trip.sees_dialog(ErrorDialog)
        assert "Partly done: deleting “Clean install”" in trip.said()
        assert "More is gone than was to be deleted." in trip.in_one_line()
        for name in ("Old branch", "Before CU-11"):
            assert f"“{name}” is gone too." in trip.in_one_line()
        assert trip.state.finished[0].ending is Ending.PARTLY


async def test_no_apply_promises_a_running_vm(vmm: Vmm, hvtui: Open) -> None:
    async with hvtui() as trip:
        await trip.at("Clean install")
        await trip.open("a")
        assert "The VM may be running, saved or off afterwards" in trip.in_one_line()
        await trip.click("apply")
        await trip.until(lambda: trip.state.finished)
        await trip.until(lambda: "applied Clean install" in trip.in_one_line())
        await trip.until(lambda: "Now off" in trip.in_one_line())
