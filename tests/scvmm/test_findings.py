"""What a diagnosis of a VMM server makes of its facts."""

from __future__ import annotations

from typing import Any

import pytest

from hvtui.backends.contract import Verdict
from hvtui.backends.scvmm.diagnose.findings import checks

IDS = {"None": 0, "Vm": 1, "Checkpoint": 2, "Other": 0}
FACTS: dict[str, Any] = {
    "Vms": {"Count": 3, "Checkpoints": 3, "Library": 1},
    "Module": {"Version": "10.22.1287.0", "Aliases": ["Get-VM"]},
    "Server": {"Version": "10.22", "Name": "vmm01", "HighlyAvailable": False, "ActiveNode": ""},
    "Role": {"User": "CORP\\you", "Profile": "Administrator", "Role": "Administrator"},
    "Actions": {"Limited": True, "Clouds": {"Web": "Checkpoint, Start"}},
    "Enums": {"Status": ["Running", "ShieldingFailed"], "Job": ["Running", "Completed"]},
    "States": {"Seen": ["Running Running"]},
    "Parents": IDS,
    "Current": IDS,
    "Doubles": {"Count": 0},
    "Times": {"Kinds": ["Local"]},
    "Refreshers": {"Count": 2, "Modes": ["EventBased"], "Contact": ["Responding"]},
    "Volumes": {"Count": 4},
    "UnknownId": {"Id": "", "Count": 0},
    "PastJobs": {"Count": 9, "Steps": {"Remove-SCVMCheckpoint": ["a", "b"]}, "Targets": ["VM"], "Errors": []},
    "Parameters": {"Missing": []},
}
FAILURE = {"Failure": {"Id": "20552,X", "Category": "ReadError", "Message": "Nein.", "Type": "", "Codes": []}}


def verdicts(**more: Any) -> dict[str, tuple[Verdict, str]]:
    return {check.name: (check.verdict, check.words) for check in checks(FACTS | more)}


def test_a_server_as_assumed_gets_no_warning() -> None:
    found = verdicts()
    assert {name for name, (verdict, _) in found.items() if verdict is not Verdict.OK} == {"past-apply"}
    assert "a; b" in found["past-delete"][1]


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("user-role", {"Role": FACTS["Role"] | {"Profile": "ReadOnlyAdmin"}}, "ReadOnlyAdmin"),
        ("role-actions", {"Actions": {"Limited": True, "Clouds": {"Web": ""}}}, "does not say which actions"),
        ("known-words", {"Enums": {"Status": ["Running", "Sleeping"]}}, "Status Sleeping"),
        ("parents", {"Parents": IDS | {"Other": 2}}, "2 something that VMM does not list"),
        ("current", {"Current": IDS | {"Other": 1}}, "1 something"),
        ("doubles", {"Doubles": {"Count": 2}}, "2 ids"),
        ("creation-time", {"Times": {"Kinds": ["Unspecified"]}}, "Unspecified"),
        ("unknown-id", {"UnknownId": {"Id": "13403,X", "Count": 0}}, "13403,X"),
        ("unknown-id", {"UnknownId": {"Id": "", "Count": 7}}, "7 others"),
        ("job-variable", {"Parameters": {"Missing": ["New-SCVMCheckpoint -JobVariable"]}}, "-JobVariable"),
        ("refreshers", {"Refreshers": FAILURE}, "Nein."),
        ("volumes", {"Volumes": FAILURE}, "20552,X"),
    ],
)
def test_what_is_not_as_assumed_is_a_warning(name: str, more: dict[str, Any], words: str) -> None:
    verdict, said = verdicts(**more)[name]
    assert verdict is Verdict.WARNING
    assert words in said


def test_without_the_vms_there_is_nothing_else_to_check() -> None:
    (only,) = checks(FACTS | {"Vms": FAILURE})
    assert (only.name, only.verdict) == ("vms", Verdict.FAILED)
    assert "Nein." in only.words
