"""Writes the fake module VirtualMachineManager, with the parameter sets of the facts, and the prelude that loads it."""

from __future__ import annotations

import re
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
    "Get-SCStorageVolume", "Get-SCVirtualDiskDrive",
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
        try {{ Invoke-Vmm {name} $PSBoundParameters $PSCmdlet }} catch {{ $PSCmdlet.{failed}((New-Record $_)) }}
    }}
}}
Set-Alias -Name {name} -Value {function}
"""


@cache
def module() -> Path:
    """Return the folder of the module."""
    folder = Path(tempfile.mkdtemp(prefix="hvtui-fake-vmm-")) / "VirtualMachineManager"
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
                function=CLASS + name.replace("-", "") + "Cmdlet",
                binding=", ".join(binding),
                parameters=_OBJECT.sub("[object]", ",\n".join(parameters(cmdlet))),
                name=name,
                failed="WriteError" if name.startswith("Get-") else "ThrowTerminatingError",
            )
        )
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


def prelude(port: int) -> str:
    """Return the script after which the process has this module of the name, and can load no other."""
    return f"& {{\n{(HERE / 'prelude.ps1').read_text('utf-8')}}} {port} {quoted(str(module()))}\n"
