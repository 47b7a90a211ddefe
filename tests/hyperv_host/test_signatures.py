"""What PowerShell itself says of the pretend cmdlets, against what was reflected from the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.hyperv_host import facts
from tests.hyperv_host.generate import HERE, modules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.hyperv_host.engine import Answer, Engine

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
"""How PowerShell's short type names read in .NET."""


class Target(NamedTuple):
    """A parameter in one of a cmdlet's sets."""

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


def expected(cmdlets: dict[str, facts.Cmdlet]) -> set[Target]:
    found = set()
    for cmdlet_name, cmdlet in cmdlets.items():
        for set_name, parameters in cmdlet["parameterSets"].items():
            for name, p in parameters.items():
                if name in {"WhatIf", "Confirm"}:
                    continue
                pipeline = p["pipeline"] or ""
                found.add(
                    Target(
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


def seen(line: str) -> Target:
    cmdlet, set_name, default, name, mandatory, position, by_value, by_name, aliases, kind = line.split("|")
    return Target(
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
    """The last word of a type's name, whichever way it is written: PowerShell's, the facts' or .NET's."""
    if name.startswith("System.Nullable`1[["):
        name = name.removeprefix("System.Nullable`1[[").partition(",")[0]
    elif name.startswith("System.Nullable["):
        name = name.removeprefix("System.Nullable[").removesuffix("]")
    array = "[]" if name.endswith("[]") else ""
    last = name.removesuffix("[]").replace("+", ".").replace("RestartVM_", "RestartVM.").rpartition(".")[2]
    return SHORT_NAMES.get(last, last) + array


def test_every_parameter_is_where_the_real_cmdlet_has_it(run: Callable[[str], Answer]) -> None:
    cmdlets = {name: cmdlet for module in facts.cmdlets().values() for name, cmdlet in module.items()}
    names = ", ".join(f"'{name}'" for name in cmdlets)

    answer = run(f"$names = {names}\n{DUMP}")

    assert answer.errors == ""
    places = [line for line in answer.lines if line.count("|") > 2]
    bindings = {tuple(line.split("|")) for line in answer.lines if line.count("|") == 2}
    assert {seen(line) for line in places} == expected(cmdlets)
    assert bindings == {
        (name, str(should_process(cmdlet)), impact(cmdlet)) for name, cmdlet in cmdlets.items()
    }


NEW = "NamedParameterNotFound"
MIXED = "AmbiguousParameterSet"
WRONG = "ParameterArgumentTransformationError"
LACKING = "PropertyNotFoundStrict"
REFUSED = {
    "Get-VM -Identity x": NEW,
    "Start-VM -Id $vm.Id": NEW,
    "Checkpoint-VM -VM $vm -SnapshotType Standard": NEW,
    "Get-VM -Name x -Id $vm.Id": MIXED,
    "Get-VMSnapshot -Id $vm.Id -Name x": MIXED,
    "Remove-VMSnapshot -VM $vm -VMSnapshot $checkpoint": MIXED,
    "Get-Volume -FilePath 'D:\\' -DriveLetter D": MIXED,
    "Get-CimInstance -ClassName x -Query y": MIXED,
    "Checkpoint-VM -VM $checkpoint": WRONG,
    "Restore-VMSnapshot -VMSnapshot 'Clean install'": WRONG,
    "Restore-VMSnapshot -VMSnapshot @($checkpoint, $checkpoint)": WRONG,
    "Checkpoint-VM -VM ([pscustomobject]@{ Id = $vm.Id })": WRONG,
    "Checkpoint-VM -VM @{ Id = $vm.Id }": WRONG,
    "Get-VM -Id nonsense": WRONG,
    "Get-VMSnapshot -VM $vm -SnapshotType Production": WRONG,
    "$vm.AutomaticCheckpoints": LACKING,
    "$vm.SnapshotType": LACKING,
    "$checkpoint.ConsistencyLevel": LACKING,
}


def test_what_the_real_one_lacks_is_refused(run: Callable[[str], Answer]) -> None:
    tries = "\n".join(
        f"try {{ $null = {statement}; 'taken' }} catch {{ $_.FullyQualifiedErrorId.Split(',')[0] }}"
        for statement in REFUSED
    )
    answer = run(f"""
        Set-StrictMode -Version Latest
        $vm = Get-VM
        $checkpoint = @(Get-VMSnapshot -VM $vm)[0]
        {tries}
    """)

    assert dict(zip(REFUSED, answer.lines, strict=True)) == REFUSED


def test_it_is_the_edition_that_it_says(powershell: Engine) -> None:
    assert powershell.run("$PSVersionTable.PSEdition").lines == [powershell.edition]


def test_every_line_is_windows_powershells_own_syntax(powershell: Engine, tmp_path: Path) -> None:
    everything = tmp_path / "everything.ps1"
    scripts = [path.read_text("utf-8-sig") for path in modules().glob("*/*.psm1")]
    block = (HERE / "prelude.ps1").read_text("utf-8")
    everything.write_text("\n".join([*scripts, f"$null = {{ {block} }}", "'parsed'"]), "utf-8-sig")

    assert powershell.run_file(everything).lines == ["parsed"]
