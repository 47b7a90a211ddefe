"""What VMM lists, in the cases that no sample has."""

from __future__ import annotations

from typing import Any

import pytest

from hvtui.backends.contract import Verb
from hvtui.backends.model import Activity, CheckpointSetting, Inventory, Obstacle, UnreadPart, VmId, VmState
from hvtui.backends.scvmm import parse
from hvtui.backends.scvmm.doubles import Doubles
from hvtui.backends.scvmm.states import WORK

WEB, TWIN, HYPER_V = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "123")
CHECKPOINT = "44444444-0000-4000-8000-000000000000"
VM: dict[str, Any] = {
    "Id": WEB, "HyperVId": HYPER_V.upper(), "Name": "web-01", "Status": "Running", "Power": "Running", "Words": "Läuft",
    "Platform": "HyperV", "Host": "hv01.corp.example", "Path": "All Hosts\\Berlin\\web-01", "Cloud": "",
    "Current": HYPER_V.upper(), "CheckpointType": "Production", "MemoryMegabytes": 512, "Notes": "", "Replicated": False,
    "Clustered": True, "Reason": "", "Actions": None, "Task": None,
}  # fmt: skip
JOB: dict[str, Any] = {
    "Id": CHECKPOINT, "Status": "Running", "Ended": False, "Percent": 40, "Cmdlet": "Move-SCVirtualMachine",
    "Target": WEB, "Started": "", "Number": 0, "Code": None, "Words": "", "Advice": "", "Text": "",
}  # fmt: skip


def read(*vms: dict[str, Any], profile: str = "Administrator", **more: Any) -> Inventory:
    server = {"Name": "vmm01", "Profile": profile, "Offset": 60, "Incomplete": "", "Unread": []}
    reply = {"Server": server, "Hosts": [], "Checkpoints": [], "Unread": [], "Vms": [VM | vm for vm in vms]}
    return parse.inventory(reply | more)


def checkpoint(vm: str, parent: str = HYPER_V, id: str = CHECKPOINT) -> dict[str, Any]:
    return {
        "Id": id.upper(), "VmId": vm, "Name": "Old", "Parent": parent.upper(), "Created": "2026-01-01T00:00:00Z", "Notes": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "power", "state", "obstacle"),
    [
        ("PowerOff", "PowerOff", VmState.OFF, None),
        ("Saved", "Saved", VmState.SAVED, None),
        ("UnsupportedCluster", "Running", VmState.RUNNING, Obstacle.UNSUPPORTED),
        ("IncompleteVMConfig", "PowerOff", VmState.OFF, Obstacle.INCOMPLETE),
        ("HostNotResponding", "Running", VmState.RUNNING, Obstacle.HOST_NOT_RESPONDING),
        ("Missing", "PowerOff", VmState.UNKNOWN, Obstacle.MISSING),
        ("CheckpointFailed", "Running", VmState.RUNNING, Obstacle.FAILED),
        ("ShieldingFailed", "PowerOff", VmState.OFF, Obstacle.FAILED),
        ("DbOnly", "PowerOff", VmState.OFF, Obstacle.NOT_ON_A_HOST),
        ("CreatingCheckpoint", "Running", VmState.RUNNING, None),
        ("MergingDrives", "Running", VmState.RUNNING, None),
    ],
)
def test_the_state_is_told_apart_from_trouble_and_work(
    status: str, power: str, state: VmState, obstacle: Obstacle | None
) -> None:
    (vm,) = read({"Status": status, "Power": power}).vms
    assert (vm.state, vm.obstacle, vm.status_text) == (state, obstacle, "Läuft")


def test_a_state_that_nobody_knows_is_unknown_with_its_text() -> None:
    (vm,) = read({"Status": "UnderSomethingNew", "Power": "Running"}).vms
    assert (vm.state, vm.state_text) == (VmState.UNKNOWN, "UnderSomethingNew")


@pytest.mark.parametrize("status", WORK)
def test_a_vm_at_work_refuses_other_work_except_during_a_merge(status: str) -> None:
    (vm,) = read({"Status": status}).vms
    assert vm.activity is WORK[status]
    assert vm.in_service is (vm.activity is not Activity.MERGING)


