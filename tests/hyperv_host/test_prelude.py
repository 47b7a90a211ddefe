"""The prelude ends the process unless every command comes from the fake host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host import facts
from tests.hyperv_host.generate import modules
from tests.hyperv_host.prelude import prelude
from tests.hyperv_host.signatures import quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.hyperv_host.engine import Engine, Result
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

EXIT_CODE = 86


def test_commands_come_from_the_fake_modules(run: Callable[[str], Result]) -> None:
    folder = quoted(str(modules()))
    result = run(f"""
        foreach ($name in 'Get-VM', 'Restore-VMCheckpoint', 'Get-CimInstance', 'Get-Volume', 'Get-Cluster', 'Get-WinEvent') {{
            $ExecutionContext.InvokeCommand.GetCommand($name, 'All').Module.Path.StartsWith({folder})
        }}
        $env:PSModulePath -eq {folder}
        $ExecutionContext.InvokeCommand.GetCommand('ConvertTo-Json', 'All').Source
    """)

    assert result.lines == ["True"] * 7 + ["Microsoft.PowerShell.Utility"]


@pytest.mark.parametrize("name", ["Get-VM", "Restore-VMSnapshot", "Get-CimInstance", "Get-Volume"])
def test_a_command_that_is_not_from_the_fake_host_ends_the_process(
    powershell: Engine, host: Host, name: str
) -> None:
    override = f"Set-Alias -Name {name} -Value Out-Null -Scope Global -Force"
    script = prelude(host.port).replace("$loaded = @", f"{override}\n    $loaded = @")

    result = powershell.run(script + "\n'still running'")

    assert (result.code, result.lines) == (EXIT_CODE, [])
    assert "comes from" in result.errors


def test_a_module_in_the_users_folder_is_not_used(powershell: Engine, host: Host, tmp_path: Path) -> None:
    folder = tmp_path / "Hyper-V"
    folder.mkdir()
    (folder / "Hyper-V.psm1").write_text("function Get-VM { 'the real one' }\n")
    first = f"$env:PSModulePath = {quoted(str(tmp_path))} + [IO.Path]::PathSeparator + $env:PSModulePath\n$null = Get-VM\n"

    result = powershell.run(first + prelude(host.port) + "\n(Get-VM).Name")

    assert result.code == EXIT_CODE or result.lines == ["web-01"]


@pytest.mark.parametrize("missing", [["FailoverClusters"], ["Hyper-V"], list(facts.FAKE_MODULES)])
def test_a_host_can_be_without_a_module(powershell: Engine, host: Host, missing: list[str]) -> None:
    result = powershell.run(
        prelude(host.port, without=missing)
        + """
        foreach ($name in 'Get-VM', 'Get-Cluster', 'Get-CimInstance') {
            try { $null = & $name -ErrorAction Stop -WhatIf; 'found' } catch [Management.Automation.CommandNotFoundException] {
                'missing'
            } catch { 'found' }
        }"""
    )

    expected = [
        "missing" if name in missing else "found" for name in ("Hyper-V", "FailoverClusters", "CimCmdlets")
    ]
    assert result.lines == expected


def test_the_prelude_defines_no_variables_in_the_global_scope(run: Callable[[str], Result]) -> None:
    result = run(
        "Set-StrictMode -Version Latest; foreach ($one in 'module', 'found', 'expected') { Test-Path Variable:$one }"
    )

    assert result.lines == ["False"] * 3


def test_the_older_wmi_cmdlets_are_not_available(run: Callable[[str], Result]) -> None:
    result = run("try { Get-WmiObject Win32_OperatingSystem } catch [NotImplementedException] { 'none' }")

    assert result.lines == ["none"]


def test_a_prelude_that_fails_ends_the_process(powershell: Engine, host: Host) -> None:
    script = prelude(host.port).replace(str(modules()), "Q:\\missing")

    assert powershell.run(script + "\n'still running'").code == EXIT_CODE
