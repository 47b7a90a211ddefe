"""How the facts about a host are judged: good ones, unexpected ones, unreadable ones, and none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.hyperv.diagnose import findings
from hvtui.backends.hyperv.diagnose.diagnosis import refresh
from hvtui.backends.model import Unread, UnreadPart, VmId
from hvtui.backends.powershell.diagnose.diagnosis import clocks
from tests.hyperv.assumptions import CHECKED_BY
from tests.tui.samples import inventory

Facts = dict[str, dict[str, Any]]

DENIED = {
    "Id": "Unspecified,X",
    "Category": "NotSpecified",
    "Message": "Zugriff\r\nverweigert",
    "Codes": ["5"],
}


@pytest.fixture
def facts() -> Facts:
    """Return the facts of a Windows host without a problem."""
    return {
        "Vms": {"Count": 2, "Checkpoints": 3},
        "Management": {"Service": "Running", "Platform": True},
        "Rights": {
            "User": "HV01\\you",
            "Administrator": False,
            "HyperV": True,
            "Network": True,
            "Filtered": False,
        },
        "Process": {"SixtyFourBit": True, "Language": "de-DE"},
        "Parent": {"Name": "winrshost.exe"},
        "Modules": {"Loaded": ["2.0.0.0"], "Present": ["2.0.0.0", "1.1"], "Aliases": []},
        "Words": {
            "State": ["Running", "PausedCritical"],
            "CheckpointState": ["Off", "Saved"],
            "CheckpointType": ["Production"],
            "SnapshotType": ["Standard", "Recovery"],
            "Secondary": ["32769"],
            "SecondaryText": ["32769"],
            "SecondaryKind": ["Microsoft.HyperV.PowerShell.VMOperationalStatus"],
        },
        "Properties": {"Vm": ["VMId"], "Checkpoint": [], "VmTimes": ["Local"], "CheckpointTimes": ["Local"]},
        "Current": {"WithCheckpoints": 2, "WithCurrent": 1, "Known": 1},
        "Drives": {"Count": 1},
        "Disk": {"Tried": True, "Kind": "Dynamic", "Size": 5, "HasParent": False},
        "Disks": {"Tried": True, "Asked": 3, "Count": 3},
        "Volume": {"Tried": True, "Count": 1, "Size": 9, "Free": 4},
        "SharedVolume": {"Tried": True, "Count": 1, "Size": 9, "Free": 4},
        "Jobs": {"Count": 1, "Running": 1, "Types": ["50"], "Ids": ["A"]},
        "JobOwners": {"Count": 1, "Guids": 1, "JobIds": ["A"]},
        "EventsVMMS": {"Count": 1, "Ids": ["19070"]},
        "EventsWorker": {"Count": 0, "Ids": []},
        "MergeEvents": {"Count": 2, "WithVm": 1},
        "Cluster": {"Name": "CL01"},
        "SharedVolumes": {"Count": 2, "WithSpace": 2},
        "Quotas": {"MaxShellsPerUser": "30", "MaxMemoryPerShellMB": "1024", "MaxEnvelopeSizekb": "500"},
        "Json": {
            "One": ["x"],
            "None": [],
            "OneRow": [{"Name": "x"}],
            "Deep": {"To": {"To": {"To": {"To": {"To": "the end"}}}}},
        },
    }


def judged(facts: Facts) -> dict[str, Check]:
    return {check.name: check for check in findings.checks(facts)}


def test_all_checks_of_a_good_host_are_ok(facts: Facts) -> None:
    checks = judged(facts)
    assert [check for check in checks.values() if check.verdict is not Verdict.OK] == []
    assert checks["rights"].words == "HV01\\you is a member of Hyper-V Administrators."
    assert checks["secondary-status"].words.startswith("32769 (32769; Microsoft")
    assert checks["event-logs"].words.endswith("ids: VMMS 19070.")
    assert (
        checks["automatic-checkpoints"].words == "VMs do not have the property AutomaticCheckpointsEnabled."
    )


@pytest.mark.parametrize("number", [3, 16, 32775, *range(32782, 32791), 32795])
def test_a_status_of_health_is_known_and_one_without_a_name_is_not(facts: Facts, number: int) -> None:
    facts["Words"] |= {"Secondary": [str(number)]}
    known = number != 32775
    assert judged(facts)["secondary-status"].verdict is (Verdict.OK if known else Verdict.WARNING)


@pytest.mark.parametrize("check", ["disk", "disks", "volume", "cluster-volume"])
def test_drives_that_cannot_be_read_are_not_none(facts: Facts, check: str) -> None:
    facts["Drives"] = {"Failure": DENIED}
    for fact in ("Disk", "Disks", "Volume", "SharedVolume"):
        facts[fact] = {"Tried": False}
    found = judged(facts)[check]
    assert found.verdict is Verdict.WARNING
    assert "Zugriff verweigert" in found.words


@pytest.mark.parametrize(
    ("fact", "unexpected", "check", "words"),
    [
        ("Words", {"State": ["Dreaming"]}, "known-words", "State Dreaming"),
        ("Words", {"CheckpointState": ["Running"]}, "known-words", "CheckpointState Running"),
        ("Words", {"Secondary": ["4711"]}, "secondary-status", "4711"),
        ("Modules", {"Loaded": ["1.1"]}, "module-versions", "1.1"),
        ("Current", {"Known": 0}, "current", "not in the list"),
        ("Properties", {"VmTimes": ["Unspecified"]}, "creation-time", "hours"),
        ("Volume", {"Count": 2}, "volume", "2 volumes"),
        ("Management", {"Service": "Stopped"}, "service", "is stopped"),
        ("Management", {"Service": "", "Platform": None}, "service", "no service vmms"),
        ("Management", {"Platform": False}, "platform", "not installed"),
        ("Rights", {"Filtered": True}, "elevation", "without your rights"),
        ("Disks", {"Count": 1}, "disks", "with 3 paths returns 1"),
        ("MergeEvents", {"WithVm": 0}, "merge-events", "0 name a VM"),
        ("SharedVolumes", {"WithSpace": 1}, "shared-volumes", "1 say their path"),
        ("SharedVolume", {"Size": 0}, "cluster-volume", "of 0 bytes"),
        ("JobOwners", {"Guids": 0}, "job-owner", "0 name a VM"),
        ("Quotas", {"MaxShellsPerUser": "2"}, "quotas", "MaxShellsPerUser 2"),
        ("Json", {"One": "x"}, "json", "changes lists"),
        ("Json", {"Deep": {"To": "System.Collections.Hashtable"}}, "json", "cannot be read"),
    ],
)
def test_an_unexpected_fact_is_a_warning_with_a_remedy(
    facts: Facts, fact: str, unexpected: dict[str, Any], check: str, words: str
) -> None:
    facts[fact] |= unexpected
    found = judged(facts)[check]
    assert found.verdict is Verdict.WARNING
    assert words in found.words
    assert found.remedy


@pytest.mark.parametrize("fact", ["Disk", "Volume", "SharedVolume", "Jobs", "EventsWorker", "Words", "Json"])
def test_a_failure_to_read_what_hvtui_shows_is_a_warning_in_the_hosts_words(facts: Facts, fact: str) -> None:
    facts[fact] = {"Failure": DENIED}
    warnings = [check for check in judged(facts).values() if check.verdict is Verdict.WARNING]
    assert warnings
    assert all("Zugriff verweigert (Unspecified,X)" in check.words and check.remedy for check in warnings)


@pytest.mark.parametrize(
    ("fact", "check"),
    [
        ("Rights", "rights"),
        ("Rights", "elevation"),
        ("Management", "service"),
        ("Management", "platform"),
        ("Parent", "cmd-shell"),
        ("Cluster", "cluster"),
        ("Quotas", "quotas"),
    ],
)
def test_a_check_that_the_user_may_not_make_is_skipped_with_the_reason(
    facts: Facts, fact: str, check: str
) -> None:
    facts[fact] = {"Failure": DENIED}
    found = judged(facts)[check]
    assert found.verdict is Verdict.SKIPPED
    assert "Zugriff verweigert (Unspecified,X)" in found.words


@pytest.mark.parametrize(
    ("fact", "absent", "check", "reason"),
    [
        ("Words", {"Secondary": []}, "secondary-status", "No VM has a secondary status just now."),
        ("Current", {"WithCheckpoints": 0}, "current", "There is no checkpoint."),
        ("Properties", {"VmTimes": [], "CheckpointTimes": []}, "creation-time", "There is no VM."),
        (
            "Management",
            {"Platform": None},
            "platform",
            "Whether Hyper-V is installed cannot be read from WMI.",
        ),
        ("Management", {"Service": ""}, "service", "The state of the service vmms cannot be read."),
        ("Management", {"Service": None}, "service", "The state of the service vmms cannot be read."),
        ("Disks", {"Tried": False}, "disks", "There are not two disk files."),
        (
            "MergeEvents",
            {"Count": 0},
            "merge-events",
            "The log has no event of a merge (19070, 19080, 19090, 19100).",
        ),
        ("SharedVolumes", {"Count": 0}, "shared-volumes", "The cluster has no Cluster Shared Volume."),
        ("Disk", {"Tried": False}, "disk", "No VM has a disk file."),
        ("Volume", {"Tried": False}, "volume", "No VM has a disk outside of Cluster Shared Volumes."),
        ("SharedVolume", {"Tried": False}, "cluster-volume", "No VM has a disk on a Cluster Shared Volume."),
        ("JobOwners", {"Count": 0}, "job-owner", "There is no job just now."),
    ],
)
def test_what_the_host_does_not_have_is_skipped_with_the_reason(
    facts: Facts, fact: str, absent: dict[str, Any], check: str, reason: str
) -> None:
    facts[fact] |= absent
    found = judged(facts)[check]
    assert (found.verdict, found.words) == (Verdict.SKIPPED, reason)


def test_the_quotas_are_skipped_where_nothing_goes_through_winrm(facts: Facts) -> None:
    facts["Quotas"] = {}
    quotas = judged(facts)["quotas"]
    assert (quotas.verdict, quotas.words) == (Verdict.SKIPPED, "The connection does not use WinRM.")


def test_the_properties_of_vms_are_skipped_where_there_is_no_vm(facts: Facts) -> None:
    facts["Vms"] = {"Count": 0, "Checkpoints": 0}
    facts["Words"] |= {"State": [], "CheckpointState": [], "CheckpointType": [], "SnapshotType": []}
    checks = judged(facts)
    for name in ("known-words", "automatic-checkpoints", "type-aliases"):
        assert (checks[name].verdict, checks[name].words) == (Verdict.SKIPPED, "There is no VM.")


def test_no_vm_and_no_group_is_a_warning_about_missing_rights(facts: Facts) -> None:
    facts["Vms"] = {"Count": 0, "Checkpoints": 0}
    facts["Rights"] |= {"HyperV": False}
    rights = judged(facts)["rights"]
    assert rights.verdict is Verdict.WARNING
    assert "Hyper-V Administrators" in rights.remedy


@pytest.mark.parametrize(
    ("id", "management", "rights", "said", "remedy"),
    [
        ("ObjectNotFound", {"Service": "Stopped"}, {}, "is stopped", "Start-Service vmms"),
        ("ObjectNotFound", {}, {"HyperV": False, "Filtered": True}, "not elevated", "LocalAccountToken"),
        (
            "ObjectNotFound",
            {},
            {"HyperV": False, "Filtered": True, "Network": False},
            "not elevated",
            "Run as administrator",
        ),
        ("Unspecified", {"Service": "", "Platform": False}, {}, "not installed", "Install"),
        ("Unspecified", {}, {"HyperV": False}, "may not manage", "Hyper-V Administrators"),
        (
            "Unspecified",
            {"Service": None, "Platform": None},
            {"Failure": DENIED},
            "cannot be asked",
            "Either",
        ),
        ("ObjectNotFound", {"Failure": DENIED}, {}, "does not answer", "elevated"),
        ("OperationFailed", {}, {}, "Zugriff", "message below"),
    ],
)
def test_vms_that_cannot_be_read_are_told_with_their_cause(
    facts: Facts, id: str, management: dict[str, Any], rights: dict[str, Any], said: str, remedy: str
) -> None:
    facts["Management"] |= management
    facts["Rights"] |= rights
    facts["Vms"] = {
        "Failure": DENIED | {"Id": f"{id},Microsoft.HyperV.PowerShell.Commands.GetVM", "Type": ""}
    }
    *_, last = findings.checks(facts, "hv01")
    assert (last.name, last.verdict) == ("vms", Verdict.FAILED)
    assert said in last.words
    assert "Zugriff verweigert" in last.words
    assert remedy in last.remedy


def test_nothing_that_could_not_be_read_is_ok(facts: Facts) -> None:
    good = {name for name, check in judged(facts).items() if check.verdict is Verdict.OK}
    for fact in set(facts) - {"Vms"}:
        checks = judged(facts | {fact: {"Failure": DENIED}})
        left = {name for name, check in checks.items() if check.verdict is Verdict.OK}
        assert left < good, fact


def test_facts_of_an_unexpected_shape_are_warnings(facts: Facts) -> None:
    shapeless: Facts = {name: {} for name in facts}
    checks = judged(shapeless)
    assert set(checks) == set(judged(facts))
    assert checks["jobs"].verdict is Verdict.WARNING


def test_every_check_of_the_host_is_for_an_assumption(facts: Facts) -> None:
    assert set(judged(facts)) <= set(CHECKED_BY)


@pytest.mark.parametrize(
    ("seconds", "verdict", "words"),
    [
        (299, Verdict.OK, "differ by 299 s"),
        (601, Verdict.WARNING, "10 minutes ahead"),
        (-601, Verdict.WARNING, "10 minutes behind"),
    ],
)
def test_the_clocks_of_host_and_client_are_compared(seconds: int, verdict: Verdict, words: str) -> None:
    here = datetime.now(UTC)
    check = clocks(here + timedelta(seconds=seconds), here)
    assert check.verdict is verdict
    assert words in check.words


def test_a_refresh_that_lacks_something_of_a_vm_is_a_warning_with_the_hosts_words() -> None:
    whole = inventory()
    sick = Unread(vm_id=VmId("1"), part=UnreadPart.CHECKPOINTS, words="Zugriff verweigert")
    assert refresh(whole, 1.0).verdict is Verdict.OK
    check = refresh(replace(whole, unread=(sick,)), 1.0)
    assert (check.name, check.verdict) == ("inventory", Verdict.WARNING)
    assert "Zugriff verweigert" in check.words
    check = refresh(replace(whole, incomplete="Nicht lesbar"), 1.0)
    assert (check.name, check.verdict) == ("inventory", Verdict.WARNING)
    assert "not listed: Nicht lesbar" in check.words
