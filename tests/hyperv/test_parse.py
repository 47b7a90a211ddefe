"""The conversion of results to the model, and the refusal of unreadable ones."""

from __future__ import annotations

import copy
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.errors import ReplyError
from hvtui.backends.hyperv import parse
from hvtui.backends.model import Activity, CheckpointSetting, HealthCode, VmId, VmState
from hvtui.backends.powershell.agent import Agent, Deadlines
from hvtui.backends.powershell.host.values import OLDEST
from hvtui.backends.powershell.local_link import LocalLink
from hvtui.backends.powershell.program import Program

if TYPE_CHECKING:
    from tests.hyperv_host.engine import Engine

VM = "5B6E1E1C-9B0E-4B5C-8F43-0C1D2E3F4A5B"
FIRST, SECOND = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
HOSTILE = "\x1b]52;c;Y3VybCB4fHNo\x07"
"""A terminal to which this is written sets its clipboard."""
ANSWER: dict[str, Any] = {
    "Host": {"Name": "hv01", "Offset": 60, "Incomplete": ""},
    "Vms": [
        {
            "Id": VM, "Name": "web-01", "State": "Running", "CheckpointType": "Production", "Automatic": None,
            "Current": SECOND, "Primary": 2, "Secondary": 0, "Status": "", "Uptime": 1, "MemoryAssigned": 1,
            "Notes": "", "Replication": "",
        }
    ],
    "Checkpoints": [
        {
            "Id": id, "VmId": VM, "Name": id, "Parent": parent, "Created": "2026-01-01T00:00:00.0000000Z",
            "Type": "Standard", "State": "Off", "Automatic": False, "Notes": "",
        }
        for id, parent in ((FIRST, ""), (SECOND, FIRST))
    ],
    "Unread": [],
}  # fmt: skip
DETAILS: dict[str, Any] = {
    "Host": {
        "Name": "hv01",
        "FullName": "hv01.corp.example",
        "System": "",
        "Offset": 60,
        "Volumes": [],
        "Cluster": "",
        "Nodes": [],
        "Unread": [],
    },
    "AreJobsRead": True,
    "Jobs": [{"Id": "1", "VmId": VM, "Type": 50, "Percent": 1, "Started": ""}],
    "IsClusteredRead": True,
    "Clustered": [VM],
    "Unclustered": [],
}


def test_ids_are_lower_case() -> None:
    found = parse.inventory(ANSWER)
    details = parse.host_details(DETAILS)
    assert [found.vms[0].id, (details.jobs or ())[0].vm_id, *(details.clustered or ())] == [VM.lower()] * 3
    assert {checkpoint.vm_id for checkpoint in found.checkpoints} == {VM.lower()}
    assert (found.vms[0].current, [c.parent for c in found.checkpoints]) == (SECOND, [None, FIRST])


@pytest.mark.parametrize("hostile", [HOSTILE, VM + HOSTILE, VM + "\n", "web-01", VM.replace("5B", "５Ｂ")])
@pytest.mark.parametrize(
    ("table", "column"),
    [("Vms", "Id"), ("Vms", "Current"), ("Checkpoints", "Id"), ("Checkpoints", "VmId"),
     ("Checkpoints", "Parent")],
)  # fmt: skip
def test_an_id_that_is_not_a_guid_is_refused(table: str, column: str, hostile: str) -> None:
    answer = copy.deepcopy(ANSWER)
    answer[table][-1][column] = hostile
    with pytest.raises(ValueError, match="is not a GUID"):
        parse.inventory(answer)


@pytest.mark.parametrize("element", ["", "HV-01", HOSTILE])
def test_a_job_without_a_vm_is_a_job_of_the_host(element: str) -> None:
    answer = copy.deepcopy(DETAILS)
    answer["Jobs"][0]["VmId"] = element
    (job,) = parse.host_details(answer).jobs or ()
    assert job.vm_id is None


def test_jobs_that_could_not_be_read_are_not_none_at_work() -> None:
    answer = {**copy.deepcopy(DETAILS), "AreJobsRead": False, "Jobs": []}
    assert parse.host_details(answer).jobs is None


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
async def test_a_result_with_a_bad_id_is_unreadable_as_a_whole(powershell: Engine) -> None:
    answer = '[CmdletBinding()] param()\n@{ Vms = @(@{ VmId = "$([char] 27)]0;x" }) }'
    link = LocalLink(powershell.agents, {"PWSH_EDITION": powershell.edition})
    agent = Agent(lambda: link, Program(operations={"disks": answer}), Deadlines(), "reader")
    with pytest.raises(ReplyError, match="cannot be read") as caught:
        await agent.read(parse.disks, "disks")
    agent.kill()
    assert "\x1b" not in caught.value.detail


