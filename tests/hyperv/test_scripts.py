"""Each PowerShell file of ours, held against Windows PowerShell 5.1's syntax and the cmdlets as they really are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.hyperv_host import engine

if TYPE_CHECKING:
    from tests.hyperv_host.engine import Engine

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "backends").rglob("*.ps1"))
FACTS = ROOT / "tests/facts"
COMMON = {"ErrorAction", "WarningAction", "InformationAction", "ErrorVariable", "OutVariable", "Verbose"}
BY_NAME = {"Name", "VMName", "ComputerName", "CimSession", "Credential", "Force"}
"""Wildcards, other machines, and a power cut: no command of ours has any of these on a VM or a checkpoint."""

OURS = {
    "Get-UtcText",
    "Get-VmRow",
    "Get-CheckpointRow",
    "Find-Vm",
    "Find-Checkpoint",
    "Test-Name",
    "Stop-Operation",
}


def cmdlets() -> dict[str, Any]:
    hyperv = json.loads((FACTS / "hyperv-cmdlets.json").read_text("utf-8"))["cmdlets"]
    return {**json.loads((FACTS / "other-cmdlets.json").read_text("utf-8"))["cmdlets"], **hyperv}


HYPERV = set(json.loads((FACTS / "hyperv-cmdlets.json").read_text("utf-8"))["cmdlets"])


def faults(parser: Engine, path: Path) -> list[str]:
    """What the facts have against this script."""
    lines = parser.run(f"& '{ROOT / 'tests/hyperv/commands_of.ps1'}' -Path '{path}'").lines
    known, wrong = cmdlets(), [line for line in lines if line.startswith("!")]
    functions = OURS | {line.split("\t")[1] for line in lines if line.startswith("function\t")}
    for line in lines:
        if not line.startswith("command\t"):
            continue
        _, name, given = line.split("\t")
        parameters = {parameter for parameter in given.split(",") if parameter}
        if name in functions:
            continue
        if name not in known:
            wrong.append(f"{name} is no cmdlet that the facts know")
            continue
        if name in HYPERV and parameters & BY_NAME:
            wrong.append(f"{name} is given {parameters & BY_NAME}")
        common = COMMON | ({"Confirm", "WhatIf"} if known[name].get("supportsShouldProcess") else set())
        own = parameters - common
        if not any(own <= set(one) for one in known[name]["parameterSets"].values()):
            wrong.append(f"{name} has no parameter set with {sorted(own)}")
    return wrong


@pytest.fixture(scope="module")
def parser() -> Engine:
    found = engine.find("Core")
    if found is None:
        pytest.skip("no PowerShell engine: set HVTUI_PWSH, or put pwsh on PATH")
    return found


@pytest.fixture(scope="module")
def windows_powershell() -> Engine:
    found = engine.find("Desktop")
    if found is None or found.run("$PSVersionTable.PSEdition").lines != ["Desktop"]:
        pytest.skip("no PowerShell of the 5.1 edition")
    return found


def accepted(path: Path, text: str, windows_powershell: Engine) -> bool:
    """Parsed as a file, in the edition that refuses newer syntax, and not run."""
    path.write_text(f"if ($false) {{ & {{\n{text}\n}} }}\n'accepted'\n", "utf-8")
    return windows_powershell.run_file(path).lines == ["accepted"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_calls_only_what_is_there_and_how_it_is_there(script: Path, parser: Engine) -> None:
    assert faults(parser, script) == []


@pytest.mark.parametrize(
    "planted",
    [
        "Get-VMThing -VM $vm",
        "Get-VM -Identity $id",
        "Get-VMSnapshot -Id $id -SnapshotType Standard",
        "Remove-VMSnapshot -VM $vm -Name x",
        "Stop-VM -VM $vm -Force",
        "Get-VM -Id $id -Confirm:$false",
    ],
)
def test_a_planted_fault_is_caught(planted: str, parser: Engine, tmp_path: Path) -> None:
    script = tmp_path / "planted.ps1"
    script.write_text(planted, "utf-8")
    assert len(faults(parser, script)) == 1


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_windows_powershell_accepts_a_script(
    script: Path, windows_powershell: Engine, tmp_path: Path
) -> None:
    assert accepted(tmp_path / script.name, script.read_text("utf-8"), windows_powershell)


@pytest.mark.parametrize("planted", ["$a ?? $b", "$x ? 1 : 2", "Get-VM && Get-VM", "${vm}?.Name"])
def test_newer_syntax_is_refused(planted: str, windows_powershell: Engine, tmp_path: Path) -> None:
    assert not accepted(tmp_path / "planted.ps1", planted, windows_powershell)