@pytest.mark.parametrize(
    ("job", "at_work"),
    [
        ({}, True),
        ({"Status": "NotStarted"}, True),
        ({"Cmdlet": "(Refresh VM - System Job)"}, False),
        ({"Cmdlet": "Performance Data Refresher (System Job)"}, False),
        ({"Cmdlet": "Read-SCVirtualMachine"}, False),
        ({"Status": "SucceedWithInfo", "Ended": True}, False),
        ({"Status": "Failed", "Ended": True}, False),
    ],
)
def test_a_vm_is_busy_while_a_job_that_is_no_refresh_has_locked_it(
    job: dict[str, Any], at_work: bool
) -> None:
    (vm,) = read({"Task": JOB | job}).vms
    assert vm.in_service is at_work
    assert vm.activity is (Activity.MIGRATING if at_work else Activity.NONE)


def test_a_vm_of_another_hypervisor_is_listed_and_cannot_be_changed() -> None:
    (vm,) = read({"Platform": "VMwareESX"}).vms
    assert vm.obstacle is Obstacle.OTHER_HYPERVISOR


def test_a_role_that_only_reads_may_give_no_command() -> None:
    (vm,) = read({}, profile="ReadOnlyAdmin").vms
    assert {Verb.CREATE, Verb.APPLY, Verb.DELETE, Verb.RENAME, Verb.START, Verb.STOP} <= set(vm.not_permitted)
    (vm,) = read({}, profile="SelfServiceUser").vms
    assert vm.not_permitted == frozenset()


def test_the_parent_of_a_root_is_the_vm_in_any_spelling() -> None:
    for parent in (HYPER_V.upper(), HYPER_V, f"{{{HYPER_V}}}"):
        found = read({}, Checkpoints=[checkpoint(WEB, parent)])
        assert found.checkpoints[0].parent is None
    assert read({"Current": ""}).vms[0].current is None
    assert read({"Current": CHECKPOINT.upper()}).vms[0].current == CHECKPOINT


@pytest.mark.parametrize("first", [WEB, TWIN])
def test_of_a_vm_that_is_listed_twice_the_one_that_is_missing_loses_its_checkpoints(first: str) -> None:
    gone = {"Id": TWIN, "Status": "Missing", "Power": "PowerOff", "Host": "hv02.corp.example"}
    rows = sorted([checkpoint(WEB), checkpoint(TWIN)], key=lambda row: row["VmId"] != first)
    found = read({}, gone, Checkpoints=rows)
    assert [c.vm_id for c in found.checkpoints] == [WEB]
    unread = found.unread_of(VmId(TWIN))
    assert unread
    assert unread.part is UnreadPart.CHECKPOINTS
    assert "web-01 on hv01.corp.example" in unread.words
    assert found.unread_of(VmId(WEB)) is None


def test_a_reading_of_the_vm_that_lost_its_checkpoints_does_not_bring_them_back() -> None:
    twin = {"Id": TWIN, "Host": "hv02.corp.example"}
    doubles = Doubles()
    whole = read({}, twin, Checkpoints=[checkpoint(WEB), checkpoint(TWIN)])
    doubles.learn(whole)
    (loser,) = {WEB, TWIN} - {c.vm_id for c in whole.checkpoints}
    row = {} if loser == WEB else twin
    alone = doubles.without(read(row, Checkpoints=[checkpoint(loser)]))
    assert alone.checkpoints == ()
    assert alone.unread == whole.unread


def test_an_old_vmm_that_does_not_tell_the_type_of_new_checkpoints_is_no_error() -> None:
    (vm,) = read({"CheckpointType": ""}).vms
    assert vm.checkpoint_setting is CheckpointSetting.UNKNOWN


def test_a_host_without_contact_is_in_trouble_in_vmms_own_word() -> None:
    row = {"Name": "hv01", "System": "", "Cluster": "clu01", "Volumes": [], "Contact": "NotResponding"}
    (host,) = read({}, Hosts=[row]).hosts
    assert "NotResponding" in host.trouble
    (host,) = read({}, Hosts=[row | {"Contact": "Responding"}]).hosts
    assert (host.trouble, host.cluster) == ("", "clu01")


def test_a_vm_that_could_not_be_read_keeps_its_name() -> None:
    unread = {"VmId": TWIN, "Name": "db-01", "Part": "vm", "Words": "Nein."}
    found = read({}, Unread=[unread])
    vm = found.vm(VmId(TWIN))
    assert vm
    assert (vm.name, vm.state) == ("db-01", VmState.UNKNOWN)
    assert found.unread_of(VmId(TWIN))
