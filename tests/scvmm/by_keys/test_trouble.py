"""What cannot be done to VMs of VMM, or not be read, by keys: the reason is on the screen."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.mock.scenarios.sample import checkpoint, running
from hvtui.backends.operations.operation import Ending
from tests.scvmm.by_keys.conftest import sent
from tests.scvmm.test_reading import add_vm
from tests.scvmm.test_rights import in_clouds
from tests.vmm_host.test_vmm import OTHER

if TYPE_CHECKING:
    from hvtui.backends.model import VmId
    from tests.scvmm.by_keys.conftest import Open
    from tests.vmm_host.vmm import Vmm

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]

NO_RIGHT = "Your account does not have the right to do this to the VM."
NOT_HYPERV = "It is not a Hyper-V virtual machine: hvtui shows it, and does not change it."
OBSTACLES = {
    "HostNotResponding": "Its host does not respond to the server that manages it.",
    "Missing": "The server that manages its host does not find it there; it may be on another host.",
    "UnsupportedCluster": "Its configuration is one that the server that manages it does not support.",
    "IncompleteVMConfig": "Its configuration is incomplete.",
    "CheckpointFailed": "An operation on it has failed half-way: repair the VM in VMM first.",
}


def give_checkpoint(vmm: Vmm, vm: VmId, **values: object) -> None:
    """Let the database list a checkpoint of the VM."""
    like = vmm.database.checkpoints[vmm.vm_id()][0]
    own = {"ID": uuid.uuid4(), "VMId": uuid.UUID(vm), "CheckpointID": str(uuid.uuid4()).upper()}
    vmm.database.checkpoints[vm] = [like | own | {"Name": "Its own", "ParentCheckpointID": ""} | values]


async def test_a_right_to_one_vm_is_none_to_another_and_the_keys_say_so(vmm: Vmm, hvtui: Open) -> None:
    vmm.unverified.permissions = "switches"
    vms = in_clouds(vmm)
    for cloud in ("Finance", "Guests"):
        give_checkpoint(vmm, vms[cloud])
    async with hvtui() as trip:
        await trip.at_vm("app-01")
        await trip.refused("c", NO_RIGHT)
        await trip.at("Its own")
        for key in ("a", "e", "d", "D"):
            await trip.refused(key, NO_RIGHT)
        await trip.at_vm("db-01")
        await trip.at("Its own")
        for key in ("c", "e", "d", "D"):
            await trip.refused(key, NO_RIGHT)
        assert trip.main.why_not("apply") is None
        await trip.at_vm("web-01")
        assert (await trip.confirm("c", "confirm", *"Mine")).ending is Ending.DONE
    assert sent(vmm) == ["New-SCVMCheckpoint"]


async def test_a_vm_on_vmware_is_shown_and_no_key_changes_it_and_one_of_the_library_is_not_listed(
    vmm: Vmm, hvtui: Open
) -> None:
    esx = add_vm(vmm, "esx-01", VirtualizationPlatform="VMwareESX", HostName="esx.corp.example")
    add_vm(vmm, "template", HostType="LibraryServer", Status="Stored")
    give_checkpoint(vmm, esx)
    async with hvtui() as trip:
        assert "template" not in trip.said()
        await trip.at_vm("esx-01")
        for key in ("c", "s", "S", "v"):
            await trip.refused(key, NOT_HYPERV)
        await trip.at("Its own")
        for key in ("a", "e", "d", "D"):
            await trip.refused(key, NOT_HYPERV)
    assert sent(vmm) == []


async def test_what_keeps_a_vm_from_being_changed_is_said_in_full_by_its_keys(vmm: Vmm, hvtui: Open) -> None:
    for status in OBSTACLES:
        add_vm(vmm, status.lower(), Status=status)
    async with hvtui() as trip:
        for status, words in OBSTACLES.items():
            await trip.at_vm(status.lower())
            for key in ("c", "S"):
                await trip.refused(key, words)
    assert sent(vmm) == []


async def test_of_two_vms_with_one_hyper_v_id_one_is_not_changed_for_the_other(vmm: Vmm, hvtui: Open) -> None:
    (world_id,) = vmm.world.vms
    twin = add_vm(vmm, "twin", HostName=OTHER, VMId=world_id.upper())
    listed = vmm.database.checkpoints[vmm.vm_id()]
    vmm.database.checkpoints[twin] = [each | {"ID": uuid.uuid4(), "VMId": uuid.UUID(twin)} for each in listed]
    async with hvtui() as trip:
        await trip.at_vm("twin")
        await trip.refused("c", "VMM lists checkpoints with the same ids for web-01 on hv01.corp.example.")
        await trip.at_vm("web-01")
        await trip.at("Old branch")
        assert (await trip.confirm("d", "delete")).ending is Ending.DONE
        await trip.at_vm("twin")
        await trip.refused("c", "could not be read")
    assert len(vmm.database.checkpoints[vmm.vm_id()]) == 2
    assert sent(vmm) == ["Remove-SCVMCheckpoint"]


async def test_a_listing_that_breaks_off_loses_no_vm_and_says_that_some_may_be_missing(
    vmm: Vmm, hvtui: Open
) -> None:
    add_vm(vmm, "app-01")
    async with hvtui() as trip:
        await trip.until(lambda: "app-01" in trip.said())
        vmm.breaks_off["Get-SCVirtualMachine"] = 1
        await trip.press("f5")
        await trip.until(lambda: "─ not all" in trip.said())
        await trip.at_vm("app-01")
        await trip.refused("c", "could not be read: Kritischer Fehler.")
        await trip.at_vm("web-01")
        assert trip.main.why_not("create") is None
    async with hvtui() as trip:
        assert "─ not all" in trip.said()
        assert "app-01" not in trip.said()
        vmm.breaks_off.clear()
        await trip.press("f5")
        await trip.until(lambda: "app-01" in trip.said() and "not all" not in trip.said())


async def test_vms_and_checkpoints_of_any_name_are_changed_by_key(vmm: Vmm, hvtui: Open) -> None:
    hostile = ("[/] x", "*", 'it\'s "q"', "line\nfeed", "n" * 200)
    for name in hostile:
        vm = running(vmm.world, name)
        checkpoint(vmm.world, vm, name[:100], days=1)
        vmm.refresh(vm.id)
    async with hvtui() as trip:
        for name in hostile:
            await trip.at_vm(name)
            await trip.go_to(name[:100])
            await trip.until(lambda: trip.main.selection().checkpoint_id is not None)
            assert (await trip.confirm("d", "delete")).ending is Ending.DONE
            assert name[:100] not in {each.name for each in vmm.world.checkpoints.values()}


@pytest.mark.own_process
async def test_ages_are_those_of_the_checkpoints_in_whichever_zones_their_hosts_are(
    vmm: Vmm, hvtui: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    far = vmm.datacenter.hosts[OTHER].world
    (own,) = vmm.world.vms.values()
    for each in vmm.world.checkpoints.values():
        each.created = datetime.now(UTC) - timedelta(days=2, hours=-8)
    vmm.refresh(own.id)
    vm = running(far, "far-01")
    old = checkpoint(far, vm, "far-01 - (11/27/2026 - 9:00:00 AM)")
    old.created = datetime.now(UTC) - timedelta(days=2, hours=3)
    vmm.refresh(vm.id)
    async with hvtui() as trip:
        await trip.press("slash", *"older:2d", "enter")
        await trip.until(lambda: "1 of 2" in trip.said())
        assert "far-01" in trip.said()
        await trip.press("escape")
        await trip.until(lambda: "1 of 2" not in trip.said())
        await trip.at_vm("far-01")
        await trip.until(lambda: "2 d" in trip.said() and "1 d" in trip.said())
