"""What comes between a question and its answer, on VMM."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.operations.operation import Ending
from hvtui.tui.dialogs.error import ErrorDialog
from tests.scvmm.by_keys.conftest import names, sent
from tests.vmm_host.test_vmm import OTHER

if TYPE_CHECKING:
    from tests.scvmm.by_keys.conftest import Open
    from tests.vmm_host.vmm import Vmm
    from tests.winrm.server import FakeWinRm

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]


@pytest.mark.own_process
async def test_what_comes_between_a_question_and_its_answer_is_told_and_harms_nothing(
    vmm: Vmm, server: FakeWinRm, hvtui: Open
) -> None:
    (world_id,) = vmm.world.vms
    async with hvtui() as trip:
        # A checkpoint that is made on the host, of which VMM's database knows nothing.
        await trip.at("Clean install")
        await trip.open("a")
        vmm.outside(lambda world: world.take_checkpoint(world_id))
        await trip.click("apply")
        await trip.sees_dialog(ErrorDialog)
        assert "Changed in the meantime" in trip.said()
        await trip.press("escape")
        assert sent(vmm) == []

        # A job of somebody else.
        await trip.open("d")
        vmm.lock()
        await trip.click("delete")
        await trip.sees_dialog(ErrorDialog)
        assert "Another job of VMM is working on the VM" in trip.said()
        await trip.press("escape")
        assert sent(vmm) == []
        vmm.release()
        await trip.press("f5")
        await trip.until(lambda: trip.main.why_not("create") is None)

        # A job whose answer is lost, with the server that it came from.
        vmm.parked.add("New-SCVMCheckpoint")
        creating = asyncio.create_task(trip.confirm("c", "confirm", *"Lost on the way"))
        writer = await asyncio.to_thread(vmm.wait_for_call, "New-SCVMCheckpoint")
        await trip.until(lambda: (writer, "Get-SCJob") in [call[:2] for call in [*vmm.calls]])
        server.kill_processes()
        vmm.release()
        assert (await creating).ending is Ending.DONE
        assert "Lost on the way" in names(vmm)
        assert sent(vmm) == ["New-SCVMCheckpoint"]

        # A failover.
        await trip.at("Clean install")
        await trip.open("a")
        vmm.fail_over(world_id, OTHER)
        await trip.click("apply")
        await trip.sees_dialog(ErrorDialog)
        assert "Changed in the meantime" in trip.said()
        assert "does not find it there" in trip.said()
        assert sent(vmm) == ["New-SCVMCheckpoint"]


async def test_a_checkpoint_that_is_deleted_outside_meanwhile_is_told_as_gone(vmm: Vmm, hvtui: Open) -> None:
    async with hvtui() as trip:
        await trip.at("Old branch")
        await trip.open("d")
        gone = vmm.checkpoint_id("Old branch")
        vmm.outside(lambda world: world.destroy(gone))
        await trip.click("delete")
        await trip.sees_dialog(ErrorDialog)
        assert "Changed in the meantime" in trip.said()
        assert "Nothing was done" in trip.said()
        assert "The checkpoint is not there any more." in trip.in_one_line()
        assert sent(vmm) == []


async def test_a_vm_that_moves_meanwhile_is_told_with_its_new_host(vmm: Vmm, hvtui: Open) -> None:
    vmm.unverified.failover_doubles = False
    (world_id,) = vmm.world.vms
    async with hvtui() as trip:
        await trip.at("Clean install")
        for key, button in (("d", "delete"), ("a", "apply")):
            await trip.open(key)
            host = vmm.datacenter.host_of(world_id)
            to = next(name for name in vmm.datacenter.hosts if name != host)
            vmm.fail_over(world_id, to)
            await trip.click(button)
            await trip.sees_dialog(ErrorDialog)
            assert "Changed in the meantime" in trip.said()
            assert to in trip.in_one_line()
            await trip.press("escape")
            await trip.until(lambda to=to: f"on {to}" in trip.said())  # type: ignore[misc]
        assert sent(vmm) == []


@pytest.mark.own_process
async def test_a_vmm_service_that_stops_while_a_question_is_open_is_told_and_nothing_is_done(
    vmm: Vmm, hvtui: Open
) -> None:
    async with hvtui() as trip:
        await trip.at("Old branch")
        assert (await trip.confirm("e", "confirm", *"Renamed")).ending is Ending.DONE
        await trip.at("Renamed")
        await trip.open("d")
        vmm.down = True
        await trip.click("delete")
        await trip.sees_dialog(ErrorDialog)
        assert "VMM does not answer: deleting" in trip.in_one_line()
        assert "Nothing was done." in trip.in_one_line()
        await trip.press("escape")
        vmm.down = False
        await trip.press("f5")
        await trip.until(lambda: trip.state.failure is None)
        await trip.at("Renamed")
        await trip.until(lambda: trip.main.why_not("delete") is None)
        assert (await trip.confirm("d", "delete")).ending is Ending.DONE
        assert sent(vmm) == ["Set-SCVMCheckpoint", "Remove-SCVMCheckpoint"]
