"""A job of VMM outlives whoever started it: how it ended is asked of VMM, by this hvtui and by the next one."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import (
    BackendError,
    Conflict,
    Effect,
    HyperVUnavailable,
    Missing,
    NoSpace,
    OperationFailed,
    OutcomeUnknown,
    VmBusy,
)
from hvtui.backends.model import CheckpointId, VmId, VmState

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from hvtui.backends.model import OrphanedWrite
    from hvtui.backends.scvmm.session import ScvmmSession
    from tests.scvmm.conftest import Connect
    from tests.vmm_host.vmm import Vmm

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]
CREATE, REMOVE = "New-SCVMCheckpoint", "Remove-SCVMCheckpoint"


def kill(process: int) -> None:
    os.kill(process, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)


async def lost(vmm: Vmm, write: Coroutine[Any, Any, object], cmdlet: str) -> OutcomeUnknown:
    """Start a write, kill its agent when it has called this cmdlet, and return the error."""
    writing = asyncio.create_task(write)
    kill(await asyncio.to_thread(vmm.wait_for_call, cmdlet))
    with pytest.raises(OutcomeUnknown) as caught:
        await writing
    return caught.value


async def orphan(session: ScvmmSession) -> OrphanedWrite:
    (found,) = (await session.inventory([])).orphans
    return found


async def test_a_job_whose_answer_is_lost_is_followed_to_its_end(vmm: Vmm, connect: Connect) -> None:
    vmm.parked.add(CREATE)
    async with connect() as session:
        writing = asyncio.create_task(session.create_checkpoint(VmId(vmm.vm_id()), name="Mine"))
        agent = await asyncio.to_thread(vmm.wait_for_call, "Get-SCJob")
        kill(agent)
        await asyncio.to_thread(lambda: vmm.wait_for_call("Get-SCJob", not_of=agent))
        vmm.release()
        assert await writing == vmm.checkpoint_id("Mine")
        assert (await session.inventory()).orphans == ()
    assert len(vmm.called(CREATE)) == 1


async def test_a_lost_job_that_fails_is_told_as_failed(vmm: Vmm, connect: Connect) -> None:
    vmm.parked.add(CREATE)
    vmm.failing[CREATE] = (12711, "Zu wenig Platz (0x80070070).", True)
    async with connect() as session:
        writing = asyncio.create_task(session.create_checkpoint(VmId(vmm.vm_id()), name="Mine"))
        agent = await asyncio.to_thread(vmm.wait_for_call, "Get-SCJob")
        kill(agent)
        await asyncio.to_thread(lambda: vmm.wait_for_call("Get-SCJob", not_of=agent))
        vmm.release()
        with pytest.raises(OperationFailed, match="Zu wenig Platz"):
            await writing


async def test_of_a_job_that_vmm_does_not_list_any_more_the_outcome_is_unknown(
    vmm: Vmm, connect: Connect
) -> None:
    vmm.parked.add(CREATE)
    async with connect() as session:
        writing = asyncio.create_task(session.create_checkpoint(VmId(vmm.vm_id()), name="Mine"))
        await asyncio.to_thread(vmm.wait_for_call, "Get-SCJob")
        vmm.jobs.clear()
        with pytest.raises(OutcomeUnknown, match="does not list it any more"):
            await writing


async def test_the_progress_of_a_job_on_a_checkpoint_is_that_of_its_vm(vmm: Vmm, connect: Connect) -> None:
    vmm.parked.add(REMOVE)
    async with connect() as session:
        deleting = asyncio.create_task(
            session.delete_checkpoint(
                VmId(vmm.vm_id()), CheckpointId(vmm.checkpoint_id("Old branch")), subtree=False
            )
        )
        await asyncio.to_thread(vmm.wait_for_call, "Get-SCJob")
        (job,) = (await session.host_details()).jobs or ()
        assert (job.vm_id, job.activity.value, job.percent) == (vmm.vm_id(), "deleting checkpoint", 40)
        vmm.release()
        await deleting


async def test_the_next_hvtui_learns_from_vmm_how_a_job_ended(vmm: Vmm, connect: Connect) -> None:
    vmm.parked.add(CREATE)
    async with connect() as session:
        writing = asyncio.create_task(session.create_checkpoint(VmId(vmm.vm_id()), name="Mine"))
        await asyncio.to_thread(vmm.wait_for_call, "Get-SCJob")
        writing.cancel()  # hvtui quits
        await asyncio.gather(writing, return_exceptions=True)
    async with connect() as session:
        seen = await orphan(session)
        assert (seen.verb, seen.running, seen.succeeded) == ("create_checkpoint", True, None)
        vmm.release()
        seen = await orphan(session)
        assert (seen.running, seen.succeeded) == (False, True)
        await session.forget_orphan(seen.id)
        assert (await session.inventory()).orphans == ()


async def test_the_reading_that_tells_how_a_lost_job_ended_shows_what_it_did(
    vmm: Vmm, connect: Connect
) -> None:
    vmm.unverified.clients_cache = True
    vmm.parked.add(REMOVE)
    vm, old = VmId(vmm.vm_id()), CheckpointId(vmm.checkpoint_id("Old branch"))
    async with connect() as session:
        deleting = asyncio.create_task(session.delete_checkpoint(vm, old, subtree=False))
        await asyncio.to_thread(vmm.wait_for_call, "Get-SCJob")
        deleting.cancel()  # hvtui quits
        await asyncio.gather(deleting, return_exceptions=True)
    async with connect() as session:
        assert (await session.inventory()).checkpoint(old)
        vmm.release()
        found = await session.inventory()
        assert [orphan.succeeded for orphan in found.orphans] == [True]
        assert found.checkpoint(old) is None


@pytest.mark.parametrize("fails", [False, True])
async def test_a_job_that_was_started_before_its_id_came_is_found(
    vmm: Vmm, connect: Connect, fails: bool
) -> None:
    vmm.held[REMOVE] = True
    if fails:
        vmm.failing[REMOVE] = (2912, "Der Agent antwortet nicht.", True)
    target = CheckpointId(vmm.checkpoint_id("Old branch"))
    async with connect() as session:
        await lost(vmm, session.delete_checkpoint(VmId(vmm.vm_id()), target, subtree=False), REMOVE)
        seen = await orphan(session)
    assert (seen.reported, seen.running, seen.succeeded) == (True, False, not fails)
    assert seen.words == ("Der Agent antwortet nicht." if fails else "")


async def test_a_write_that_started_no_job_is_neither_done_nor_failed(vmm: Vmm, connect: Connect) -> None:
    vmm.held[CREATE] = False
    async with connect() as session:
        await lost(vmm, session.create_checkpoint(VmId(vmm.vm_id()), name="Mine"), CREATE)
        seen = await orphan(session)
    assert (seen.running, seen.succeeded) == (False, None)


async def test_a_job_that_began_long_after_the_write_is_somebody_elses(vmm: Vmm, connect: Connect) -> None:
    vmm.held[CREATE] = False
    async with connect() as session:
        await lost(vmm, session.create_checkpoint(VmId(vmm.vm_id()), name="Mine"), CREATE)
        vmm.held.clear()
        vmm.call(0, CREATE, {"VM": vmm.vm_id(), "RunAsynchronously": ""})
        (job,) = vmm.jobs.values()
        job.started += timedelta(minutes=10)
        seen = await orphan(session)
    assert (seen.running, seen.succeeded) == (False, None)


async def test_a_created_checkpoint_that_cannot_be_read_afterwards_is_not_a_failure(
    vmm: Vmm, connect: Connect
) -> None:
    async with connect() as session:
        vm = VmId(vmm.vm_id())
        vmm.after_first[CREATE] = lambda: setattr(vmm, "down", True)
        with pytest.raises(OutcomeUnknown, match="VMM reported that the checkpoint was created"):
            await session.create_checkpoint(vm, name="Mine")


async def test_a_done_rename_that_cannot_be_read_afterwards_is_not_a_failure(
    vmm: Vmm, connect: Connect
) -> None:
    vm, old = VmId(vmm.vm_id()), CheckpointId(vmm.checkpoint_id("Old branch"))
    vmm.unverified.rename_reaches_host = True
    async with connect() as session:
        vmm.after_first["Read-SCVirtualMachine"] = lambda: setattr(vmm, "down", True)
        await session.rename_checkpoint(vm, old, name="Renamed")
    assert vmm.checkpoint_id("Renamed") == old


async def test_a_reading_during_a_job_does_not_keep_the_next_one_from_seeing_its_end(
    vmm: Vmm, connect: Connect
) -> None:
    vmm.unverified.clients_cache = True
    vmm.unverified.rename_reaches_host = True
    vmm.parked.add("Set-SCVMCheckpoint")
    vm, old = VmId(vmm.vm_id()), CheckpointId(vmm.checkpoint_id("Old branch"))
    async with connect() as session:
        renaming = asyncio.create_task(session.rename_checkpoint(vm, old, name="Renamed"))
        await asyncio.to_thread(vmm.wait_for_call, "Get-SCJob")
        await session.inventory()
        vmm.release()
        await renaming
        assert "Renamed" in {c.name for c in (await session.inventory()).checkpoints}


async def test_a_job_whose_variable_stays_empty_is_found_too(vmm: Vmm, connect: Connect) -> None:
    vmm.names_jobs = False
    async with connect() as session:
        assert await session.create_checkpoint(VmId(vmm.vm_id()), name="Mine") == vmm.checkpoint_id("Mine")


async def test_a_vm_that_another_job_has_locked_is_busy(vmm: Vmm, connect: Connect) -> None:
    vmm.lock()
    async with connect() as session:
        for write in (session.refresh_vm, session.start_vm, session.save_vm):
            with pytest.raises(VmBusy):
                await write(VmId(vmm.vm_id()))
        (vm,) = (await session.inventory()).vms
        assert vm.in_service
        (job,) = (await session.host_details()).jobs or ()
        assert (job.vm_id, job.activity.value, job.percent) == (vm.id, "migrating", 40)


async def test_a_job_that_fails_is_an_error_by_its_number(vmm: Vmm, connect: Connect) -> None:
    vm = VmId(vmm.vm_id())
    async with connect() as session:
        for number, error in ((801, Missing), (2912, OperationFailed)):
            vmm.failing["Stop-SCVirtualMachine"] = (number, "Nein.", True)
            with pytest.raises(error):
                await session.save_vm(vm)
        vmm.failing[CREATE] = (12711, "Der Datenträger ist voll (0x80070070).", False)
        with pytest.raises(NoSpace):
            await session.create_checkpoint(vm, name="Mine")
        assert (await session.inventory()).orphans == ()


async def test_a_subtree_is_deleted_from_the_leaves_up(vmm: Vmm, connect: Connect) -> None:
    vm = VmId(vmm.vm_id())
    async with connect() as session:
        listed = (await session.inventory()).checkpoints
        (root,) = (c for c in listed if c.parent is None)
        await session.delete_checkpoint(vm, root.id, subtree=True)
        found = await session.inventory()
    assert found.checkpoints == ()
    assert found.vms[0].state is VmState.RUNNING
    assert len(vmm.called(REMOVE)) == len(listed)


async def test_a_delete_of_a_subtree_that_stops_half_way_says_how_far_it_came(
    vmm: Vmm, connect: Connect
) -> None:
    vm = VmId(vmm.vm_id())
    async with connect() as session:
        listed = (await session.inventory()).checkpoints
        (root,) = (c for c in listed if c.parent is None)
        # Somebody makes one on top of the last but one, before its turn comes.
        vmm.after_first[REMOVE] = lambda: vmm.outside(
            lambda world: world.take_checkpoint(next(iter(world.vms)))
        )
        with pytest.raises(BackendError, match="of 3 checkpoints were deleted") as caught:
            await session.delete_checkpoint(vm, root.id, subtree=True)
        assert caught.value.effect is Effect.PARTLY
        assert isinstance(caught.value, Conflict)
        assert root.id in {c.id for c in (await session.inventory()).checkpoints}


async def test_a_subtree_is_deleted_to_its_end_although_one_of_it_is_gone_before_its_turn(
    vmm: Vmm, connect: Connect
) -> None:
    vm = VmId(vmm.vm_id())
    gone = vmm.checkpoint_id("Old branch")
    async with connect() as session:
        (root,) = (c for c in (await session.inventory()).checkpoints if c.parent is None)
        vmm.after_first[REMOVE] = lambda: vmm.outside(lambda world: world.destroy(gone))
        await session.delete_checkpoint(vm, root.id, subtree=True)
        assert (await session.inventory()).checkpoints == ()


async def test_readings_make_vmm_read_nothing_from_its_hosts(vmm: Vmm, connect: Connect) -> None:
    async with connect() as session:
        (vm,) = (await session.inventory()).vms
        await session.inventory([vm.id])
        await session.disks([vm.id])
        await session.host_details()
        assert vmm.called("Read-SCVirtualMachine") == []
        vmm.outside(lambda world: world.rename(vmm.checkpoint_id("Old branch"), "New branch"))
        assert "Old branch" in {c.name for c in (await session.inventory()).checkpoints}
        await session.refresh_vm(vm.id)
        assert "New branch" in {c.name for c in (await session.inventory()).checkpoints}


async def test_a_vmm_service_that_stops_is_told_and_the_next_reading_signs_in_again(
    vmm: Vmm, connect: Connect
) -> None:
    async with connect() as session:
        vmm.down = True
        with pytest.raises(BackendError, match="does not answer"):
            await session.inventory()
        vmm.down = False
        assert len((await session.inventory()).vms) == 1


@pytest.mark.own_process
async def test_after_a_restart_of_the_vmm_service_readings_and_writes_work_again(
    vmm: Vmm, connect: Connect
) -> None:
    vm = VmId(vmm.vm_id())
    async with connect() as session:
        await session.refresh_vm(vm)
        vmm.restart()
        for call in (session.inventory, lambda: session.refresh_vm(vm)):
            with pytest.raises(HyperVUnavailable):
                await call()
        assert len((await session.inventory()).vms) == 1
        await session.refresh_vm(vm)


@pytest.mark.parametrize("ends_jobs", [True, False])
@pytest.mark.own_process
async def test_a_job_during_a_restart_of_vmm_is_told_as_vmm_has_it_afterwards(
    vmm: Vmm, connect: Connect, ends_jobs: bool
) -> None:
    vmm.unverified.restart_ends_jobs = ends_jobs
    vmm.parked.add(CREATE)
    async with connect() as session:
        writing = asyncio.create_task(session.create_checkpoint(VmId(vmm.vm_id()), name="Mine"))
        await asyncio.to_thread(vmm.wait_for_call, "Get-SCJob")
        vmm.restart()
        vmm.release()
        if ends_jobs:
            with pytest.raises(OperationFailed, match="neu gestartet"):
                await writing
        else:
            assert await writing == vmm.checkpoint_id("Mine")
