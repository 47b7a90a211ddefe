"""PowerShell reports the same parameters for the fake cmdlets as the facts have for the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.hyperv_host import facts
from tests.hyperv_host.generate import HERE, modules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.hyperv_host.engine import Engine, Result

pytestmark = pytest.mark.engine

DUMP = """
$common = [Management.Automation.Cmdlet]::CommonParameters + [Management.Automation.Cmdlet]::OptionalCommonParameters
foreach ($name in $names) {
    $command = $ExecutionContext.InvokeCommand.GetCommand($name, 'All')
    if ($command -is [Management.Automation.AliasInfo]) { $command = $command.ResolvedCommand }
    foreach ($set in $command.ParameterSets) {
        foreach ($p in $set.Parameters) {
            if ($p.Name -in $common) { continue }
            $name, $set.Name, $set.IsDefault, $p.Name, $p.IsMandatory, $p.Position, $p.ValueFromPipeline,
                $p.ValueFromPipelineByPropertyName, ($p.Aliases -join ','), $p.ParameterType.FullName -join '|'
        }
    }
    $binding = [Management.Automation.CommandMetadata]::new($command)
    $name, $binding.SupportsShouldProcess, $binding.ConfirmImpact -join '|'
}
"""
SHORT_NAMES = {
    "switch": "SwitchParameter", "int": "Int32", "long": "Int64", "bool": "Boolean", "int16": "Int16",
    "uint": "UInt32", "hashtable": "Hashtable", "psobject": "PSObject", "version": "Version", "guid": "Guid",
    "string": "String", "uint16": "UInt16", "uint32": "UInt32", "uint64": "UInt64", "pscredential": "PSCredential",
}  # fmt: skip
"""The .NET names of PowerShell's type accelerators."""


class Binding(NamedTuple):
    """A parameter in a parameter set of a cmdlet."""

    cmdlet: str
    set_name: str
    in_default: bool
    name: str
    mandatory: bool
    position: int | None
    by_value: bool
    by_name: bool
    aliases: tuple[str, ...]
    type: str


def should_process(cmdlet: facts.Cmdlet) -> bool:
    listed = any("WhatIf" in parameters for parameters in cmdlet["parameterSets"].values())
    return listed or bool(cmdlet.get("supportsShouldProcess"))


def impact(cmdlet: facts.Cmdlet) -> str:
    return cmdlet.get("confirmImpact") or ("Medium" if should_process(cmdlet) else "None")


def expected_bindings(cmdlets: dict[str, facts.Cmdlet]) -> set[Binding]:
    found = set()
    for cmdlet_name, cmdlet in cmdlets.items():
        for set_name, parameters in cmdlet["parameterSets"].items():
            for name, p in parameters.items():
                if name in {"WhatIf", "Confirm"}:
                    continue
                pipeline = p["pipeline"] or ""
                found.add(
                    Binding(
                        cmdlet_name,
                        set_name,
                        set_name == cmdlet["defaultParameterSet"],
                        name,
                        p["mandatory"],
                        p["position"],
                        "ByValue" in pipeline,
                        "ByPropertyName" in pipeline,
                        tuple(sorted(p["aliases"])),
                        plain_type(p["type"]),
                    )
                )
    return found


def parse_binding(line: str) -> Binding:
    cmdlet, set_name, default, name, mandatory, position, by_value, by_name, aliases, kind = line.split("|")
    return Binding(
        cmdlet,
        set_name,
        default == "True",
        name,
        mandatory == "True",
        int(position) if int(position) >= 0 else None,
        by_value == "True",
        by_name == "True",
        tuple(sorted(filter(None, aliases.split(",")))),
        plain_type(kind),
    )


def plain_type(name: str) -> str:
    """Return the last part of a type name in the notation of PowerShell, of the facts or of .NET."""
    if name.startswith("System.Nullable`1[["):
        name = name.removeprefix("System.Nullable`1[[").partition(",")[0]
    elif name.startswith("System.Nullable["):
        name = name.removeprefix("System.Nullable[").removesuffix("]")
    array = "[]" if name.endswith("[]") else ""
    last = name.removesuffix("[]").replace("+", ".").replace("RestartVM_", "RestartVM.").rpartition(".")[2]
    return SHORT_NAMES.get(last, last) + array


