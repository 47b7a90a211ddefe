"""The conversion of results to the model, and the refusal of unreadable ones."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.errors import ReplyError
from hvtui.backends.hyperv import parse
from hvtui.backends.powershell.agent import Agent, Deadlines
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
    "Host": {"Name": "hv01", "System": "", "Offset": 60, "Volumes": [], "Cluster": "", "Unread": []},
    "Jobs": [{"Id": "1", "VmId": VM, "Type": 50, "Percent": 1, "Started": ""}],
    "IsClusteredRead": True,
    "Clustered": [VM],
}


def test_ids_are_lower_case() -> None:
    found = parse.inventory(ANSWER)
    details = parse.host_details(DETAILS)
    assert [found.vms[0].id, details.jobs[0].vm_id, *(details.clustered or ())] == [VM.lower()] * 3
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
    assert parse.host_details(answer).jobs[0].vm_id is None


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
async def test_a_result_with_a_bad_id_is_unreadable_as_a_whole(powershell: Engine) -> None:
    answer = '[CmdletBinding()] param()\n@{ Vms = @(@{ VmId = "$([char] 27)]0;x" }) }'
    link = LocalLink(powershell.path, {"PWSH_EDITION": powershell.edition})
    agent = Agent(lambda: link, Program(operations={"disks": answer}), Deadlines(), "reader")
    with pytest.raises(ReplyError, match="cannot be read") as caught:
        await agent.read(parse.disks, "disks")
    agent.kill()
    assert "\x1b" not in caught.value.detail
