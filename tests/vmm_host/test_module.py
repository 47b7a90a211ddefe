"""The fake module VirtualMachineManager, on a real PowerShell: signatures, error records, and that it is the only one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host import facts
from tests.hyperv_host.conftest import powershell
from tests.vmm_host.module import CMDLETS, prelude
from tests.vmm_host.server import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hyperv_host.engine import Engine, Result
    from tests.vmm_host.vmm import Vmm

__all__ = ["powershell"]

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]
REAL = json.loads((Path(__file__).parents[1] / "facts/samples/scvmm-errors.real.json").read_text("utf-8"))[
    "records"
][0]


@pytest.fixture(scope="module")
def serving_vmm() -> Iterator[Vmm]:
    with serving() as started:
        yield started


@pytest.fixture
def vmm(serving_vmm: Vmm) -> Vmm:
    serving_vmm.reset()
    return serving_vmm


@pytest.fixture
def run(powershell: Engine, vmm: Vmm) -> Callable[[str], Result]:
    return lambda script: powershell.run(prelude(vmm.port) + script)


def test_each_cmdlet_has_the_parameter_sets_of_the_facts(run: Callable[[str], Result]) -> None:
    result = run(
        f"foreach ($name in {', '.join(repr(name) for name in CMDLETS)}) {{"
        " foreach ($set in (Get-Command $name).ResolvedCommand.ParameterSets) {"
        ' foreach ($p in $set.Parameters) { "$name|$($set.Name)|$($p.Name)|$($p.IsMandatory)" } } }'
    )
    common = {"WhatIf", "Confirm"}
    seen: dict[str, dict[str, dict[str, bool]]] = {}
    for line in result.lines:
        name, set_name, parameter, mandatory = line.split("|")
        seen.setdefault(name, {}).setdefault(set_name, {})[parameter] = mandatory == "True"
    for name in CMDLETS:
        real = facts.scvmm()["cmdlets"][name]["parameterSets"]
        for set_name, parameters in real.items():
            found = seen[name][set_name if set_name in seen[name] else "__AllParameterSets"]
            for parameter, fact in parameters.items():
                if parameter not in common:
                    assert found[parameter] is fact["mandatory"], f"{name} {set_name} -{parameter}"


def test_an_error_has_the_record_of_a_real_one(vmm: Vmm, run: Callable[[str], Result]) -> None:
    """Facts §5."""
    vmm.failing["New-SCVMCheckpoint"] = (640, "Nein.", False)
    result = run(
        "$vm = Get-SCVirtualMachine; $e = $null\n"
        "New-SCVMCheckpoint -VM $vm -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable e; 'goes on'\n"
        "$e[0].FullyQualifiedErrorId; $e[0].CategoryInfo.Category; $e[0].CategoryInfo.Activity\n"
        "$e[0].CategoryInfo.Reason; $e[0].Exception.GetType().FullName; $e[0].Exception.Message"
    )
    goes_on, id, *rest, message = result.lines
    assert goes_on == "goes on"
    assert re.fullmatch(r"640,Microsoft\.SystemCenter\.VirtualMachineManager\.Cmdlets\.\w+Cmdlet", id)
    assert id.partition(".")[0] == REAL["fullyQualifiedErrorId"].partition(".")[0]
    real = [REAL["category"], "New-SCVMCheckpoint", REAL["categoryReason"], REAL["exceptionType"]]
    assert rest == real
    assert message.endswith("(Error ID: 640, Detailed Error: )")


def test_a_write_that_nobody_confirms_is_not_done(vmm: Vmm, run: Callable[[str], Result]) -> None:
    """Facts §2: the confirm impact is undocumented."""
    run("New-SCVMCheckpoint -VM (Get-SCVirtualMachine) -Name Mine")
    assert vmm.called("Get-SCVirtualMachine") == [{}]
    assert vmm.called("New-SCVMCheckpoint") == []


def test_the_old_names_are_cmdlets_of_vmm(run: Callable[[str], Result]) -> None:
    """Facts §0: Get-VM is another cmdlet where the VMM module is loaded."""
    result = run(
        "foreach ($name in 'Get-VM', 'Get-VMCheckpoint', 'Merge-VMCheckpoint') {"
        ' $command = Get-Command $name; "$name $($command.ModuleName) $($command.Definition)" }'
    )
    assert [line.rpartition(".")[2] for line in result.lines] == [
        "GetSCVirtualMachineCmdlet",
        "GetSCVMCheckpointCmdlet",
        "RemoveSCVMCheckpointCmdlet",
    ]
    assert {line.split()[1] for line in result.lines} == {"VirtualMachineManager"}


def test_a_job_goes_on_after_its_client_was_killed(powershell: Engine, vmm: Vmm) -> None:
    """Facts §5."""
    vmm.parked.add("New-SCVMCheckpoint")
    client = powershell.start(
        prelude(vmm.port) + "New-SCVMCheckpoint -VM (Get-SCVirtualMachine) -Name Mine -Confirm:$false"
    )
    vmm.wait_for_call("New-SCVMCheckpoint")
    client.kill()
    client.communicate()
    vmm.release()
    assert vmm.checkpoint_id("Mine")


def test_the_variable_of_a_job_is_set_at_once(vmm: Vmm, run: Callable[[str], Result]) -> None:
    vmm.parked.add("New-SCVMCheckpoint")
    result = run(
        "New-SCVMCheckpoint -VM (Get-SCVirtualMachine) -Name Mine -RunAsynchronously -JobVariable job -Confirm:$false\n"
        '"$($job.ID) $($job.Status) $($job.ID.GetType().Name) $($job.StartTime.Kind)"'
    )
    (job,) = vmm.jobs
    assert result.lines == [f"{job} Running Guid Local"]


def test_a_process_that_cannot_load_the_fake_module_ends(powershell: Engine, vmm: Vmm) -> None:
    result = powershell.run(prelude(vmm.port).replace("hvtui-fake-vmm-", "hvtui-nowhere-") + "'still here'")
    assert (result.code, result.lines) == (86, [])
