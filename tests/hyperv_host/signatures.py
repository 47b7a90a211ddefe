"""Generates a PowerShell function with the parameter sets, positions, aliases and types of a real cmdlet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.hyperv_host import classes

if TYPE_CHECKING:
    from tests.hyperv_host.facts import Cmdlet, Parameter

CLASS_FORMS = {
    "VHD": "Microsoft.Vhd.PowerShell.Cmdlets.{}",
    "VM": "Microsoft.HyperV.PowerShell.Commands.{}",
    "Cim": "Microsoft.Management.Infrastructure.CimCmdlets.{}Command",
    "WinEvent": "Microsoft.PowerShell.Commands.{}Command",
    "Cluster": "Microsoft.FailoverClusters.PowerShell.{}Command",
}
"""The name of a cmdlet's class by the start of its noun. The Storage module's cmdlets are functions."""


def function_name(cmdlet_name: str) -> str:
    """Return the name that error ids of the cmdlet end with."""
    noun = cmdlet_name.partition("-")[2]
    for start, form in CLASS_FORMS.items():
        if noun.startswith(start):
            return form.format(cmdlet_name.replace("-", ""))
    return cmdlet_name


def function(name: str, cmdlet: Cmdlet, body: str) -> str:
    binding = []
    if default := cmdlet["defaultParameterSet"]:
        binding.append(f"DefaultParameterSetName = {quoted(default)}")
    if should_process(cmdlet):
        binding.append(
            f"SupportsShouldProcess, ConfirmImpact = {quoted(cmdlet.get('confirmImpact') or 'Medium')}"
        )
    return _FORM.format(
        function=function_name(name),
        binding=", ".join(binding),
        parameters=",\n".join(parameters(cmdlet)),
        name=name,
        body="\n".join(f"            {line}" for line in body.rstrip().splitlines()),
    )


def should_process(cmdlet: Cmdlet) -> bool:
    """Return whether the cmdlet has -WhatIf and -Confirm. Some facts only list them among the parameters."""
    return bool(cmdlet.get("supportsShouldProcess")) or any(
        "WhatIf" in members for members in cmdlet["parameterSets"].values()
    )


def parameters(cmdlet: Cmdlet) -> list[str]:
    sets_by_name: dict[str, dict[str, Parameter]] = {}
    for set_name, members in cmdlet["parameterSets"].items():
        for name, parameter in members.items():
            if name not in {"WhatIf", "Confirm"}:
                sets_by_name.setdefault(name, {})[set_name] = parameter
    return [_parameter(name, sets) for name, sets in sets_by_name.items()]


def _parameter(name: str, sets: dict[str, Parameter]) -> str:
    lines = [f"[Parameter({', '.join(_attribute(set_name, p))})]" for set_name, p in sets.items()]
    one = next(iter(sets.values()))
    if one["aliases"]:
        lines.append(f"[Alias({', '.join(map(quoted, one['aliases']))})]")
    if values := one.get("validateSet"):
        lines.append(f"[ValidateSet({', '.join(map(quoted, values))})]")
    return f"        {' '.join(lines)} [{classes.powershell_type(one['type'])}]${name}"


def _attribute(set_name: str, parameter: Parameter) -> list[str]:
    named = [] if set_name == "__AllParameterSets" else [f"ParameterSetName = {quoted(set_name)}"]
    pipeline = parameter["pipeline"] or ""
    return [
        *named,
        *(["Mandatory"] if parameter["mandatory"] else []),
        *([f"Position = {parameter['position']}"] if parameter["position"] is not None else []),
        *(["ValueFromPipeline"] if "ByValue" in pipeline else []),
        *(["ValueFromPipelineByPropertyName"] if "ByPropertyName" in pipeline else []),
    ]


def quoted(text: str) -> str:
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"


# A real cmdlet uses its caller's preference variables. A function of a module has to copy them.
_FORM = """\
function {function} {{
    [CmdletBinding({binding})]
    param(
{parameters}
    )
    begin {{
        $cmdletName = '{name}'
        $invocation = [guid]::NewGuid()
        foreach ($preference in 'ErrorAction', 'Warning', 'Progress', 'Confirm', 'WhatIf') {{
            if (-not $PSBoundParameters.ContainsKey($preference) -and -not $PSBoundParameters.ContainsKey("${{preference}}Action")) {{
                $ExecutionContext.SessionState.PSVariable.Set("${{preference}}Preference", $PSCmdlet.SessionState.PSVariable.GetValue("${{preference}}Preference"))
            }}
        }}
    }}
    process {{
        try {{
            Send-Invocation $invocation $cmdletName $PSBoundParameters
{body}
        }} catch [Microsoft.HyperV.PowerShell.VirtualizationException] {{
            Write-Refusal $_.Exception
        }}
    }}
}}"""
