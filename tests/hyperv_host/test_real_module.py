"""Compares the facts with a real Hyper-V module, where one is installed. It only reads."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from tests.hyperv_host.facts import hyperv

DESCRIBE = r"""
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
if (-not (Get-Module -ListAvailable Hyper-V)) { 'none'; exit }
Import-Module Hyper-V
$found = foreach ($command in Get-Command -Module Hyper-V -CommandType Cmdlet) {
    foreach ($set in $command.ParameterSets) {
        "$($command.Name) $($set.Name) $([string]::Join(',', @($set.Parameters | ForEach-Object { $_.Name })))"
    }
}
ConvertTo-Json -Compress -InputObject @{ Lines = @($found) }
"""


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows has the Hyper-V module")
def test_the_real_module_has_every_parameter_set_in_the_facts() -> None:
    powershell = shutil.which("powershell")
    assert powershell
    command = [powershell, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", DESCRIBE]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    if output == "none":
        pytest.skip("no Hyper-V module on this Windows")
    real: dict[tuple[str, str], set[str]] = {}
    for line in json.loads(output)["Lines"]:
        name, parameter_set, parameters = line.split(" ")
        real[name, parameter_set] = set(parameters.split(","))
    missing = [
        f"{name} {parameter_set} {parameter}"
        for name, cmdlet in hyperv()["cmdlets"].items()
        for parameter_set, parameters in cmdlet["parameterSets"].items()
        for parameter in parameters
        if parameter not in real.get((name, parameter_set), set())
    ]
    assert missing == []
