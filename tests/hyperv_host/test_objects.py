"""The objects that the fake cmdlets return have exactly the properties and types of the real classes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host import facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hyperv_host.engine import Result
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

EXPRESSIONS = {
    "VirtualMachine": "$vm",
    "VMSnapshot": "$checkpoint",
    "HardDiskDrive": "@(Get-VMHardDiskDrive -VM $vm)[0]",
    "VirtualHardDisk": "@(Get-VHD -VMId $vm.Id)[0]",
    "VMIntegrationComponent": "@(Get-VMIntegrationService -VM $vm)[0]",
    "VMHost": "Get-VMHost",
}
ADDED_BY_TYPES_FILE = {  # facts §1, §2
    "VirtualMachine": {
        "VMName", "VMId", "CheckpointFileLocation", "ParentCheckpointId", "ParentCheckpointName",
    },
    "VMSnapshot": {"CheckpointType", "ParentCheckpointId", "ParentCheckpointName"},
}  # fmt: skip
FIRST = "$vm = Get-VM\n$checkpoint = @(Get-VMSnapshot -VM $vm)[0]\n"


def test_objects_have_the_properties_of_the_real_classes(run: Callable[[str], Result]) -> None:
    result = run(f"""{FIRST}
        foreach ($object in {", ".join(f"({expression})" for expression in EXPRESSIONS.values())}) {{
            $names = foreach ($property in $object.PSObject.Properties) {{ $property.Name }}
            [string]::Join(' ', @($object.GetType().FullName) + $names)
        }}
    """)

    seen = {line.split()[0]: set(line.split()[1:]) for line in result.lines}
    assert seen == {
        facts.type_names()[name]: set(facts.hyperv()["classes"][name]) | ADDED_BY_TYPES_FILE.get(name, set())
        for name in EXPRESSIONS
    }


def test_values_have_the_types_of_the_real_properties(run: Callable[[str], Result], host: Host) -> None:
    host.set_vm(host.vm_id("web-01"), state="PausedCritical")
    result = run(f"""{FIRST}
        foreach ($value in $vm.Id, $vm.CreationTime, $vm.Uptime, $vm.MemoryAssigned, $vm.State, $vm.ParentSnapshotId,
            $vm.OperationalStatus, $vm.StatusDescriptions, $vm.ProcessorCount, $vm.AutomaticCheckpointsEnabled,
            (Get-VHD -VMId $vm.Id).FileSize, $checkpoint.SnapshotType, (Get-VMHardDiskDrive -VM $vm).ControllerType) {{
            $value.GetType().FullName
        }}
        $vm.CreationTime.Kind
        "$($vm.State) $([int]$vm.State)"
        $null -eq $checkpoint.ParentSnapshotId
    """)

    space = "Microsoft.HyperV.PowerShell"
    assert result.lines == [
        "System.Guid", "System.DateTime", "System.TimeSpan", "System.Int64", f"{space}.VMState", "System.Guid",
        f"{space}.VMOperationalStatus[]", "System.String[]", "System.Int64", "System.Boolean", "System.UInt64",
        f"{space}.SnapshotType", f"{space}.ControllerType", "Local", "PausedCritical 32789", "True",
    ]  # fmt: skip


def test_times_are_those_of_the_simulated_host(run: Callable[[str], Result]) -> None:
    result = run(f"{FIRST} $checkpoint.CreationTime.ToUniversalTime().ToString('o')")

    # 30 days before the start of the manual clock
    assert datetime.fromisoformat(result.lines[0][:19]).replace(tzinfo=UTC) == datetime(
        2026, 1, 31, 9, tzinfo=UTC
    )


def test_the_status_applying_is_a_number_without_a_name(run: Callable[[str], Result], host: Host) -> None:
    host.set_vm(host.vm_id("web-01"), state="Off")
    host.set_durations(apply=60)
    host.do("apply", host.checkpoint_id("Clean install"))

    result = run('$vm = Get-VM; foreach ($one in $vm.OperationalStatus) { "$one $([int]$one)" }')

    assert result.lines == ["InService 11", "32769 32769"]  # facts §1: WMI's number, which the enum lacks


NAMES = [
    "2026-03-02T09:00:00Z", "/Date(1234567890000)/", "a\\b", "tab\tand\x1fmore", 'q"', "€ 🦊 \u202e", " x ", "[*]",
]  # fmt: skip


def test_names_are_not_changed_by_the_protocol(run: Callable[[str], Result], host: Host) -> None:
    codes = "', '".join(name.encode("utf-16-be").hex(" ", 2) for name in NAMES)
    result = run(f"""{FIRST}
        foreach ($code in '{codes}') {{
            $name = [string]::new([char[]]@($code.Split(' ') | ForEach-Object {{ [Convert]::ToInt32($_, 16) }}))
            Rename-VMSnapshot -VMSnapshot $checkpoint -NewName $name
            (Get-VMSnapshot -Id $checkpoint.Id).Name -ceq $name
        }}
    """)

    assert result.lines == ["True"] * len(NAMES)
    assert [call.arguments[1] for call in host.calls("rename")] == NAMES
