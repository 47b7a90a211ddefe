"""Real objects of VMM, recorded at two installations, through the scripts' rows and the parser."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.model import CheckpointKind, Inventory, Obstacle, VmDisks, VmState
from hvtui.backends.powershell.program import OBJECTS
from hvtui.backends.scvmm import disks, jobs, parse
from hvtui.backends.scvmm.program import HERE

if TYPE_CHECKING:
    from tests.hyperv_host.engine import Engine

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]

SAMPLES = Path(__file__).parents[1] / "facts" / "samples"
SCRIPT = r"""
function Stop-Operation($Id, $Message) { throw "$Id $Message" }
$vms = @((Read-Sample 'scvmm-vms').vms) + @((Read-Sample 'scvmm-trees').vms | ForEach-Object {
    $_ | Add-Member Status $_.StatusString -PassThru |
        Add-Member VirtualMachineState $_.VirtualMachineStateString -PassThru |
        Add-Member VMId $(if ($_.VMCPath -match '[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}') { $Matches[0] }) -PassThru
})
$checkpoints = @((Read-Sample 'scvmm-checkpoint-objects').checkpoints) + @((Read-Sample 'scvmm-trees').vms.VMCheckpoints)
foreach ($checkpoint in $checkpoints) {
    if ("$($checkpoint.AddedTime)" -match '^/Date\((\d+)\)/$') {
        $checkpoint.AddedTime = [DateTimeOffset]::FromUnixTimeMilliseconds([long] $Matches[1]).LocalDateTime
    }
}
$jobs = (Read-Sample 'scvmm-jobs').jobs | ForEach-Object { $_.ErrorInfo = $null; $_ }
$disks = foreach ($vm in (Read-Sample 'scvmm-disks').vms) {
    @{ Id = $vm.ID; Files = @($vm.VirtualHardDisks | ForEach-Object { @{
        Path = $_.Location; Size = $_.Size; Differencing = ($_.VHDType -eq 3); Parent = [string] $_.ParentDisk; VolumeId = "$($_.HostVolumeId)"
    } }) }
}
ConvertTo-Json -Compress -Depth 8 @{
    Vms = @($vms | Where-Object { -not (Test-InLibrary $_) } | ForEach-Object { Get-VmRow $_ })
    Checkpoints = @($checkpoints | ForEach-Object { Get-CheckpointRow $_ })
    Jobs = @($jobs | ForEach-Object { Get-JobRow $_ })
    Volumes = @((Read-Sample 'scvmm-fabric').hosts[0].DiskVolumes | ForEach-Object { Get-VolumeRow $_ })
    Disks = @($disks)
}
"""


@pytest.fixture(scope="module")
def rows(powershell: Engine) -> dict[str, Any]:
    own = OBJECTS.read_text("utf-8") + "".join(
        (HERE / name).read_text("utf-8") for name in ("rows.ps1", "rights.ps1")
    )
    reader = (
        f"function Read-Sample($Name) {{ [IO.File]::ReadAllText('{SAMPLES}/' + $Name + '.real.json')"
        " | ConvertFrom-Json }\n"
    )
    answer = powershell.run(own + reader + SCRIPT)
    assert answer.code == 0 and not answer.errors, answer.errors
    found: dict[str, Any] = json.loads("".join(answer.lines))
    return found


@pytest.fixture
def found(rows: dict[str, Any]) -> Inventory:
    server = {"Name": "vmm01", "Profile": "Administrator", "Offset": -420, "Incomplete": "", "Unread": []}
    return parse.inventory({"Server": server, "Hosts": [], "Unread": [], **rows})


def test_a_vm_of_the_library_is_left_out(found: Inventory) -> None:
    names = [vm.name for vm in found.vms]
    assert "base" not in names
    assert {"web-01", "app-01", "db-01", "old-01", "core-01", "linux-01"} <= set(names)


def test_the_state_is_the_power_state_and_trouble_is_an_obstacle(found: Inventory) -> None:
    vms = {vm.name: vm for vm in found.vms}
    assert (vms["web-01"].state, vms["web-01"].obstacle) == (VmState.RUNNING, None)
    assert (vms["app-01"].state, vms["app-01"].status_text) == (VmState.OFF, "Stopped")
    assert (vms["old-01"].state, vms["old-01"].obstacle) == (VmState.UNKNOWN, Obstacle.MISSING)
    assert vms["web-01"].host == "hv01.corp.example"
    assert vms["web-01"].place == "All Hosts\\Host Group A"
    assert vms["web-01"].memory_assigned == 512 * 2**20
    assert vms["web-01"].uptime_seconds is None


def test_a_vm_without_a_checkpoint_runs_on_none_and_another_on_the_one_that_vmm_names(
    found: Inventory,
) -> None:
    vms = {vm.name: vm for vm in found.vms}
    assert vms["web-01"].current is None
    current = found.checkpoint(vms["app-01"].current)
    assert current and current.name == "app-00 - (05/06/2014 15:08:44)"


def test_every_tree_has_one_root_or_more_and_no_unknown_parent(found: Inventory) -> None:
    for checkpoint in found.checkpoints:
        parent = found.checkpoint(checkpoint.parent)
        assert checkpoint.parent is None or (parent and parent.vm_id == checkpoint.vm_id)
    linux = [c for c in found.checkpoints if c.name.startswith("linux-01")]
    assert [c.parent is None for c in linux].count(True) == 1


def test_neither_kind_nor_memory_of_a_checkpoint_is_told(found: Inventory) -> None:
    assert {(c.kind, c.with_memory) for c in found.checkpoints} == {(CheckpointKind.NOT_TOLD, None)}


def test_the_time_of_a_checkpoint_is_when_it_was_made(found: Inventory) -> None:
    (made,) = [c for c in found.checkpoints if c.name == "db-01 - (5/13/2014 - 10:51:35 AM)"]
    assert made.created == datetime(2014, 5, 13, 14, 51, 46, 433000, tzinfo=UTC)


def test_a_job_that_ended_says_how(rows: dict[str, Any]) -> None:
    failed, *_, refresh = [jobs.job(row) for row in rows["Jobs"]]
    assert (failed.cmdlet, failed.running, failed.succeeded) == ("Set-SCVirtualMachine", False, False)
    assert (refresh.running, refresh.succeeded, refresh.percent) == (False, True, 100)
    assert refresh.activity.value == "none"


def test_a_file_is_on_its_volume_and_a_file_of_a_share_on_none(rows: dict[str, Any]) -> None:
    def read(name: str) -> VmDisks:
        (row,) = [row for row in rows["Disks"] if row["Files"][0]["Path"].startswith(name)]
        more = {"AsOf": "", "Checkpoints": [], "Drives": [], "UnreadDrives": [], "Volumes": rows["Volumes"]}
        (vm,) = disks.disks({"Vms": [{**more, "VmId": row["Id"], "Files": row["Files"]}]})
        return vm

    linux, saved = read("G:\\linux-01"), read("\\\\files01")
    volume = linux.volume_of(linux.files[0])
    assert volume and (volume.name, volume.free) == ("G:", 650631823360)
    assert linux.files[0].differencing
    assert saved.volume_of(saved.files[0]) is None
