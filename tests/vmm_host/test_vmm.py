"""The fake VMM keeps the rules of facts §3 to §7."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.mock.datacenter import Datacenter, SimulatedHost
from hvtui.backends.mock.network import SimulatedNetwork
from hvtui.backends.mock.scenarios import build
from hvtui.backends.mock.world import World
from tests.hyperv_host import facts
from tests.vmm_host.records import VmmError, kind, vmm_id
from tests.vmm_host.vmm import HOST, Vmm, one_host

if TYPE_CHECKING:
    from hvtui.backends.mock.clock import Clock

CREATE, DELETE, RESTORE = "New-SCVMCheckpoint", "Remove-SCVMCheckpoint", "Restore-SCVMCheckpoint"
OTHER = "hv02.corp.example"
LATER = {"RunAsynchronously": ""}


def two_hosts(clock: Clock) -> Datacenter:
    """Return a cluster of two hosts, the first with a VM."""
    host = build("one", clock)
    other = World(clock, host_name=OTHER, seed=9)
    host.world.cluster = other.cluster = "clu01"
    return Datacenter({HOST: host, OTHER: SimulatedHost(other, SimulatedNetwork())})


@pytest.fixture
def vmm() -> Vmm:
    return Vmm(two_hosts, unverified=kind)


def plain(value: Any) -> Any:
    """Return what a client gets of an encoded value."""
    if isinstance(value, str):
        kinds = {"=": str, "#": uuid.UUID, "@": datetime.fromisoformat}
        return kinds[value[0]](value[1:])  # type: ignore[operator]
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def get(vmm: Vmm, cmdlet: str, **arguments: str) -> list[dict[str, Any]]:
    return [plain(each) for each in vmm.call(1, cmdlet, arguments)["objects"]]


def names(vmm: Vmm) -> set[str]:
    return {c["Name"] for c in get(vmm, "Get-SCVMCheckpoint")}


def checkpoint(vmm: Vmm, name: str) -> str:
    return next(str(c["ID"]) for c in get(vmm, "Get-SCVMCheckpoint") if c["Name"] == name)


def start(vmm: Vmm, cmdlet: str, **arguments: str) -> dict[str, Any]:
    job: dict[str, Any] = plain(vmm.call(1, cmdlet, arguments | LATER)["job"])
    return job


def number(vmm: Vmm, cmdlet: str, **arguments: str) -> int:
    with pytest.raises(VmmError) as refused:
        vmm.call(1, cmdlet, arguments)
    return refused.value.number


@pytest.mark.parametrize(
    ("cmdlet", "class_name"),
    [
        ("Get-SCVirtualMachine", "VM"),
        ("Get-SCVMCheckpoint", "VMCheckpoint"),
        ("Get-SCVMHost", "Host"),
        ("Get-SCStorageVolume", "StorageVolume"),
        ("Get-SCJob", "Task"),
        ("Get-SCVMMServer", "ServerConnection"),
    ],
)
def test_objects_have_only_properties_of_the_real_class_in_their_types(
    vmm: Vmm, cmdlet: str, class_name: str
) -> None:
    start(vmm, CREATE, VM=vmm.vm_id(), Name="Mine")
    real = facts.scvmm()["classes"][class_name]
    types = {
        "System.Guid": uuid.UUID,
        "System.DateTime": datetime,
        "System.Boolean": bool,
        "System.String": str,
        "System.Int32": int,
        "System.UInt64": int,
    }
    newer = {"CheckpointType"}  # since 2016; the samples are of 2012 R2
    for found in get(vmm, cmdlet):
        for name, value in found.items():
            if name in newer or name == "RefresherMode":  # a method there
                continue
            assert name in real, f"{class_name} has no {name}"
            if value is not None and real[name] in types:
                assert type(value) is types[real[name]], name


def test_ids_have_the_forms_of_the_real_ones(vmm: Vmm) -> None:
    """Facts §3: VMId is Hyper-V's id in upper case, a root's parent is the VM, and the VMId of a checkpoint is VMM's."""
    (vm,) = get(vmm, "Get-SCVirtualMachine")
    found = {c["Name"]: c for c in get(vmm, "Get-SCVMCheckpoint")}
    assert vm["VMId"] == next(iter(vmm.world.vms)).upper()
    assert str(vm["ID"]).upper() != vm["VMId"]
    assert found["Clean install"]["ParentCheckpointID"] == vm["VMId"]
    assert found["Old branch"]["ParentCheckpointID"] == found["Clean install"]["CheckpointID"]
    assert {c["VMId"] for c in found.values()} == {vm["ID"]}
    assert vm["LastRestoredCheckpointID"] == found["Before CU-11"]["CheckpointID"]


