"""Writes the fake module VirtualMachineManager, with the parameter sets of the facts, and the prelude that loads it."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.hyperv_host import facts
from tests.hyperv_host.signatures import parameters, quoted, should_process

HERE = Path(__file__).parent
CLASS = "Microsoft.SystemCenter.VirtualMachineManager.Cmdlets."
CMDLETS = (
    "Get-SCVMMServer", "Get-SCVirtualMachine", "Read-SCVirtualMachine", "Get-SCVMCheckpoint", "New-SCVMCheckpoint",
    "Set-SCVMCheckpoint", "Restore-SCVMCheckpoint", "Remove-SCVMCheckpoint", "Start-SCVirtualMachine",
    "Stop-SCVirtualMachine", "Resume-SCVirtualMachine", "Get-SCJob", "Find-SCJob", "Get-SCStep", "Get-SCVMHost",
    "Get-SCStorageVolume", "Get-SCVirtualDiskDrive", "Get-SCUserRolePermission",
)  # fmt: skip
_OBJECT = re.compile(
    r"\[(?:Microsoft\.(?:SystemCenter|VirtualManager)[\w.]*|StorageQoSPolicy|StorageArray|Profile|SelfServiceUserRole)\]"
)
_FUNCTION = """\
function {function} {{
    [CmdletBinding({binding})]
    param(
{parameters}
    )
    process {{
        {asking}Invoke-Vmm {name} $PSBoundParameters $PSCmdlet
    }}
}}
Set-Alias -Name {name} -Value {function}
"""
_ASKING = """\
try { if (-not $PSCmdlet.ShouldProcess('VMM')) { return } } catch { $PSCmdlet.ThrowTerminatingError($_) }
        """
"""No fact knows how much these cmdlets want to be confirmed: the worse case is that each asks."""


@cache
def module() -> Path:
    """Return the folder of the module. It is removed when this process ends."""
    temporary = tempfile.mkdtemp(prefix="hvtui-fake-vmm-")
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    folder = Path(temporary) / "VirtualMachineManager"
    folder.mkdir()
    cmdlets = facts.scvmm()["cmdlets"]
    functions = []
    for name in CMDLETS:
        cmdlet = cmdlets[name]
        binding = []
        if default := cmdlet["defaultParameterSet"]:
            binding.append(f"DefaultParameterSetName = {quoted(default)}")
        if should_process(cmdlet):
            binding.append("SupportsShouldProcess, ConfirmImpact = 'High'")
        functions.append(
            _FUNCTION.format(
                function=_class_of(name),
                binding=", ".join(binding),
                parameters=_OBJECT.sub("[object]", ",\n".join(parameters(cmdlet))),
                name=name,
                asking=_ASKING if should_process(cmdlet) else "",
            )
        )
    # The old names are there too, as in the real module: a script that uses one gets VMM's cmdlet, not Hyper-V's.
    for alias, target in facts.scvmm()["cmdletAliases"].items():
        if target in CMDLETS:
            functions.append(f"Set-Alias -Name {alias} -Value {_class_of(target)}")
    text = (HERE / "connection.ps1").read_text("utf-8") + "\n".join(functions)
    (folder / "VirtualMachineManager.psm1").write_text(
        f"{text}\nExport-ModuleMember -Function * -Alias *\n", "utf-8-sig"
    )
    (folder / "VirtualMachineManager.psd1").write_text(
        "@{ RootModule = 'VirtualMachineManager.psm1'; ModuleVersion = '10.22.1287.0'; FunctionsToExport = '*';"
        " AliasesToExport = '*' }",
        "utf-8-sig",
    )
    return folder


def _class_of(cmdlet: str) -> str:
    """Return the name that error ids of the cmdlet end with."""
    return f"{CLASS}{cmdlet.replace('-', '')}Cmdlet"


def prelude(port: int) -> str:
    """Return the script after which the process has this module of the name, and can load no other."""
    return f"& {{\n{(HERE / 'prelude.ps1').read_text('utf-8')}}} {port} {quoted(str(module()))}\n"
