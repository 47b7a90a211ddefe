"""The ways out of a dead end, by key: each says what it costs, and nothing is confirmed by accident."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from textual.widgets import Button

from hvtui.backends.contract import StopHow
from hvtui.backends.errors import GuestNotResponding, SavedStateUnusable
from hvtui.backends.operations.commands import DiscardSavedState, StopVm
from hvtui.backends.operations.operation import Ending
from hvtui.tui.dialogs.commands.discard import DiscardSavedStateDialog
from hvtui.tui.dialogs.commands.power import StopDialog
from hvtui.tui.dialogs.commands.remove_backup import RemoveBackupDialog
from hvtui.tui.dialogs.commands.stuck import StuckDialog
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.text.reasons import operation_words
from tests.tui.journey import Journey, journey
from tests.tui.samples import vm

if TYPE_CHECKING:
    from hvtui.backends.errors import BackendError


async def reread(trip: Journey) -> None:
    """Let the screen show what the world is now."""
    before = trip.state.inventory
    await trip.press("f5")
    await trip.until(lambda: trip.state.inventory is not before)
    await trip.pilot.pause()


async def backup_left(trip: Journey, *, days: float) -> None:
    """Make the checkpoint at the end of a branch one of a backup, and go to it."""
    left = trip.checkpoint("Old branch")
    left.type, left.created = "Recovery", trip.clock.now() - timedelta(days=days)
    await reread(trip)
    await trip.go_to("Old branch")


async def test_a_backups_checkpoint_that_was_left_behind_is_deleted_after_its_vms_name_was_typed() -> None:
    async with journey() as trip:
        await backup_left(trip, days=12)
        dialog = await trip.open("d")
        assert isinstance(dialog, RemoveBackupDialog)
        assert "no backup job of this VM is running" in trip.said()
        button = dialog.query_one("#delete", Button)
        await trip.press("enter", "enter")
        await trip.until(lambda: trip.app.screen is trip.main)
        assert len(trip.names()) == 3, "Enter alone confirms nothing"

        dialog = await trip.open("d")
        button = dialog.query_one("#delete", Button)
        assert button.disabled
        await trip.press(*"web-0")
        assert button.disabled
        await trip.press("1")
        await trip.until(lambda: not button.disabled)
        await trip.press("enter")
        await trip.until(lambda: trip.app.focused is not None and trip.app.focused.id == "cancel")
        await trip.press("left", "enter")
        assert await trip.ended() is Ending.DONE
        assert "Old branch" not in trip.names()


async def test_a_backups_checkpoint_of_today_stays_locked_and_d_says_why() -> None:
    async with journey() as trip:
        await backup_left(trip, days=0.5)
        await trip.press("d")
        await trip.until(lambda: trip.toasts())
        assert "less than a day old" in trip.toasts()[0]
        assert trip.app.screen is trip.main


@pytest.mark.parametrize("state", ["Stopping", "Starting"])
async def test_the_stop_key_of_a_vm_that_does_not_finish_shows_what_may_help_safest_first(state: str) -> None:
    async with journey(size=(80, 24)) as trip:
        trip.vm.state = state
        await reread(trip)
        dialog = await trip.open("S")
        assert isinstance(dialog, StuckDialog)
        said = trip.said()
        assert f"web-01 is {state.lower()}" in said
        assert said.index("Wait, and look") < said.index("Restart-Service vmms")
        await trip.press("y")
        assert f"Stop-VM -VM (Get-VM -Id {trip.vm.id}) -TurnOff" in trip.app.clipboard
        assert trip.app.clipboard.index("-TurnOff") < trip.app.clipboard.index("Stop-Process")
        await trip.press("enter")
        await trip.until(lambda: trip.app.screen is trip.main)
        assert trip.vm.state == state


async def test_on_a_read_only_host_the_refusal_is_shown_and_no_advice() -> None:
    async with journey(size=(80, 24), read_only=True) as trip:
        trip.vm.state = "Stopping"
        await reread(trip)
        await trip.press("S")
        await trip.until(lambda: trip.toasts())
        assert "read-only" in trip.toasts()[0]
        assert trip.app.screen is trip.main


def test_what_holds_a_vm_is_not_that_the_host_says_it_is_well() -> None:
    from hvtui.backends.model import Activity, VmState
    from hvtui.tui.text.ways_out.stuck import stuck_causes
    from tests.tui.samples import inventory, vm

    stuck = vm("a", VmState.STOPPING, status_text="Operating normally")
    assert not any("Operating normally" in cause for cause in stuck_causes(stuck, inventory(stuck)))
    merging = replace(stuck, activity=Activity.MERGING, status_text="Merging disks")
    assert any("Merging disks" in cause for cause in stuck_causes(merging, inventory(merging)))


async def failed(trip: Journey, error: BackendError) -> ErrorDialog:
    release = await trip.start_held_save(error)
    release.set()
    await trip.until(lambda: isinstance(trip.app.screen, ErrorDialog) and trip.app.screen.is_ready)
    dialog = trip.app.screen
    assert isinstance(dialog, ErrorDialog)
    return dialog


async def test_a_guest_that_cannot_be_asked_leads_to_turning_it_off_and_cancel_has_the_focus_there() -> None:
    async with journey() as trip:
        await failed(
            trip, GuestNotResponding("The guest cannot be asked to shut down.", detail="Read and Prompt")
        )
        assert "The guest does not answer" in trip.said()
        assert "Read and Prompt" in trip.said()
        await trip.click("way-out")
        await trip.until(lambda: isinstance(trip.app.screen, StopDialog) and trip.app.screen.is_ready)
        assert trip.app.focused is not None
        assert trip.app.focused.id == "cancel"
        await trip.click("turn-off")
        await trip.until(lambda: trip.vm.state == "Off")


async def test_a_saved_state_that_cannot_be_resumed_leads_to_discarding_it() -> None:
    async with journey() as trip:
        trip.vm.state = "Saved"
        await reread(trip)
        able = trip.main.capabilities
        assert able is not None
        trip.main.capabilities = replace(able, verbs=able.verbs | {DiscardSavedState.verb})
        dialog = await trip.open("x")
        assert isinstance(dialog, DiscardSavedStateDialog)
        assert "The memory of the VM is lost" in trip.said()
        assert trip.app.focused is not None
        assert trip.app.focused.id == "cancel"
        await trip.press("escape")


def test_only_errors_that_have_a_way_out_offer_one() -> None:
    from hvtui.backends.errors import VmBusy
    from hvtui.backends.operations.command import Selection
    from hvtui.backends.operations.commands import SaveVm
    from hvtui.backends.operations.operation import Operation
    from hvtui.tui.text.problems import operation_problem
    from tests.tui.samples import NOON, vm

    def offered(error: BackendError, ending: Ending = Ending.FAILED) -> object:
        run = Operation(
            command=SaveVm(vm=vm("a")), before=Selection(), started=NOON, ending=ending, error=error
        )
        found = operation_problem(run)
        assert found is not None
        assert found.vm_id == "vm-a"
        return found.way_out

    assert offered(GuestNotResponding("x")) is StopVm
    assert offered(SavedStateUnusable("x")) is DiscardSavedState
    assert offered(VmBusy("x")) is None
    assert offered(GuestNotResponding("x"), Ending.DONE) is None


async def test_help_lists_the_key() -> None:
    async with journey(size=(80, 50)) as trip:
        await trip.open("?")
        assert "Discard the saved state of the VM" in trip.said()


def test_what_is_done_to_a_saved_state_reads_as_a_sentence() -> None:
    web = vm("web-01")
    assert operation_words(DiscardSavedState(vm=web)) == "discarding saved state of web-01"
    assert operation_words(StopVm(vm=web, how=StopHow.SHUT_DOWN)) == "shutting down web-01"


def test_advice_for_a_vm_of_vmm_names_its_host_and_the_id_that_the_host_knows() -> None:
    from hvtui.backends.model import VmState
    from hvtui.tui.text.ways_out.stuck import stuck_text
    from tests.tui.samples import inventory, vm

    stuck = vm("web-01", VmState.STOPPING, id="vmm-id", id_on_host="hyperv-id", host="hv07.corp.example")
    said = stuck_text(stuck, inventory(stuck))
    assert "vmm-id" not in said
    for line in ("vmconnect.exe localhost -G hyperv-id", "Get-VM -Id hyperv-id", "LIKE '%hyperv-id%'"):
        assert line in said
    assert "PowerShell as administrator on hv07.corp.example, the VM's Hyper-V host" in said


def test_advice_for_a_vm_of_one_of_several_hosts_has_the_id_that_the_host_knows() -> None:
    from hvtui.backends.model import VmState
    from hvtui.tui.text.ways_out.stuck import stuck_text
    from tests.tui.samples import inventory, vm

    stuck = vm("web-01", VmState.STOPPING, id="one@hv01", host="hv01")
    said = stuck_text(stuck, inventory(stuck))
    assert "vmconnect.exe localhost -G one\n" in said
    assert "one@hv01" not in said
