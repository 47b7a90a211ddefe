"""The parameters of the fake cmdlets, and the calls that they send to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hyperv_host.engine import Result
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

ALL = ["Clean install", "Old branch", "Before CU-11"]


def names(host: Host) -> list[str]:
    return [checkpoint["name"] for checkpoint in host.state()["checkpoints"].values()]


FOUND = {
    "Get-VM": ["web-01"],
    "Get-VM -Name WEB-*": ["web-01"],
    "Get-VM -Name db-*": [],  # facts §1: a pattern that matches nothing gives no output and no error
    "Get-VMSnapshot *": ALL,
    "Get-VMSnapshot -VMName web-01 -Name 'before*'": ["Before CU-11"],
    "Get-VMSnapshot -VM $vm -SnapshotType Standard": ALL,
    "Get-VMSnapshot -ParentOf $vm": ["Before CU-11"],
    "Get-VMSnapshot -ParentOf $last": ["Clean install"],
    "Get-VMSnapshot -ChildOf $first": ["Old branch", "Before CU-11"],
    "$vm | Get-VMSnapshot": ALL,
    "Get-VMCheckpoint -VM $vm -Name 'Old branch'": ["Old branch"],
}


def test_get_vm_and_get_vmsnapshot_find_what_their_parameters_specify(run: Callable[[str], Result]) -> None:
    shown = "\n".join(
        f"[string]::Join('|', @({statement} | ForEach-Object {{ $_.Name }}))" for statement in FOUND
    )
    result = run(f"$vm = Get-VM; $first, $null, $last = Get-VMSnapshot -VM $vm\n{shown}")

    assert result.errors == ""
    assert dict(zip(FOUND, result.lines, strict=True)) == {
        key: "|".join(value) for key, value in FOUND.items()
    }


@pytest.mark.parametrize("filtering", ["-Name nothing", "-SnapshotType Recovery"])
def test_a_filter_that_matches_no_checkpoint_is_an_error(
    run: Callable[[str], Result], filtering: str
) -> None:
    result = run(
        f"Get-VMSnapshot -VM (Get-VM) {filtering} -ErrorAction SilentlyContinue; $Error[0].FullyQualifiedErrorId"
    )

    assert result.lines == ["ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.GetVMSnapshot"]


@pytest.mark.parametrize(
    ("statement", "remaining"),
    [
        ("Remove-VMSnapshot -VM $vm", []),  # facts §4: no -Name is every checkpoint
        ("Remove-VMSnapshot -VM $vm -IncludeAllChildSnapshots", []),
        ("Remove-VMSnapshot web-01", []),
        ("Remove-VMSnapshot -VM $vm -Name 'b*', 'o*'", ["Clean install"]),
        ("Remove-VMSnapshot -VM $vm -Name nothing", ALL),
        ("Remove-VMSnapshot -VMSnapshot $first", ["Old branch", "Before CU-11"]),
        ("Remove-VMSnapshot -VMSnapshot $first -IncludeAllChildCheckpoints", []),
        ("$first | Remove-VMSnapshot -WhatIf", ALL),
    ],
)
def test_remove_vmsnapshot_removes_what_its_parameters_specify(
    run: Callable[[str], Result], host: Host, statement: str, remaining: list[str]
) -> None:
    result = run(f"$vm = Get-VM; $first = @(Get-VMSnapshot -VM $vm)[0]\n{statement}")

    assert (result.errors, names(host)) == ("", remaining)


def test_checkpoint_vm_takes_a_checkpoint_and_then_renames_it(
    run: Callable[[str], Result], host: Host
) -> None:
    result = run("Checkpoint-VM -VM (Get-VM) -SnapshotName mine -Passthru | ForEach-Object { $_.Name }")

    assert result.lines == ["mine"]
    assert [call.verb for call in host.calls("take_checkpoint", "rename")] == ["take_checkpoint", "rename"]


def test_after_a_refused_name_the_checkpoint_has_its_default_name(
    run: Callable[[str], Result], host: Host
) -> None:
    result = run("Checkpoint-VM -VM (Get-VM) -SnapshotName ('x' * 101)")

    assert "1 to 100" in result.errors
    assert names(host)[-1] == "web-01 - (3/2/2026 - 10:00:00 AM)"


def test_passthru_returns_nothing_when_the_job_has_no_result(
    run: Callable[[str], Result], host: Host
) -> None:
    host.set_results_lost()

    result = run("@(Checkpoint-VM -VM (Get-VM) -Passthru).Count")

    assert (result.lines, result.errors, len(names(host))) == (["0"], "", 4)


def test_as_job_with_passthru_is_refused(run: Callable[[str], Result]) -> None:
    result = run(
        "Checkpoint-VM -VM (Get-VM) -AsJob -Passthru -ErrorAction SilentlyContinue; $Error[0].FullyQualifiedErrorId"
    )

    assert result.lines == ["InvalidParameter,Microsoft.HyperV.PowerShell.Commands.CheckpointVM"]


def test_rename_by_name_requires_exactly_one_match(run: Callable[[str], Result], host: Host) -> None:
    result = run("""
        Rename-VMSnapshot -VMName web-01 -Name 'b*' -NewName renamed
        foreach ($name in 'nothing', '*') {
            Rename-VMSnapshot -VMName web-01 -Name $name -NewName twice -ErrorAction SilentlyContinue
            $Error[0].FullyQualifiedErrorId.Split(',')[0]
        }
    """)

    assert result.lines == ["ObjectNotFound", "InvalidParameter"]
    assert names(host) == ["Clean install", "Old branch", "renamed"]


@pytest.mark.parametrize(
    ("state", "statement", "ran"),
    [
        ("Off", "Start-VM -VM $vm", ["start"]),
        ("Running", "Save-VM -VM $vm", ["save"]),
        ("Running", "Stop-VM -VM $vm -Save", ["save"]),
        ("Running", "Stop-VM -VM $vm -TurnOff", ["turn_off"]),
        ("Running", "Stop-VM -VM $vm", ["shut_down"]),
    ],
)
def test_each_power_cmdlet_calls_its_verb(
    run: Callable[[str], Result], host: Host, state: str, statement: str, ran: list[str]
) -> None:
    host.set_vm(host.vm_id("web-01"), state=state)

    result = run(f"$vm = Get-VM\n{statement}")

    assert (result.errors, [verb for verb, *_ in host.state()["ran"]]) == ("", ran)


def test_starting_a_running_vm_is_a_warning(run: Callable[[str], Result], host: Host) -> None:
    result = run(
        "Start-VM -VM (Get-VM) -WarningVariable warnings -WarningAction SilentlyContinue; $warnings.Count; $Error.Count"
    )

    assert (result.lines, host.state()["ran"]) == (["1", "0"], [])


@pytest.mark.parametrize(("force", "ran"), [("", []), ("-Force", ["turn_off"])])
def test_a_vm_whose_guest_does_not_respond_is_turned_off_only_with_force(
    run: Callable[[str], Result], host: Host, force: str, ran: list[str]
) -> None:
    host.set_vm(host.vm_id("web-01"), shutdown_ok=False)

    result = run(f"Stop-VM -VM (Get-VM) -Confirm:$false {force}")

    assert ("NonInteractive" in result.errors) == (not force)
    assert [verb for verb, *_ in host.state()["ran"]] == ran


def test_a_running_merge_is_a_job_in_wmi(run: Callable[[str], Result], host: Host) -> None:
    host.set_durations(merge=100)
    host.delete(host.checkpoint_id("Before CU-11"))
    host.advance(25)

    result = run(r"""
        $job = Get-CimInstance -Namespace root\virtualization\v2 -ClassName Msvm_ConcreteJob -Filter 'JobType=50'
        $affected = Get-CimInstance -Namespace root\virtualization\v2 -Query 'select * from Msvm_AffectedJobElement'
        "$($job.JobState) $($job.PercentComplete)"
        $affected.AffectingElement.InstanceID -eq $job.InstanceID
        [guid]$affected.AffectedElement.Name -eq (Get-VM).Id
        "$((Get-VM).SecondaryOperationalStatus)"
    """)

    assert result.lines == ["4 25", "True", "True", "MergingDisks"]


def test_each_invocation_of_a_cmdlet_is_recorded_once_with_its_targets(
    run: Callable[[str], Result], host: Host
) -> None:
    run("""
        $vm = Get-VM
        $found = @(Get-VMSnapshot -VM $vm)
        $found | Get-VMHardDiskDrive | ForEach-Object { Get-VHD -Path $_.Path } | Out-Null
        $null = Get-Volume -FilePath 'D:\\'
    """)

    checkpoints = list(host.state()["checkpoints"])
    assert [cmdlet.name for cmdlet in host.cmdlets()] == [
        "Get-VM", "Get-VMSnapshot", "Get-VMHardDiskDrive", "Get-VHD", "Get-VHD", "Get-VHD", "Get-Volume",
    ]  # fmt: skip
    assert host.cmdlets("Get-VMSnapshot")[0].targets == [host.vm_id("web-01")]
    assert host.cmdlets("Get-VMHardDiskDrive")[0].targets == checkpoints


def test_events_are_found_by_log_id_time_and_xpath(run: Callable[[str], Result], host: Host) -> None:
    log = "Microsoft-Windows-Hyper-V-VMMS-Admin"
    for vm_id, ago in (("AAAA", 10.0), ("BBBB", 7200.0)):
        body = f"<UserData><VmlEventLog><VmId>{vm_id}</VmId></VmlEventLog></UserData>"
        host.add_event(
            log, 19100, f"<Event xmlns='http://x'><System/>{body}</Event>".replace("'", '"'), seconds_ago=ago
        )

    result = run(f"""
        function Show {{ ([xml]$args[0].ToXml()).Event.UserData.VmlEventLog.VmId }}
        Get-WinEvent -LogName {log} | ForEach-Object {{ Show $_ }}
        Get-WinEvent -LogName {log} -FilterXPath "*[UserData[VmlEventLog[(VmId='BBBB')]]]" | ForEach-Object {{ Show $_ }}
        Get-WinEvent -LogName {log} -FilterXPath '*[System[TimeCreated[timediff(@SystemTime) <= 3600000]]]' -ErrorAction SilentlyContinue
        Get-WinEvent -FilterHashtable @{{ LogName = '{log}'; Id = 1 }} -ErrorAction SilentlyContinue
        $Error[0].FullyQualifiedErrorId.Split(',')[0]
    """)

    assert result.lines == ["AAAA", "BBBB", "BBBB", "NoMatchingEventsFound"]
