"""What the scripts see after the error of a write: the error stays the host's own, and says how far the write got."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.contract import StopHow, Verb
from hvtui.backends.errors import (
    Effect,
    FileNotPermitted,
    GuestNotResponding,
    NoSpace,
    OperationFailed,
    OutcomeUnknown,
    SavedStateUnusable,
    WrongState,
)
from hvtui.backends.model import CheckpointId, CheckpointKind, VmId
from tests.hyperv.test_outcomes import check_recovery, done, parked, said

if TYPE_CHECKING:
    from hvtui.backends.hyperv.session import HyperVSession
    from hvtui.backends.powershell.program import Program
    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

OLD_MEMORY = (
    "'web-01' failed to start.",
    "'web-01' ne peut pas être restaurée. (0xC0370029). (ID 7FC4BAFD-4EB5-41C6-9F30-EE28DCC5E2C6)",
)


def with_memory(host: Host) -> tuple[VmId, CheckpointId]:
    """Return the VM and its checkpoint that has memory."""
    (found,) = (id for id, c in host.state()["checkpoints"].items() if c["state"] == "Saved")
    return VmId(host.vm_id("web-01")), CheckpointId(found)


@pytest.mark.parametrize("hresult", [0xC0370029, 0xC0370027, 0xD0370028])
async def test_memory_that_cannot_be_resumed_after_an_apply_is_told_as_such(
    session: HyperVSession, host: Host, hresult: int
) -> None:
    vm, checkpoint = with_memory(host)
    host.fail_next("start", 32768, *OLD_MEMORY, hresult=hresult)
    error = await said(session.apply_checkpoint(vm, checkpoint))
    assert (type(error), error.effect) == (SavedStateUnusable, Effect.PARTLY)
    assert "ne peut pas" in error.detail
    assert host.state()["vms"][vm] == {"name": "web-01", "state": "Saved", "parent": checkpoint}
    await check_recovery(session, host)


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_a_start_that_fails_after_an_apply_leaves_it_partly_done(
    session: HyperVSession, host: Host
) -> None:
    vm, checkpoint = with_memory(host)
    host.fail_next("start", 32768, "It broke.")
    error = await said(session.apply_checkpoint(vm, checkpoint))
    assert (type(error), error.message, error.effect) == (OperationFailed, "It broke.", Effect.PARTLY)
    assert (await session.inventory()).orphans == ()


async def test_an_apply_of_the_current_checkpoint_that_is_reported_failed_is_seen_to_be_done(
    session: HyperVSession, host: Host
) -> None:
    vm, checkpoint = with_memory(host)
    await session.apply_checkpoint(vm, checkpoint)
    before = host.state()["vms"]
    host.report_failed("start", 32768, "Late.")
    error = await said(session.apply_checkpoint(vm, checkpoint))
    assert host.state()["vms"] == before
    assert (type(error), error.message, error.effect) == (OperationFailed, "Late.", Effect.DONE)


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_an_apply_to_a_vm_that_is_off_is_seen_by_its_files(session: HyperVSession, host: Host) -> None:
    vm, checkpoint = VmId(host.vm_id("web-01")), CheckpointId(host.checkpoint_id("Old branch"))
    await session.apply_checkpoint(vm, checkpoint)
    assert host.state()["vms"][vm]["state"] == "Off"
    host.report_failed("apply", 32768, "Late.")
    error = await said(session.apply_checkpoint(vm, checkpoint))
    assert error.effect is Effect.DONE
    host.fail_next("apply", 32768, "Refused.")
    error = await said(session.apply_checkpoint(vm, checkpoint))
    assert (error.message, error.effect) == ("Refused.", None)


async def test_a_vm_that_is_saved_and_not_applied_to_is_partly_done(
    session: HyperVSession, host: Host
) -> None:
    vm, checkpoint = with_memory(host)
    host.report_failed("save", 32768, "Late.")
    host.fail_next("start", 32768, "Not now.")
    error = await said(session.apply_checkpoint(vm, checkpoint))
    assert (host.state()["vms"][vm]["state"], error.effect) == ("Saved", Effect.PARTLY)


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_the_look_after_the_error_does_not_replace_it(session: HyperVSession, host: Host) -> None:
    vm, checkpoint = with_memory(host)
    host.fail_next("start", 32768, *OLD_MEMORY)
    host.park("start", before=False)
    applying = asyncio.create_task(said(session.apply_checkpoint(vm, checkpoint)))
    await parked(host)
    host.set_rights(granted=False)
    host.release()
    error = await applying
    assert (type(error), error.effect) == (SavedStateUnusable, None)


async def test_a_create_whose_rename_fails_is_partly_done(session: HyperVSession, host: Host) -> None:
    vm = VmId(host.vm_id("web-01"))
    host.fail_next("rename", 32773, "A bad name.")
    error = await said(session.create_checkpoint(vm, name="mine"))
    assert (type(error), error.message, error.effect) == (OperationFailed, "A bad name.", Effect.PARTLY)
    assert done(host) == ["take_checkpoint"]


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
@pytest.mark.parametrize(("step", "effect"), [("take_checkpoint", Effect.PARTLY), ("rename", Effect.DONE)])
async def test_a_create_that_is_reported_failed_is_seen_on_the_host(
    session: HyperVSession, host: Host, step: str, effect: Effect
) -> None:
    host.report_failed(step, 32768, "Late.")
    error = await said(session.create_checkpoint(VmId(host.vm_id("web-01")), name="mine"))
    assert (error.message, error.effect) == ("Late.", effect)


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_a_create_that_did_nothing_says_why(session: HyperVSession, host: Host) -> None:
    vm = VmId(host.vm_id("web-01"))
    host.fail_next("take_checkpoint", 32768, "Checkpoint operation failed.", "Plus de place (0x80070070).")
    error = await said(session.create_checkpoint(vm, name="mine"))
    assert (type(error), error.effect) == (NoSpace, None)
    host.set_vm(vm, checkpoint_type="ProductionOnly", production_possible=False)
    error = await said(session.create_checkpoint(vm, name="mine"))
    assert error.message.startswith("Production checkpoints cannot be created")
    assert done(host) == []


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_a_create_without_a_result_is_unknown_and_says_what_is_there(
    session: HyperVSession, host: Host
) -> None:
    host.set_results_lost()
    error = await said(session.create_checkpoint(VmId(host.vm_id("web-01")), name="mine"))
    assert (type(error), error.effect) == (OutcomeUnknown, Effect.PARTLY)
    assert done(host) == ["take_checkpoint"]


@pytest.mark.parametrize("id", ["", "[guid]::Empty", "throw 'It is gone.'"])
async def test_a_create_whose_result_is_half_empty_is_done(connect: Connect, host: Host, id: str) -> None:
    half_empty = f"""
        function New-HalfEmpty($VM, $SnapshotName, [switch] $Passthru) {{
            Hyper-V\\Checkpoint-VM -VM $VM -SnapshotName $SnapshotName
            New-Object PSObject | Add-Member -MemberType ScriptProperty -Name Id -Value {{ {id} }} -PassThru
        }}
        Set-Alias -Name Checkpoint-VM -Value New-HalfEmpty
    """

    def change(program: Program) -> Program:
        script = program.operations["create_checkpoint"].replace("Test-Name", half_empty + "Test-Name", 1)
        return replace(program, operations=program.operations | {"create_checkpoint": script})

    async with connect(change=change) as session:
        created = await session.create_checkpoint(VmId(host.vm_id("web-01")), name="mine")
        assert host.state()["checkpoints"][created]["name"] == "mine"


async def test_a_guest_that_cannot_be_asked_is_left_alone(session: HyperVSession, host: Host) -> None:
    vm = VmId(host.vm_id("web-01"))
    host.set_vm(vm, shutdown_ok=False)
    error = await said(session.stop_vm(vm, how=StopHow.SHUT_DOWN))
    assert type(error) is GuestNotResponding
    assert "turn it off" in error.hint
    assert (host.state()["vms"][vm]["state"], done(host)) == ("Running", [])
    await session.stop_vm(vm, how=StopHow.TURN_OFF)
    assert host.state()["vms"][vm]["state"] == "Off"


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_the_rights_of_a_file_are_told_with_the_id_of_the_vm(
    session: HyperVSession, host: Host
) -> None:
    vm = VmId(host.vm_id("web-01"))
    await session.save_vm(vm)
    host.fail_next("start", 32768, "x", "'web-01': kein Zugriff auf „D:\\a b.vhdx“", hresult=0x80070005)
    error = await said(session.start_vm(vm))
    assert isinstance(error, FileNotPermitted)
    assert error.path == "D:\\a b.vhdx"
    assert f"NT VIRTUAL MACHINE\\{vm.upper()}:F" in error.hint


async def test_a_saved_state_that_cannot_be_resumed_is_discarded_and_the_vm_starts(
    session: HyperVSession, host: Host
) -> None:
    vm, checkpoint = with_memory(host)
    assert Verb.DISCARD_SAVED_STATE in session.capabilities.verbs
    host.fail_next("start", 32768, *OLD_MEMORY)
    assert type(await said(session.apply_checkpoint(vm, checkpoint))) is SavedStateUnusable
    host.fail_next("start", 32768, *OLD_MEMORY)
    assert type(await said(session.start_vm(vm))) is SavedStateUnusable
    await session.discard_saved_state(vm)
    assert host.state()["vms"][vm] == {"name": "web-01", "state": "Off", "parent": checkpoint}
    await session.start_vm(vm)
    assert type(await said(session.discard_saved_state(vm))) is WrongState


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_a_checkpoint_that_a_backup_left_is_deleted_like_any_other(
    session: HyperVSession, host: Host
) -> None:
    host.reset("lab")
    found = (await session.inventory()).checkpoints
    left = next(c for c in found if c.kind is CheckpointKind.RECOVERY)
    await session.delete_checkpoint(left.vm_id, left.id, subtree=False)
    assert left.id not in host.state()["checkpoints"]
