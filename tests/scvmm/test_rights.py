"""A user role that may change some VMs and not others: its actions may differ by cloud (facts §7)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import NotAllowed, OperationFailed
from hvtui.backends.model import VmId
from hvtui.backends.operations.actions import ReasonCode, why_not
from hvtui.backends.operations.command import Selection
from hvtui.backends.operations.commands import (
    ApplyCheckpoint,
    CreateCheckpoint,
    DeleteCheckpoint,
    RenameCheckpoint,
)
from hvtui.backends.powershell.local_link import LocalLink
from hvtui.backends.scvmm.diagnose.diagnosis import ScvmmDiagnosis
from hvtui.backends.scvmm.program import program
from tests.scvmm.test_reading import add_vm
from tests.vmm_host.module import prelude
from tests.vmm_host.records import vmm_id

if TYPE_CHECKING:
    from hvtui.backends.powershell.link import Link
    from hvtui.backends.scvmm.session import ScvmmSession
    from tests.hyperv_host.engine import Engine
    from tests.scvmm.conftest import Connect
    from tests.vmm_host.vmm import Vmm

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]
ACTIONS = {"Web": {"Checkpoint", "Start"}, "Finance": {"CheckpointRestoreOnly"}, "Guests": {"Start"}}
COMMANDS = (CreateCheckpoint, RenameCheckpoint, DeleteCheckpoint, ApplyCheckpoint)


def in_clouds(vmm: Vmm) -> dict[str, VmId]:
    """Put the VM into one cloud, add a VM to each of the others, and return them by the names of their clouds."""
    vmm.profile, vmm.actions = "SelfServiceUser", set()
    found = {"Web": VmId(vmm.vm_id()), "Finance": add_vm(vmm, "db-01"), "Guests": add_vm(vmm, "app-01")}
    for cloud, id in found.items():
        cloud_id = vmm_id(cloud)
        vmm.actions_by_cloud[cloud_id] = ACTIONS[cloud]
        vmm.shown[id] = {
            "CloudId": uuid.UUID(cloud_id),
            "Cloud": {"ID": uuid.UUID(cloud_id), "Name": cloud, "ToText": cloud},
        }
    return found


async def refused(session: ScvmmSession, vm: VmId) -> set[str]:
    """Return the commands that the account is known not to have the right to."""
    inventory = await session.inventory()
    checkpoint = next(iter(inventory.checkpoints)).id
    selection = Selection(
        inventory=inventory, vm_id=vm, checkpoint_id=checkpoint, capabilities=session.capabilities
    )
    reasons = {command.name: why_not(command, selection) for command in COMMANDS}
    return {name for name, reason in reasons.items() if reason and reason.code is ReasonCode.NOT_PERMITTED}


@pytest.mark.parametrize("told", ["switches", "words", "untold"])
async def test_what_the_role_may_not_do_with_a_vm_is_known_before_the_key_where_vmm_says_so(
    vmm: Vmm, connect: Connect, told: str
) -> None:
    vmm.unverified.permissions = told
    vms = in_clouds(vmm)
    async with connect() as session:
        found = {cloud: await refused(session, id) for cloud, id in vms.items()}
        await session.create_checkpoint(vms["Web"], name="Mine")
    every = {command.name for command in COMMANDS}
    known = told != "untold"
    assert found == {
        "Web": set(),
        "Finance": every - {ApplyCheckpoint.name} if known else set(),
        "Guests": every if known else set(),
    }


@pytest.mark.parametrize(("number", "error"), [(20552, NotAllowed), (2605, OperationFailed)])
async def test_what_vmm_does_not_permit_and_did_not_say_is_refused_in_its_words(
    vmm: Vmm, connect: Connect, number: int, error: type[Exception]
) -> None:
    vmm.unverified.refused_number = number
    vms = in_clouds(vmm)
    async with connect() as session:
        with pytest.raises(error) as caught:
            await session.create_checkpoint(vms["Guests"], name="Mine")
    assert "Sie haben keine Berechtigung." in f"{caught.value} {getattr(caught.value, 'detail', '')}"
    assert "Mine" not in {c.name for c in vmm.world.checkpoints.values()}


async def test_the_actions_of_a_cloud_are_asked_for_once_in_a_sign_in(vmm: Vmm, connect: Connect) -> None:
    vmm.unverified.permissions = "switches"
    in_clouds(vmm)
    async with connect() as session:
        for _ in range(3):
            await session.inventory()
    assert len(vmm.called("Get-SCUserRolePermission")) == len(ACTIONS)


async def test_an_administrator_is_not_asked_for_actions(vmm: Vmm, connect: Connect) -> None:
    in_clouds(vmm)
    vmm.profile = "Administrator"
    async with connect() as session:
        await session.inventory()
    assert vmm.called("Get-SCUserRolePermission") == []


async def test_a_diagnosis_names_the_actions_by_cloud(vmm: Vmm, powershell: Engine) -> None:
    vmm.unverified.permissions = "words"
    in_clouds(vmm)

    def link() -> Link:
        return LocalLink(powershell.agents, {"PWSH_EDITION": powershell.edition})

    diagnosis = ScvmmDiagnosis(program(prelude(vmm.port)), link, link, None)
    words = {check.name: check.words async for check in diagnosis.checks()}["role-actions"]
    assert words == (
        "Actions of the user role: Finance: CheckpointRestoreOnly; Guests: Start; Web: Checkpoint, Start."
    )
