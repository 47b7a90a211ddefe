"""Commands through the rules on VMM: what changed meanwhile stops them, and what they did is told as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import Missing, OperationFailed, VmBusy
from hvtui.backends.model import VmState
from hvtui.backends.operations.actions import ReasonCode
from hvtui.backends.operations.command import FindingCode, Selection
from hvtui.backends.operations.commands import (
    ApplyCheckpoint,
    CreateCheckpoint,
    DeleteCheckpoint,
    DeleteSubtree,
    RenameCheckpoint,
)
from hvtui.backends.operations.operation import Ending, Operation
from hvtui.backends.operations.preconditions import ChangeCode, TargetChanged
from hvtui.backends.operations.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.model import Checkpoint, Vm
    from hvtui.backends.operations.command import Command
    from hvtui.backends.scvmm.session import ScvmmSession
    from tests.scvmm.conftest import Connect
    from tests.vmm_host.vmm import Vmm

    Make = Callable[[Vm, Checkpoint], Command]

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]
WRITES = ("New-SCVMCheckpoint", "Set-SCVMCheckpoint", "Restore-SCVMCheckpoint", "Remove-SCVMCheckpoint")


async def no_pause(seconds: float) -> None: ...


async def seen(session: ScvmmSession, name: str) -> tuple[Selection, Vm, Checkpoint]:
    """What a person sees who has selected the checkpoint of this name."""
    inventory = await session.inventory()
    (vm,) = inventory.vms
    (checkpoint,) = (c for c in inventory.checkpoints if c.name == name)
    selection = Selection(
        inventory=inventory,
        vm_id=vm.id,
        checkpoint_id=checkpoint.id,
        capabilities=session.capabilities,
    )
    return selection, vm, checkpoint


async def confirmed(session: ScvmmSession, command: Command, before: Selection) -> Operation:
    runner = Runner(
        session,
        read=lambda vm_id: session.inventory([vm_id]),
        clock=lambda: datetime.now(UTC),
        pause=no_pause,
    )
    task = runner.start(command, before)
    assert task is not None
    return await task


def sent(vmm: Vmm) -> list[str]:
    return [cmdlet for _, cmdlet, _ in vmm.calls if cmdlet in WRITES]


def delete(vm: Vm, checkpoint: Checkpoint) -> Command:
    return DeleteCheckpoint(vm=vm, checkpoint=checkpoint)


def delete_subtree(vm: Vm, checkpoint: Checkpoint) -> Command:
    return DeleteSubtree(vm=vm, checkpoint=checkpoint)


def apply(vm: Vm, checkpoint: Checkpoint) -> Command:
    return ApplyCheckpoint(vm=vm, checkpoint=checkpoint, safety_name=None, start=False)


@pytest.mark.parametrize("clients_cache", [False, True])
@pytest.mark.parametrize("make", [delete, delete_subtree, apply])
async def test_a_checkpoint_made_outside_meanwhile_is_seen_and_nothing_is_done(
    vmm: Vmm, connect: Connect, make: Make, clients_cache: bool
) -> None:
    vmm.unverified.clients_cache = clients_cache
    async with connect() as session:
        before, vm, clean = await seen(session, "Clean install")
        vmm.outside(lambda world: world.take_checkpoint(next(iter(world.vms))))
        operation = await confirmed(session, make(vm, clean), before)
    assert operation.ending is Ending.FAILED
    assert isinstance(operation.error, TargetChanged)
    assert {ChangeCode.CURRENT, ChangeCode.SUBTREE} & set(operation.error.changes)
    assert sent(vmm) == []


async def test_a_checkpoint_deleted_outside_meanwhile_is_seen_and_nothing_is_done(
    vmm: Vmm, connect: Connect
) -> None:
    async with connect() as session:
        before, vm, old = await seen(session, "Old branch")
        vmm.outside(lambda world: world.destroy(old.id))
        operation = await confirmed(session, delete(vm, old), before)
    assert isinstance(operation.error, TargetChanged)
    assert ChangeCode.CHECKPOINT_GONE in operation.error.changes
    assert sent(vmm) == []


async def test_a_vm_that_failed_over_meanwhile_is_not_written_to_where_vmm_misses_it(
    vmm: Vmm, connect: Connect
) -> None:
    async with connect() as session:
        before, vm, clean = await seen(session, "Clean install")
        del vmm.world.vms[next(iter(vmm.world.vms))]
        first = await confirmed(session, apply(vm, clean), before)  # VMM cannot read it anew
        vmm.shown[vm.id] = {"Status": "Missing"}
        vmm.found_elsewhere = True
        second = await confirmed(session, apply(vm, clean), before)  # it can, and says that it is missing
    assert (first.ending, type(first.error)) == (Ending.FAILED, Missing)
    assert isinstance(second.error, TargetChanged)
    assert second.error.reason
    assert second.error.reason.code is ReasonCode.OBSTACLE
    assert sent(vmm) == []


async def test_a_vm_that_another_job_has_locked_is_not_written_to(vmm: Vmm, connect: Connect) -> None:
    async with connect() as session:
        before, vm, clean = await seen(session, "Clean install")
        vmm.lock()
        operation = await confirmed(session, apply(vm, clean), before)
    assert (operation.ending, type(operation.error)) == (Ending.FAILED, VmBusy)
    assert sent(vmm) == []


@pytest.mark.parametrize("takes_more", [False, True])
async def test_a_delete_that_takes_more_than_was_asked_is_partly_done_and_names_it(
    vmm: Vmm, connect: Connect, takes_more: bool
) -> None:
    vmm.unverified.delete_takes_more = takes_more
    async with connect() as session:
        before, vm, clean = await seen(session, "Clean install")
        operation = await confirmed(session, delete(vm, clean), before)
    assert operation.findings
    more = {f.name for f in operation.findings.findings if f.code is FindingCode.MORE_DELETED}
    assert operation.ending is (Ending.PARTLY if takes_more else Ending.DONE)
    assert more == ({"Old branch", "Before CU-11"} if takes_more else set())
    assert operation.error is None


@pytest.mark.parametrize("takes_more", [False, True])
async def test_a_subtree_is_gone_whatever_a_delete_does_to_those_below(
    vmm: Vmm, connect: Connect, takes_more: bool
) -> None:
    vmm.unverified.delete_takes_more = takes_more
    async with connect() as session:
        before, vm, clean = await seen(session, "Clean install")
        operation = await confirmed(session, delete_subtree(vm, clean), before)
        assert (await session.inventory()).checkpoints == ()
    assert operation.ending is Ending.DONE
    assert len(sent(vmm)) == 3


@pytest.mark.parametrize("leaves_off", [False, True])
async def test_an_apply_tells_the_state_in_which_it_left_the_vm(
    vmm: Vmm, connect: Connect, leaves_off: bool
) -> None:
    vmm.unverified.restore_leaves = "Off" if leaves_off else "Running"
    async with connect() as session:
        before, vm, clean = await seen(session, "Clean install")
        operation = await confirmed(session, apply(vm, clean), before)
    assert operation.ending is Ending.DONE
    assert operation.findings
    assert operation.findings.vm
    assert operation.findings.vm.state is (VmState.OFF if leaves_off else VmState.RUNNING)
    assert operation.findings.vm.current == clean.id


async def test_a_safety_checkpoint_is_seen_before_the_apply_is_sent(vmm: Vmm, connect: Connect) -> None:
    async with connect() as session:
        before, vm, clean = await seen(session, "Clean install")
        command = ApplyCheckpoint(vm=vm, checkpoint=clean, safety_name="Before apply", start=False)
        vmm.after_first["New-SCVMCheckpoint"] = lambda: vmm.outside(
            lambda world: world.rename(clean.id, "Renamed")
        )
        operation = await confirmed(session, command, before)
    assert operation.ending is Ending.DONE
    assert sent(vmm) == ["New-SCVMCheckpoint", "Restore-SCVMCheckpoint"]
    refreshes = [
        cmdlet for _, cmdlet, _ in vmm.calls if cmdlet == "Read-SCVirtualMachine" or cmdlet in WRITES
    ]
    assert refreshes == ["Read-SCVirtualMachine", sent(vmm)[0], "Read-SCVirtualMachine", sent(vmm)[1]]


@pytest.mark.parametrize("clients_cache", [False, True])
async def test_a_create_is_done_and_its_checkpoint_is_the_current_one(
    vmm: Vmm, connect: Connect, clients_cache: bool
) -> None:
    vmm.unverified.clients_cache = clients_cache
    async with connect() as session:
        before, vm, _ = await seen(session, "Clean install")
        operation = await confirmed(session, CreateCheckpoint(vm=vm, checkpoint_name="Mine"), before)
    assert (operation.ending, operation.created) == (Ending.DONE, vmm.checkpoint_id("Mine"))


@pytest.mark.parametrize("reaches", [True, False])
async def test_a_rename_that_does_not_reach_the_host_is_no_success(
    vmm: Vmm, connect: Connect, reaches: bool
) -> None:
    vmm.unverified.rename_reaches_host = reaches
    async with connect() as session:
        before, vm, clean = await seen(session, "Clean install")
        command = RenameCheckpoint(vm=vm, checkpoint=clean, new_name="New")
        operation = await confirmed(session, command, before)
        listed = {c.id: c.name for c in (await session.inventory()).checkpoints}
    assert (operation.ending, listed[clean.id]) == (
        (Ending.DONE, "New") if reaches else (Ending.FAILED, "Clean install")
    )
    assert reaches or isinstance(operation.error, OperationFailed)


@pytest.mark.parametrize("event", [True, False])
async def test_what_was_done_outside_is_seen_whether_or_not_an_event_has_told_vmm(
    vmm: Vmm, connect: Connect, event: bool
) -> None:
    vmm.unverified.events_refresh = event
    async with connect() as session:
        before, vm, old = await seen(session, "Old branch")
        vmm.outside(lambda world: world.rename(old.id, "Keep"))
        operation = await confirmed(session, delete(vm, old), before)
    assert isinstance(operation.error, TargetChanged)
    assert ChangeCode.CHECKPOINT_RENAMED in operation.error.changes
    assert sent(vmm) == []
