"""Reading a VMM server: hosts, disks from its database, jobs, and what is left out."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.contract import Verdict
from hvtui.backends.errors import Unsupported, VmMissing
from hvtui.backends.model import CheckpointKind, Obstacle, UnreadPart, VmId
from hvtui.backends.powershell.local_link import LocalLink
from hvtui.backends.scvmm.diagnose.diagnosis import ScvmmDiagnosis
from hvtui.backends.scvmm.diagnose.findings import JUDGES
from hvtui.backends.scvmm.program import program
from tests.vmm_host import objects
from tests.vmm_host.module import prelude

if TYPE_CHECKING:
    from hvtui.backends.powershell.link import Link
    from tests.hyperv_host.engine import Engine
    from tests.scvmm.conftest import Connect
    from tests.vmm_host.vmm import Vmm

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]


def add_vm(vmm: Vmm, name: str, **values: object) -> VmId:
    """Add a VM that is only in VMM's database."""
    id = str(uuid.uuid4())
    copy = dict(next(iter(vmm.database.vms.values())))
    vmm.database.vms[id] = copy | {"ID": uuid.UUID(id), "VMId": id.upper(), "Name": name} | values
    vmm.database.checkpoints[id] = []
    return VmId(id)


async def test_the_hosts_of_the_vms_are_listed_with_their_cluster_and_volumes(
    vmm: Vmm, connect: Connect
) -> None:
    async with connect() as session:
        found = await session.inventory()
    (host,) = found.hosts
    assert found.host.name == "vmm01.corp.example"
    assert found.host_of(found.vms[0]) == host
    assert (host.name, host.cluster) == ("hv01.corp.example", "clu01")
    assert host.system == "Microsoft Windows Server 2022 Datacenter"
    assert {volume.name for volume in host.volumes} >= {"D:"}
    assert found.vms[0].place == "All Hosts\\Berlin"


