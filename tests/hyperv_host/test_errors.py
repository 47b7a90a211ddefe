"""The error records of the fake cmdlets have the ids, categories and targets of real hosts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host import facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hyperv_host.engine import Result
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

SAMPLES = {
    record["case"]: record
    for record in json.loads((facts.FOLDER / "samples/error-records.real.json").read_text("utf-8"))["records"]
}
SHOW = """
try {{ $null = {} -ErrorAction Stop; 'nothing' }} catch {{
    $_.FullyQualifiedErrorId; $_.CategoryInfo.Category; $_.CategoryInfo.Activity; "$($_.TargetObject)"; '0x{{0:X8}}' -f $_.Exception.HResult; $_.Exception.GetType().Name; $_.Exception.Message
}}
"""
UNKNOWN_ID = "[guid]'11111111-2222-3333-4444-555555555555'"


def error_of(result: Result) -> tuple[str, str, list[str]]:
    """Return the error id, the category and the lines of the message."""
    assert result.lines[0] != "nothing"
    return result.lines[0], result.lines[1], [line for line in result.lines[6:] if line]


@pytest.mark.parametrize(
    ("case", "statement"),
    [
        ("Get-VM -Name <missing>", "Get-VM -Name '<NAME>'"),
        ("Get-VM -Id <missing>", f"Get-VM -Id ({UNKNOWN_ID})"),
        ("Checkpoint-VM -Name <missing>", "Checkpoint-VM -Name DC01"),
    ],
)
def test_the_error_for_a_missing_vm_is_that_of_a_real_host(
    run: Callable[[str], Result], case: str, statement: str
) -> None:
    error_id, category, message = error_of(run(SHOW.format(statement)))

    assert (error_id, category) == (SAMPLES[case]["fqid"], SAMPLES[case]["cat"])
    if expected := SAMPLES[case].get("message"):
        assert message == [expected]


def test_an_error_has_the_cmdlet_and_its_argument_as_activity_and_target(
    run: Callable[[str], Result],
) -> None:
    assert run(SHOW.format("Hyper-V\\Get-VM nobody")).lines[2:4] == ["Get-VM", "nobody"]


def test_the_error_without_hyper_v_rights_is_that_of_a_real_host(
    run: Callable[[str], Result], host: Host
) -> None:
    host.set_rights(granted=False)
    sample = SAMPLES["caller lacks Hyper-V rights"]

    error_id, category, message = error_of(run(SHOW.format("Get-VM")))

    assert (error_id, category) == (sample["fqid"], sample["cat"])
    assert message == [sample["message"].replace("<HOST>", "HV-DEMO-01")]


@pytest.mark.parametrize(
    ("case", "setting", "production_possible"),
    [
        ("checkpoints disabled on VM", "Disabled", True),
        ("production checkpoint impossible", "ProductionOnly", False),
    ],
)
def test_the_error_for_a_checkpoint_that_is_not_possible_is_that_of_a_real_host(
    run: Callable[[str], Result], host: Host, case: str, setting: str, *, production_possible: bool
) -> None:
    vm_id = host.vm_id("web-01")
    host.set_vm(vm_id, checkpoint_type=setting, production_possible=production_possible)

    error_id, category, message = error_of(run(SHOW.format("Checkpoint-VM -VM (Get-VM)")))

    assert (error_id, category) == (
        "OperationFailed,Microsoft.HyperV.PowerShell.Commands.CheckpointVM",
        "NotSpecified",
    )
    expected = [
        line.replace("<VM>", "web-01").replace("<GUID>", vm_id.upper())
        for line in SAMPLES[case]["message_lines"]
    ]
    assert {message[0], message[-1]} <= set(expected)


CODES = {  # facts §8 [DEC]
    32768: ("OperationFailed", "NotSpecified"),
    32769: ("AccessDenied", "PermissionDenied"),
    32770: ("NotSupported", "InvalidOperation"),
    32772: ("OperationTimeout", "OperationTimeout"),
    32773: ("InvalidParameter", "InvalidArgument"),
    32774: ("ObjectInUse", "ResourceBusy"),
    32775: ("InvalidState", "InvalidOperation"),
    32776: ("StatusIncorrectType", "InvalidOperation"),
    32777: ("StatusUnavailable", "ResourceUnavailable"),
    32778: ("OutOfMemory", "FromStdErr"),
    32779: ("ObjectNotFound", "ObjectNotFound"),
    32783: ("RebootRequired", "FromStdErr"),
    32789: ("ObjectNotFound", "ObjectNotFound"),
    32771: ("Unspecified", "NotSpecified"),
}


@pytest.mark.parametrize("late", [False, True])
def test_each_return_code_has_its_error_id_and_category(
    run: Callable[[str], Result], host: Host, *, late: bool
) -> None:
    for code in CODES:
        host.fail_next("save", code, "first", "second (0x80070070)", hresult=0x80070070, late=late)

    one = SHOW.format("Save-VM -VM $vm").replace("\n", " ")
    result = run(f"$vm = Get-VM\nforeach ($code in 1..{len(CODES)}) {{ {one} }}")

    lines = [line for line in result.lines if line]
    records = [lines[start : start + 8] for start in range(0, len(lines), 8)]
    assert {code: (record[0], record[1]) for code, record in zip(CODES, records, strict=True)} == {
        code: (f"{error_id},Microsoft.HyperV.PowerShell.Commands.SaveVM", category)
        for code, (error_id, category) in CODES.items()
    }
    assert {tuple(record[4:]) for record in records} == {
        ("0x80070070", "VirtualizationException", "first", "second (0x80070070)")
    }


@pytest.mark.parametrize(
    ("case", "code"),
    [("Get-VHD on a disk in use elsewhere", 32774), ("Get-VHD on an unreadable disk", 32768)],
)
def test_the_error_for_an_unreadable_disk_is_that_of_a_real_host(
    run: Callable[[str], Result], host: Host, case: str, code: int
) -> None:
    host.make_unreadable("D:\\Hyper-V\\web-01\\web-01.vhdx", code)

    error_id, category, _ = error_of(run(SHOW.format("Get-VHD -Path 'd:\\hyper-v\\WEB-01\\web-01.vhdx'")))

    assert (error_id, category) == (SAMPLES[case]["fqid"], SAMPLES[case]["cat"])


def test_a_cmdlet_continues_after_an_error_with_silently_continue(run: Callable[[str], Result]) -> None:
    result = run("$found = Get-VM nobody, web-01 -ErrorAction SilentlyContinue; $found.Name; $Error.Count")

    assert result.lines == ["web-01", "1"]


def test_a_cmdlet_uses_the_error_preference_of_its_caller(run: Callable[[str], Result]) -> None:
    result = run(
        "& { $ErrorActionPreference = 'Stop'; try { Get-VM nobody; 'continued' } catch { 'stopped' } }"
    )

    assert result.lines == ["stopped"]


CIM = "Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand"
OTHERS = {
    "Get-CimInstance Nothing": f"HRESULT 0x80041010,{CIM}",
    "Get-CimInstance Win32_OperatingSystem -Filter 'Colour=1'": f"HRESULT 0x80041017,{CIM}",
    "Get-CimInstance Win32_OperatingSystem -Namespace root/nowhere": f"HRESULT 0x8004100e,{CIM}",
    "Get-Volume -FilePath '\\\\server\\share'": "CmdletizationQuery_NotFound,Get-Volume",
    "Get-Cluster": "Get-Cluster,Microsoft.FailoverClusters.PowerShell.GetClusterCommand",
    "Get-ClusterGroup": "Get-ClusterGroup,Microsoft.FailoverClusters.PowerShell.GetClusterGroupCommand",
    "Get-WinEvent -LogName Microsoft-Windows-Hyper-V-VMMS-Admin": (
        "NoMatchingEventsFound,Microsoft.PowerShell.Commands.GetWinEventCommand"
    ),
}


def test_cmdlets_of_other_modules_have_real_error_ids(run: Callable[[str], Result]) -> None:
    attempts = "\n".join(
        f"try {{ $null = {one} -ErrorAction Stop; 'no error' }} catch {{ $_.FullyQualifiedErrorId }}"
        for one in OTHERS
    )
    assert dict(zip(OTHERS, run(attempts).lines, strict=True)) == OTHERS


def test_a_confirmation_prompt_is_an_error_in_noninteractive_mode(
    run: Callable[[str], Result], host: Host
) -> None:
    result = run("Restore-VMSnapshot -VMSnapshot @(Get-VMSnapshot -VM (Get-VM))[0]")

    assert "NonInteractive" in result.errors
    assert host.state()["ran"] == []