def changed(table: str, **values: Any) -> dict[str, Any]:
    answer = copy.deepcopy(ANSWER)
    answer[table][0] |= values
    return answer


WORK = (23769, *range(32768, 32775), *range(32776, 32782))


@pytest.mark.parametrize(
    "secondary", [None, 0, 2, *WORK, *range(32782, 32791), 32775, 32795, 40000, 3, 5, 16]
)
def test_only_the_numbers_of_work_are_work(secondary: int | None) -> None:
    (vm,) = parse.inventory(changed("Vms", Primary=2, Secondary=secondary)).vms
    assert (vm.activity is not Activity.NONE) == (secondary in WORK)
    assert bool(vm.health) == (secondary not in (*WORK, None, 0, 2))


@pytest.mark.parametrize(
    ("primary", "secondary", "health"),
    [
        (3, 32790, (HealthCode.DEGRADED, HealthCode.SR_IOV)),
        (5, None, (HealthCode.LOW_DISK_SPACE,)),
        (11, 32772, ()),
        (None, None, ()),
        (13, 32784, (HealthCode.LOST_COMMUNICATION, HealthCode.COMMUNICATION_FAILED)),
        (3, 3, (HealthCode.DEGRADED,)),
        (99, 32785, (HealthCode.UNKNOWN, HealthCode.SR_IOV)),
    ],
)
def test_health_is_told_from_work(
    primary: int | None, secondary: int | None, health: tuple[HealthCode, ...]
) -> None:
    (vm,) = parse.inventory(changed("Vms", Primary=primary, Secondary=secondary)).vms
    assert (vm.health, vm.in_service) == (health, primary == 11)


@pytest.mark.parametrize(
    "text",
    ["", "0001-01-01T00:00:00.0000000Z", "1601-01-01T00:00:00.0000000Z", "9999-12-31T23:59:59.9999999Z"],
)
def test_a_date_that_is_none_is_representable_in_every_time_zone(text: str) -> None:
    created = parse.inventory(changed("Checkpoints", Created=text)).checkpoints[0].created
    for hours in (-14, 14):
        assert created.astimezone(timezone(timedelta(hours=hours))).year < OLDEST


def test_a_date_far_ahead_is_kept() -> None:
    reading = parse.inventory(changed("Checkpoints", Created="2098-01-01T00:00:00.0000000Z"))
    assert reading.checkpoints[0].created.year == 2098


def test_what_has_no_name_is_called_by_its_id() -> None:
    vm = parse.inventory(changed("Vms", Name="")).vms[0]
    checkpoint = parse.inventory(changed("Checkpoints", Name="")).checkpoints[0]
    assert (vm.name, checkpoint.name) == (vm.id, checkpoint.id) == (VM.lower(), FIRST)


def test_what_is_listed_twice_is_there_once() -> None:
    answer = copy.deepcopy(ANSWER)
    answer["Vms"] *= 2
    answer["Checkpoints"] *= 2
    found = parse.inventory(answer)
    assert (len(found.vms), len(found.checkpoints)) == (1, 2)


def test_a_host_without_the_setting_has_an_unknown_one_without_a_text() -> None:
    (vm,) = parse.inventory(changed("Vms", CheckpointType="")).vms
    assert (vm.checkpoint_setting, vm.checkpoint_setting_text) == (CheckpointSetting.UNKNOWN, "")


@pytest.mark.parametrize(
    ("state", "with_memory"),
    [("Saved", True), ("Off", False), ("FastSaved", None), ("4711", None), ("", None)],
)
def test_whether_a_checkpoint_has_memory_is_known_from_two_states(
    state: str, with_memory: bool | None
) -> None:
    found = parse.inventory(changed("Checkpoints", State=state))
    assert found.checkpoints[0].with_memory is with_memory


@pytest.mark.parametrize("name", ["web-02", ""])
def test_a_vm_that_was_not_read_is_there_without_a_state(name: str) -> None:
    answer = copy.deepcopy(ANSWER)
    answer["Unread"] = [{"VmId": FIRST, "Name": name, "Part": "vm", "Words": "broken"}]
    found = parse.inventory(answer)
    vm = found.vm(VmId(FIRST))
    assert vm and (vm.name, vm.state) == (name or FIRST, VmState.UNKNOWN)
    assert not found.lists_checkpoints_of(vm.id)