def test_a_checkpoint_made_outside_is_listed_only_after_a_refresh(vmm: Vmm) -> None:
    """Facts §0, §6."""
    vmm.unverified.events_refresh = False
    before = names(vmm)
    vmm.outside(lambda world: world.take_checkpoint(next(iter(world.vms))))
    assert names(vmm) == before
    vmm.call(1, "Read-SCVirtualMachine", {"VM": vmm.vm_id()})
    assert len(names(vmm)) == len(before) + 1


def test_a_job_outlives_its_call_and_locks_its_vm(vmm: Vmm) -> None:
    """Facts §5: another job, or a refresh, of the same object is refused with 2606."""
    vmm.parked.add(CREATE)
    job = start(vmm, CREATE, VM=vmm.vm_id(), Name="Mine")
    assert (job["Status"], job["CmdletName"], str(job["TargetObjectID"])) == ("Running", CREATE, vmm.vm_id())
    assert get(vmm, "Get-SCVirtualMachine")[0]["Status"] == "CreatingCheckpoint"
    assert number(vmm, "Read-SCVirtualMachine", VM=vmm.vm_id()) == 2606
    assert number(vmm, DELETE, VMCheckpoint=checkpoint(vmm, "Old branch")) == 2606
    vmm.release()
    (ended,) = get(vmm, "Get-SCJob", ID=str(job["ID"]))
    assert (ended["Status"], ended["IsCompleted"], ended["ProgressValue"]) == ("Completed", True, 100)
    assert "Mine" in names(vmm)


def test_a_job_is_found_by_its_target(vmm: Vmm) -> None:
    job = start(vmm, CREATE, VM=vmm.vm_id(), Name="Mine")
    assert [j["ID"] for j in get(vmm, "Find-SCJob", ObjectID=vmm.vm_id(), MaxCount="5")] == [job["ID"]]
    assert get(vmm, "Find-SCJob", ObjectID=str(uuid.uuid4()), MaxCount="5") == []


def test_a_call_that_waits_fails_with_the_number_of_its_job(vmm: Vmm) -> None:
    vmm.failing[CREATE] = (12711, "Der Host hat abgelehnt.", True)
    assert number(vmm, CREATE, VM=vmm.vm_id(), Name="Mine") == 12711
    (job,) = get(vmm, "Get-SCJob")
    assert (job["Status"], job["ErrorInfo"]["DisplayableErrorCode"]) == ("Failed", 12711)


def test_a_checkpoint_that_is_gone_from_the_host_is_801(vmm: Vmm) -> None:
    """Facts §5, §9."""
    old = checkpoint(vmm, "Old branch")
    vmm.outside(lambda world: world.destroy(vmm.checkpoint_id("Old branch")))
    assert number(vmm, DELETE, VMCheckpoint=old) == 801


@pytest.mark.parametrize("doubles", [True, False])
def test_a_failover_is_seen_at_the_next_refresh(vmm: Vmm, doubles: bool) -> None:
    """Facts §6 [KB]: the same VM can stand twice, one of them Missing."""
    vmm.unverified.failover_doubles = doubles
    own = vmm.vm_id()
    vmm.fail_over(next(iter(vmm.world.vms)), OTHER)
    assert [v["HostName"] for v in get(vmm, "Get-SCVirtualMachine")] == [HOST]
    assert number(vmm, CREATE, VM=own, Name="Mine") == 801
    # The job has read the VM anew.
    found = {(v["HostName"], v["Status"]) for v in get(vmm, "Get-SCVirtualMachine")}
    assert found == ({(HOST, "Missing"), (OTHER, "Running")} if doubles else {(OTHER, "Running")})
    assert len({v["VMId"] for v in get(vmm, "Get-SCVirtualMachine")}) == 1


def test_vms_of_a_host_that_does_not_answer_are_listed_and_not_changed(vmm: Vmm) -> None:
    vmm.datacenter.unreachable.add(HOST)
    (vm,) = get(vmm, "Get-SCVirtualMachine")
    assert (vm["Status"], vm["VirtualMachineState"]) == ("HostNotResponding", "Running")
    contact = {h["Name"]: h["CommunicationState"] for h in get(vmm, "Get-SCVMHost")}
    assert contact == {HOST: "NotResponding", OTHER: "Responding"}
    assert number(vmm, "Read-SCVirtualMachine", VM=vmm.vm_id()) == 2916
    assert number(vmm, CREATE, VM=vmm.vm_id(), Name="Mine") == 2916
    assert list(vmm.world.ran) == []