def test_every_cmdlet_has_the_parameters_of_the_real_one(run: Callable[[str], Result]) -> None:
    cmdlets = {name: cmdlet for module in facts.cmdlets().values() for name, cmdlet in module.items()}
    names = ", ".join(f"'{name}'" for name in cmdlets)

    result = run(f"$names = {names}\n{DUMP}")

    assert result.errors == ""
    parameters = [line for line in result.lines if line.count("|") > 2]
    cmdlet_bindings = {tuple(line.split("|")) for line in result.lines if line.count("|") == 2}
    assert {parse_binding(line) for line in parameters} == expected_bindings(cmdlets)
    assert cmdlet_bindings == {
        (name, str(should_process(cmdlet)), impact(cmdlet)) for name, cmdlet in cmdlets.items()
    }


UNKNOWN_PARAMETER = "NamedParameterNotFound"
MIXED_SETS = "AmbiguousParameterSet"
WRONG_TYPE = "ParameterArgumentTransformationError"
UNKNOWN_PROPERTY = "PropertyNotFoundStrict"
REFUSED = {
    "Get-VM -Identity x": UNKNOWN_PARAMETER,
    "Start-VM -Id $vm.Id": UNKNOWN_PARAMETER,
    "Checkpoint-VM -VM $vm -SnapshotType Standard": UNKNOWN_PARAMETER,
    "Get-VM -Name x -Id $vm.Id": MIXED_SETS,
    "Get-VMSnapshot -Id $vm.Id -Name x": MIXED_SETS,
    "Remove-VMSnapshot -VM $vm -VMSnapshot $checkpoint": MIXED_SETS,
    "Get-Volume -FilePath 'D:\\' -DriveLetter D": MIXED_SETS,
    "Get-CimInstance -ClassName x -Query y": MIXED_SETS,
    "Checkpoint-VM -VM $checkpoint": WRONG_TYPE,
    "Restore-VMSnapshot -VMSnapshot 'Clean install'": WRONG_TYPE,
    "Restore-VMSnapshot -VMSnapshot @($checkpoint, $checkpoint)": WRONG_TYPE,
    "Checkpoint-VM -VM ([pscustomobject]@{ Id = $vm.Id })": WRONG_TYPE,
    "Checkpoint-VM -VM @{ Id = $vm.Id }": WRONG_TYPE,
    "Get-VM -Id nonsense": WRONG_TYPE,
    "Get-VMSnapshot -VM $vm -SnapshotType Production": WRONG_TYPE,
    "$vm.AutomaticCheckpoints": UNKNOWN_PROPERTY,
    "$vm.SnapshotType": UNKNOWN_PROPERTY,
    "$checkpoint.ConsistencyLevel": UNKNOWN_PROPERTY,
}


def test_statements_that_are_invalid_for_the_real_cmdlets_are_refused(run: Callable[[str], Result]) -> None:
    attempts = "\n".join(
        f"try {{ $null = {statement}; 'no error' }} catch {{ $_.FullyQualifiedErrorId.Split(',')[0] }}"
        for statement in REFUSED
    )
    result = run(f"""
        Set-StrictMode -Version Latest
        $vm = Get-VM
        $checkpoint = @(Get-VMSnapshot -VM $vm)[0]
        {attempts}
    """)

    assert dict(zip(REFUSED, result.lines, strict=True)) == REFUSED


def test_the_engine_reports_its_edition(powershell: Engine) -> None:
    assert powershell.run("$PSVersionTable.PSEdition").lines == [powershell.edition]


def test_all_modules_are_valid_in_windows_powershell(powershell: Engine, tmp_path: Path) -> None:
    script = tmp_path / "script.ps1"
    scripts = [path.read_text("utf-8-sig") for path in modules().glob("*/*.psm1")]
    block = (HERE / "prelude.ps1").read_text("utf-8")
    script.write_text("\n".join([*scripts, f"$null = {{ {block} }}", "'parsed'"]), "utf-8-sig")

    assert powershell.run_file(script).lines == ["parsed"]
