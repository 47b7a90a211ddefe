"""Static checks of every script: it uses only what Windows PowerShell 5.1 on Windows Server 2016 has."""

from __future__ import annotations

import json
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

import hvtui.backends
from tests.hyperv.script_facts import VMM, faults, functions_of
from tests.hyperv_host import facts

if TYPE_CHECKING:
    from tests.hyperv.script_facts import Tree
    from tests.hyperv_host.engine import Engine, Result

pytestmark = pytest.mark.engine

TREE = Path(__file__).with_name("script_tree.ps1")
BACKENDS = Path(hvtui.backends.__path__[0])
SCRIPTS = {path.relative_to(BACKENDS).as_posix(): path for path in sorted(BACKENDS.rglob("*.ps1"))}
MODULES = {"powershell": "Hyper-V", "hyperv": "Hyper-V", "scvmm": VMM}
"""The module of the kind of host that the scripts of a folder ask."""
DESKTOP = pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)

FAULTS = {
    "unknown cmdlet": ("Get-VMCheckpoints -VM $vm", "no command Get-VMCheckpoints"),
    "alias": ("1 | foreach { $_ }", "no command foreach"),
    "unknown parameter": ("Get-VMSnapshot -VM $vm -Newest 1", "has no parameter ['newest']"),
    "abbreviation": ("Get-VM -Id $id -ErrorAct Stop", "has no parameter ['erroract']"),
    "alias of a parameter": ("Restore-VMSnapshot -VMCheckpoint $it", "has no parameter ['vmcheckpoint']"),
    "whatif": ("Get-VM -Id $id -WhatIf", "has no parameter ['whatif']"),
    "impossible combination": ("Get-VMSnapshot -VM $vm -Id $id", "no parameter set fits"),
    "two objects": ("Get-VMHardDiskDrive -VM $vm -VMSnapshot $it", "no parameter set fits"),
    "missing mandatory": ("Rename-VMSnapshot -VMSnapshot $it", "no parameter set fits"),
    "too many arguments": ("Import-Module a b", "no parameter set fits"),
    "name": ("Get-VM -Name web", "selects by name: ['name']"),
    "vm name": ("Get-VMSnapshot -VMName web", "selects by name: ['vmname']"),
    "computer name": ("Get-VM -Id $id -ComputerName far", "selects by name: ['computername']"),
    "name by position": ("Get-VM web", "may be given a name"),
    "name by pipeline": ("'web' | Get-VM", "may be given a name"),
    "unknown parameter of ours": ("Find-Vm -Guid $id", "does not take ['guid']"),
    "too many for ours": ("Find-Vm $id $id", "does not take so many"),
    "splatting": ("Get-VM @more", "splatting @more"),
    "newer static method": ("[Convert]::ToHexString($bytes)", "no member System.Convert.ToHexString"),
    "missing constructor": ("[Console]::new()", "no member System.Console.new"),
    "newer instance method": ("$s = New-Object IO.MemoryStream\n$s.ReadExactly($b)", "IO.MemoryStream.ReadExactly"),
    "newer method down a chain": ("[Text.Encoding]::UTF8.TryGetBytes($a)", "Encoding.TryGetBytes"),
    "newer method of a parameter": ("param([string] $t)\n$t.ReplaceLineEndings()", "String.ReplaceLineEndings"),
    "member of nothing": ("$vm.ParentCheckpointIdentity", "no member ?.ParentCheckpointIdentity"),
    "newer type": ("[DateOnly] $day", "no type System.DateOnly"),
    "missing type": ("[Nowhere.Thing] $x", "no type Nowhere.Thing"),
    "newer type in an array": ("[Half[]] $x", "no type System.Half"),
    "newer type made": ("New-Object Threading.PeriodicTimer 1", "no type System.Threading.PeriodicTimer"),
    "vmm: alias": ("Get-VMCheckpoint -VM $vm", "no command Get-VMCheckpoint"),
    "vmm: cmdlet of another module": ("Get-VM -Id $id", "no command Get-VM"),
    "vmm: not qualified": ("Get-SCJob -ID $id", "no command Get-SCJob"),
    "vmm: name": (f"{VMM}\\Get-SCVirtualMachine -Name web", "selects by name: ['name']"),
    "vmm: by position": (f"{VMM}\\Stop-SCVirtualMachine $vm", "may be given a name"),
    "vmm: invented": (f"{VMM}\\Remove-SCVMCheckpoint -VMCheckpoint $it -Force", "has no parameter ['force']"),
    "vmm: no confirmation": (f"{VMM}\\Set-SCVMCheckpoint -VMCheckpoint $it -Confirm", "['confirm']"),
    "vmm: two ways to stop": (f"{VMM}\\Stop-SCVirtualMachine -VM $vm -Force -SaveState", "no parameter set fits"),
    "missing type caught": ("try { 1 } catch [Nowhere.Failure] { 2 }", "no type Nowhere.Failure"),
}  # fmt: skip
OPTIONAL = ("CimCmdlets", "Storage", "FailoverClusters", "Microsoft.PowerShell.Diagnostics")
"""The modules that operations import on their first use. The fake host has them all loaded."""
NEWER_SYNTAX = ("$c = $a ?? $b", "$y = $x ? 1 : 2", "Find-Vm $a && Find-Vm $b", "$a ??= 1", "${a}?.Name")