@pytest.mark.parametrize(
    ("profile", "actions", "refused"),
    [
        ("Administrator", None, set()),
        ("ReadOnlyAdmin", None, {CREATE, RESTORE}),
        ("SelfServiceUser", {"Checkpoint"}, set()),
        ("SelfServiceUser", {"CheckpointRestoreOnly"}, {CREATE}),
        ("SelfServiceUser", set(), {CREATE, RESTORE}),
    ],
)
def test_a_role_may_only_do_its_actions(
    vmm: Vmm, profile: str, actions: set[str] | None, refused: set[str]
) -> None:
    """Facts §7."""
    vmm.profile, vmm.actions = profile, actions
    calls = {
        CREATE: {"VM": vmm.vm_id(), "Name": "Mine"},
        RESTORE: {"VMCheckpoint": checkpoint(vmm, "Old branch")},
    }
    for cmdlet, arguments in calls.items():
        if cmdlet in refused:
            assert number(vmm, cmdlet, **arguments) == 20552
        else:
            vmm.call(1, cmdlet, arguments)


# What no fact confirms, both ways.


@pytest.mark.parametrize("left", ["Running", "Saved", "Off"])
def test_a_restore_leaves_a_running_vm_as_the_switch_says(vmm: Vmm, left: str) -> None:
    vmm.unverified.restore_leaves = left
    vmm.call(1, RESTORE, {"VMCheckpoint": checkpoint(vmm, "Clean install")})
    state = {"Running": "Running", "Saved": "Saved", "Off": "PowerOff"}[left]
    assert get(vmm, "Get-SCVirtualMachine")[0]["Status"] == state


@pytest.mark.parametrize("takes_more", [True, False])
def test_a_delete_takes_those_below_or_not(vmm: Vmm, takes_more: bool) -> None:
    vmm.unverified.delete_takes_more = takes_more
    vmm.call(1, DELETE, {"VMCheckpoint": checkpoint(vmm, "Clean install")})
    assert names(vmm) == (set() if takes_more else {"Old branch", "Before CU-11"})


@pytest.mark.parametrize("reaches", [True, False])
def test_a_rename_reaches_the_host_or_ends_with_the_next_refresh(vmm: Vmm, reaches: bool) -> None:
    vmm.unverified.rename_reaches_host = reaches
    vmm.call(1, "Set-SCVMCheckpoint", {"VMCheckpoint": checkpoint(vmm, "Old branch"), "Name": "New"})
    assert "New" in names(vmm)
    vmm.call(1, "Read-SCVirtualMachine", {"VM": vmm.vm_id()})
    assert ("New" in names(vmm)) is reaches


@pytest.mark.parametrize("shows", [True, False])
def test_a_merge_shows_in_the_status_or_not(vmm: Vmm, shows: bool) -> None:
    vmm.unverified.merge_shows = shows
    vmm.world.durations["merge"] = 600
    vmm.call(1, DELETE, {"VMCheckpoint": checkpoint(vmm, "Before CU-11")})
    assert get(vmm, "Get-SCVirtualMachine")[0]["Status"] == ("MergingDrives" if shows else "Running")


@pytest.mark.parametrize("fails", [True, False])
def test_an_unknown_id_is_801_or_nothing(vmm: Vmm, fails: bool) -> None:
    vmm.unverified.unknown_id_fails = fails
    if fails:
        assert number(vmm, "Get-SCVirtualMachine", ID=vmm_id("none")) == 801
    else:
        assert get(vmm, "Get-SCVirtualMachine", ID=vmm_id("none")) == []


@pytest.mark.parametrize("cached", [True, False])
def test_a_client_sees_a_change_at_once_or_after_its_next_sign_in(cached: bool) -> None:
    vmm = Vmm(one_host, unverified=kind)
    vmm.unverified.clients_cache = cached
    get(vmm, "Get-SCVMMServer")
    vmm.call(1, CREATE, {"VM": vmm.vm_id(), "Name": "Mine"})
    assert ("Mine" in names(vmm)) is not cached
    get(vmm, "Get-SCVMMServer")
    assert "Mine" in names(vmm)