async def test_a_volume_that_does_not_say_its_free_space_is_not_full(
    vmm: Vmm, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = objects.volume_rows
    monkeypatch.setattr(objects, "volume_rows", lambda *of: [row | {"FreeSpace": None} for row in told(*of)])
    async with connect() as session:
        found = await session.inventory()
        (disks,) = await session.disks([found.vms[0].id])
    (host,) = found.hosts
    assert (host.volumes, disks.volumes) == ((), ())
    assert "VMM does not say the free space of D:" in host.unread


async def test_what_vmm_does_not_say_is_not_no(vmm: Vmm, connect: Connect) -> None:
    silent = add_vm(vmm, "silent", IsPrimaryVM=False, IsRecoveryVM=None, IsHighlyAvailable=None)
    replica = add_vm(vmm, "replica", IsPrimaryVM=None, IsRecoveryVM=True, IsHighlyAvailable=False)
    async with connect() as session:
        found = {vm.id: (vm.replicated, vm.clustered) for vm in (await session.inventory()).vms}
    assert (found[silent], found[replica]) == ((None, None), (True, False))
    assert (False, False) in found.values()


async def test_a_role_that_sees_no_hosts_still_sees_its_vms(vmm: Vmm, connect: Connect) -> None:
    vmm.failing["Get-SCVMHost"] = (20552, "Sie haben keinen Zugriff.", False)
    async with connect() as session:
        found = await session.inventory()
    assert found.hosts == ()
    assert len(found.vms) == 1
    assert "Sie haben keinen Zugriff." in found.host.unread[0]


async def test_checkpoints_that_vmm_cannot_list_cost_the_vms_nothing(vmm: Vmm, connect: Connect) -> None:
    vmm.failing["Get-SCVMCheckpoint"] = (20413, "Kritischer Fehler.", False)
    async with connect() as session:
        found = await session.inventory()
    assert [(u.part, "Kritischer Fehler." in u.words) for u in found.unread] == [
        (UnreadPart.CHECKPOINTS, True)
    ]


async def test_vms_of_the_library_are_left_out_and_those_of_vmware_are_not_written_to(
    vmm: Vmm, connect: Connect
) -> None:
    stored = add_vm(vmm, "template", HostType="LibraryServer", Status="Stored")
    other = add_vm(vmm, "esx-01", VirtualizationPlatform="VMwareESX")
    async with connect() as session:
        found = await session.inventory()
        assert {vm.name: vm.obstacle for vm in found.vms} == {
            "esx-01": Obstacle.OTHER_HYPERVISOR,
            "web-01": None,
        }
        with pytest.raises(Unsupported):
            await session.create_checkpoint(other, name="Mine")
        with pytest.raises(VmMissing, match="library"):
            await session.start_vm(stored)
        assert (await session.inventory([stored])).vms == ()
    assert vmm.called("New-SCVMCheckpoint") == vmm.called("Start-SCVirtualMachine") == []


async def test_many_vms_are_read_by_two_lists_and_few_by_a_call_each(vmm: Vmm, connect: Connect) -> None:
    added = [add_vm(vmm, f"app-{number:02}") for number in range(8)]
    async with connect() as session:
        vmm.calls.clear()
        assert len((await session.inventory(added)).vms) == 8
        assert [name for _, name, _ in vmm.calls] == ["Get-SCVirtualMachine", "Get-SCVMCheckpoint"]
        vmm.calls.clear()
        assert len((await session.inventory(added[:2])).vms) == 2
        assert len(vmm.calls) == 4


async def test_the_disks_are_those_of_the_last_refresh(vmm: Vmm, connect: Connect) -> None:
    async with connect() as session:
        (vm,) = (await session.inventory()).vms
        vmm.outside(lambda world: world.take_checkpoint(next(iter(world.vms))))
        (disks,) = await session.disks([vm.id])
        written = [disk.path for disk in disks.disks if disk.checkpoint_id is None]
        assert disks.as_of
        assert all(disks.volume_of(file) for path in written if (file := disks.file(path)))
        vmm.clock.advance(60)
        await session.refresh_vm(vm.id)
        (newer,) = await session.disks([vm.id])
    assert newer.as_of
    assert newer.as_of > disks.as_of
    assert [disk.path for disk in newer.disks if disk.checkpoint_id is None] != written
    parents = {file.parent for file in newer.files}
    assert {"", *written} <= parents


async def test_a_diagnosis_makes_every_check_and_changes_nothing(vmm: Vmm, powershell: Engine) -> None:
    def link() -> Link:
        return LocalLink(powershell.agents, {"PWSH_EDITION": powershell.edition})

    diagnosis = ScvmmDiagnosis(program(prelude(vmm.port)), link, link, None)
    checks = {check.name: check async for check in diagnosis.checks()}
    assert set(JUDGES) <= set(checks)
    bad = {
        name: check.words
        for name, check in checks.items()
        if check.verdict in (Verdict.WARNING, Verdict.FAILED)
    }
    assert bad == {}
    assert checks["parents"].words == "Of 3: 2 name a checkpoint, 1 the VM, 0 nothing."
    assert "reports nothing" in checks["unknown-id"].words
    assert {name.partition("-")[0] for _, name, _ in vmm.calls} <= {"Get", "Find"}


@pytest.mark.parametrize("lists", [True, False])
async def test_a_checkpoint_of_a_backup_is_listed_as_of_a_kind_not_told_or_missing_below_now(
    vmm: Vmm, connect: Connect, lists: bool
) -> None:
    vmm.unverified.lists_backups = lists
    (world_vm,) = vmm.world.vms.values()
    backup = vmm.world.checkpoints[world_vm.parent_checkpoint_id or ""]
    backup.type = "Recovery"
    vmm.refresh(world_vm.id)
    async with connect() as session:
        found = await session.inventory()
    assert found.vms[0].current == backup.id
    listed = found.checkpoint(found.vms[0].current)
    assert (listed is not None) is lists
    assert listed is None or listed.kind is CheckpointKind.NOT_TOLD


@pytest.mark.parametrize("named", [True, False])
async def test_checkpoints_without_guids_cost_no_other_vm_its_own(
    vmm: Vmm, connect: Connect, named: bool
) -> None:
    esx = add_vm(vmm, "esx-01", VirtualizationPlatform="VMwareESX")
    ids = {"VMId": "vm-7", "LastRestoredCheckpointID": "snapshot-12"}
    vmm.database.vms[esx] |= ids if named else {"LastRestoredCheckpointID": "snapshot-12"}
    if named:
        (_, *_, like) = vmm.database.checkpoints[vmm.vm_id()]
        own = {"ID": uuid.uuid4(), "VMId": uuid.UUID(esx)}
        vmm.database.checkpoints[esx] = [
            like | own | {"CheckpointID": "snapshot-12", "ParentCheckpointID": "vm-7"}
        ]
    async with connect() as session:
        found = await session.inventory()
        of_both = {disks.vm_id: disks for disks in await session.disks([VmId(vmm.vm_id()), esx])}
    assert [(unread.vm_id, unread.part) for unread in found.unread] == [(esx, UnreadPart.CHECKPOINTS)]
    assert "“snapshot-12”" in found.unread[0].words
    assert len(found.checkpoints) == 3
    assert {checkpoint.vm_id for checkpoint in found.checkpoints} == {vmm.vm_id()}
    assert of_both[VmId(vmm.vm_id())].unread_drives == ()
    assert bool(of_both[esx].unread_drives) is named