@cache
def trees(powershell: Engine) -> dict[str, Tree]:
    """The syntax trees of our scripts and of the planted faults, by name, from one run of PowerShell."""
    with tempfile.TemporaryDirectory() as folder:
        paths = dict(SCRIPTS)
        for number, (name, (text, _)) in enumerate(FAULTS.items()):
            paths[name] = Path(folder, f"{number}.ps1")
            paths[name].write_text(text, "utf-8")
        listed = ", ".join(_quoted(path) for path in paths.values())
        answer = powershell.run(f"& {_quoted(TREE)} -Paths {listed}")
    assert answer.code == 0 and not answer.errors, answer.errors
    found = cast("list[Tree]", json.loads("".join(answer.lines))["Files"])
    return dict(zip(paths, found, strict=True))


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _faults(powershell: Engine, name: str) -> list[str]:
    every = trees(powershell)
    planted = "scvmm" if name.startswith("vmm: ") else "hyperv"
    folder = name.partition("/")[0] if name in SCRIPTS else planted
    usable = [every[script] for script in SCRIPTS if script.partition("/")[0] in ("powershell", folder)]
    return faults(every[name], functions_of(usable), MODULES[folder])


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_uses_only_known_commands_types_and_members(powershell: Engine, name: str) -> None:
    assert trees(powershell)[name]["Commands"]
    assert _faults(powershell, name) == []


@pytest.mark.parametrize("name", [name for name in SCRIPTS if name.startswith("hyperv/")])
def test_a_script_imports_the_modules_that_not_every_agent_needs(powershell: Engine, name: str) -> None:
    module_of = {cmdlet: module for module in OPTIONAL for cmdlet in facts.cmdlets()[module]}
    used = {module_of[c["Name"]] for c in trees(powershell)[name]["Commands"] if c["Name"] in module_of}
    text = SCRIPTS[name].read_text("utf-8")
    assert {module for module in used if not re.search(rf"Import-(Once|Module) {module}\b", text)} == set()


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(powershell: Engine, name: str) -> None:
    assert FAULTS[name][1] in "\n".join(_faults(powershell, name))


def _parsed(powershell: Engine, folder: Path, *texts: str) -> Result:
    """Parse the texts as a file, because only then the syntax is checked for 5.1. None of it runs."""
    file = folder / "parsed.ps1"
    file.write_text(
        "".join(f"if ($false) {{ & {{\n{text}\n}} }}\n" for text in texts) + "'parsed'", "utf-8-sig"
    )
    return powershell.run_file(file)


@DESKTOP
def test_every_script_has_the_syntax_of_windows_powershell(powershell: Engine, tmp_path: Path) -> None:
    answer = _parsed(powershell, tmp_path, *(path.read_text("utf-8") for path in SCRIPTS.values()))
    assert (answer.lines, answer.errors) == (["parsed"], "")


@DESKTOP
@pytest.mark.parametrize("text", NEWER_SYNTAX)
def test_newer_syntax_is_found(powershell: Engine, tmp_path: Path, text: str) -> None:
    answer = _parsed(powershell, tmp_path, text)
    assert answer.lines == [] and answer.code != 0 and "ParserError" in answer.errors
