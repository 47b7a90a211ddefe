"""What each cmdlet means by its parameters, and what it asks of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hyperv_host.engine import Answer
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


def test_what_is_found(run: Callable[[str], Answer]) -> None:
    shown = "\n".join(
        f"[string]::Join('|', @({statement} | ForEach-Object {{ $_.Name }}))" for statement in FOUND
    )
    answer = run(f"$vm = Get-VM; $first, $null, $last = Get-VMSnapshot -VM $vm\n{shown}")

    assert answer.errors == ""
    assert dict(zip(FOUND, answer.lines, strict=True)) == {
        key: "|".join(value) for key, value in FOUND.items()
    }


@pytest.mark.parametrize("narrowing", ["-Name nothing", "-SnapshotType Recovery"])
def test_no_such_checkpoint_is_an_error_only_when_asked_for(
    run: Callable[[str], Answer], narrowing: str
) -> None:
    answer = run(
        f"Get-VMSnapshot -VM (Get-VM) {narrowing} -ErrorAction SilentlyContinue; $Error[0].FullyQualifiedErrorId"
    )

    assert answer.lines == ["ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.GetVMSnapshot"]


@pytest.mark.parametrize(
    ("statement", "left"),
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
def test_what_remove_takes(run: Callable[[str], Answer], host: Host, statement: str, left: list[str]) -> None:
    answer = run(f"$vm = Get-VM; $first = @(Get-VMSnapshot -VM $vm)[0]\n{statement}")

    assert (answer.errors, names(host)) == ("", left)


def test_checkpoint_takes_and_then_renames(run: Callable[[str], Answer], host: Host) -> None:
    answer = run("Checkpoint-VM -VM (Get-VM) -SnapshotName mine -Passthru | ForEach-Object { $_.Name }")

    assert answer.lines == ["mine"]
    assert [call.verb for call in host.calls("take_checkpoint", "rename")] == ["take_checkpoint", "rename"]


def test_a_bad_name_leaves_a_checkpoint_of_the_services_own(run: Callable[[str], Answer], host: Host) -> None:
    answer = run("Checkpoint-VM -VM (Get-VM) -SnapshotName ('x' * 101)")

    assert "1 to 100" in answer.errors
    assert names(host)[-1] == "web-01 - (3/2/2026 - 10:00:00 AM)"


def test_passthru_may_give_nothing(run: Callable[[str], Answer], host: Host) -> None:
    host.set_results_lost()

    answer = run("@(Checkpoint-VM -VM (Get-VM) -Passthru).Count")

    assert (answer.lines, answer.errors, len(names(host))) == (["0"], "", 4)


def test_as_job_with_passthru_is_refused(run: Callable[[str], Answer]) -> None:
    answer = run(
        "Checkpoint-VM -VM (Get-VM) -AsJob -Passthru -ErrorAction SilentlyContinue; $Error[0].FullyQualifiedErrorId"
    )

    assert answer.lines == ["InvalidParameter,Microsoft.HyperV.PowerShell.Commands.CheckpointVM"]


def test_by_name_rename_wants_exactly_one(run: Callable[[str], Answer], host: Host) -> None:
    answer = run("""
        Rename-VMSnapshot -VMName web-01 -Name 'b*' -NewName renamed
        foreach ($name in 'nothing', '*') {
            Rename-VMSnapshot -VMName web-01 -Name $name -NewName twice -ErrorAction SilentlyContinue
            $Error[0].FullyQualifiedErrorId.Split(',')[0]
        }
    """)

    assert answer.lines == ["ObjectNotFound", "InvalidParameter"]
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
def test_power(run: Callable[[str], Answer], host: Host, state: str, statement: str, ran: list[str]) -> None:
    host.set_vm(host.vm_id("web-01"), state=state)

    answer = run(f"$vm = Get-VM\n{statement}")

    assert (answer.errors, [verb for verb, *_ in host.state()["ran"]]) == ("", ran)


def test_what_is_so_already_is_a_warning(run: Callable[[str], Answer], host: Host) -> None:
    answer = run(
        "Start-VM -VM (Get-VM) -WarningVariable said -WarningAction SilentlyContinue; $said.Count; $Error.Count"
    )

    assert (answer.lines, host.state()["ran"]) == (["1", "0"], [])


@pytest.mark.parametrize(("force", "ran"), [("", []), ("-Force", ["turn_off"])])
def test_a_guest_that_cannot_be_asked(
    run: Callable[[str], Answer], host: Host, force: str, ran: list[str]
) -> None:
    host.set_vm(host.vm_id("web-01"), shutdown_ok=False)

    answer = run(f"Stop-VM -VM (Get-VM) -Confirm:$false {force}")

    assert ("NonInteractive" in answer.errors) == (not force)
    assert [verb for verb, *_ in host.state()["ran"]] == ran


def test_a_running_merge_is_seen_as_a_job(run: Callable[[str], Answer], host: Host) -> None:
    host.set_durations(merge=100)
    host.delete(host.checkpoint_id("Before CU-11"))
    host.advance(25)

    answer = run(r"""
        $job = Get-CimInstance -Namespace root\virtualization\v2 -ClassName Msvm_ConcreteJob -Filter 'JobType=50'
        $tie = Get-CimInstance -Namespace root\virtualization\v2 -Query 'select * from Msvm_AffectedJobElement'
        "$($job.JobState) $($job.PercentComplete)"
        $tie.AffectingElement.InstanceID -eq $job.InstanceID
        [guid]$tie.AffectedElement.Name -eq (Get-VM).Id
        "$((Get-VM).SecondaryOperationalStatus)"
    """)

    assert answer.lines == ["4 25", "True", "True", "MergingDisks"]


def test_each_cmdlet_is_counted_once_with_what_it_was_aimed_at(
    run: Callable[[str], Answer], host: Host
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


def test_events_are_found_by_log_number_time_and_path(run: Callable[[str], Answer], host: Host) -> None:
    log = "Microsoft-Windows-Hyper-V-VMMS-Admin"
    for vm_id, ago in (("AAAA", 10.0), ("BBBB", 7200.0)):
        body = f"<UserData><VmlEventLog><VmId>{vm_id}</VmId></VmlEventLog></UserData>"
        host.add_event(
            log, 19100, f"<Event xmlns='http://x'><System/>{body}</Event>".replace("'", '"'), seconds_ago=ago
        )

    answer = run(f"""
        function Show {{ ([xml]$args[0].ToXml()).Event.UserData.VmlEventLog.VmId }}
        Get-WinEvent -LogName {log} | ForEach-Object {{ Show $_ }}
        Get-WinEvent -LogName {log} -FilterXPath "*[UserData[VmlEventLog[(VmId='BBBB')]]]" | ForEach-Object {{ Show $_ }}
        Get-WinEvent -LogName {log} -FilterXPath '*[System[TimeCreated[timediff(@SystemTime) <= 3600000]]]' -ErrorAction SilentlyContinue
        Get-WinEvent -FilterHashtable @{{ LogName = '{log}'; Id = 1 }} -ErrorAction SilentlyContinue
        $Error[0].FullyQualifiedErrorId.Split(',')[0]
    """)

    assert answer.lines == ["AAAA", "BBBB", "BBBB", "NoMatchingEventsFound"]
