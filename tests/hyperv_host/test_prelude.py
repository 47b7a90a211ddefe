"""After the prelude no command can reach a real Hyper-V: a process where one could is ended."""

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

    from tests.hyperv_host.engine import Answer, Engine
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

ENDED = 86


def test_commands_come_from_the_pretend_modules(run: Callable[[str], Answer]) -> None:
    folder = quoted(str(modules()))
    answer = run(f"""
        foreach ($name in 'Get-VM', 'Restore-VMCheckpoint', 'Get-CimInstance', 'Get-Volume', 'Get-Cluster', 'Get-WinEvent') {{
            $ExecutionContext.InvokeCommand.GetCommand($name, 'All').Module.Path.StartsWith({folder})
        }}
        $env:PSModulePath -eq {folder}
        $ExecutionContext.InvokeCommand.GetCommand('ConvertTo-Json', 'All').Source
    """)

    assert answer.lines == ["True"] * 7 + ["Microsoft.PowerShell.Utility"]


@pytest.mark.parametrize("name", ["Get-VM", "Restore-VMSnapshot", "Get-CimInstance", "Get-Volume"])
def test_a_command_from_elsewhere_ends_the_process(powershell: Engine, host: Host, name: str) -> None:
    planted = f"Set-Alias -Name {name} -Value Out-Null -Scope Global -Force"
    script = prelude(host.port).replace("$found = @{", f"{planted}\n    $found = @{{")

    answer = powershell.run(script + "\n'reached'")

    assert (answer.code, answer.lines) == (ENDED, [])
    assert "comes from" in answer.errors


def test_a_module_in_the_users_folder_is_not_taken(powershell: Engine, host: Host, tmp_path: Path) -> None:
    folder = tmp_path / "Hyper-V"
    folder.mkdir()
    (folder / "Hyper-V.psm1").write_text("function Get-VM { 'the real one' }\n")
    first = f"$env:PSModulePath = {quoted(str(tmp_path))} + [IO.Path]::PathSeparator + $env:PSModulePath\n$null = Get-VM\n"

    answer = powershell.run(first + prelude(host.port) + "\n(Get-VM).Name")

    assert answer.code == ENDED or answer.lines == ["web-01"]


@pytest.mark.parametrize("missing", [["FailoverClusters"], ["Hyper-V"], list(facts.PRETENDED)])
def test_a_host_may_lack_a_module(powershell: Engine, host: Host, missing: list[str]) -> None:
    answer = powershell.run(
        prelude(host.port, without=missing)
        + """
        foreach ($name in 'Get-VM', 'Get-Cluster', 'Get-CimInstance') {
            try { $null = & $name -ErrorAction Stop -WhatIf; 'there' } catch [Management.Automation.CommandNotFoundException] {
                'missing'
            } catch { 'there' }
        }"""
    )

    there = [
        "missing" if name in missing else "there" for name in ("Hyper-V", "FailoverClusters", "CimCmdlets")
    ]
    assert answer.lines == there


def test_the_prelude_leaves_no_variables_behind(run: Callable[[str], Answer]) -> None:
    answer = run(
        "Set-StrictMode -Version Latest; foreach ($one in 'module', 'found', 'expected') { Test-Path Variable:$one }"
    )

    assert answer.lines == ["False"] * 3


def test_there_is_no_other_way_to_wmi(run: Callable[[str], Answer]) -> None:
    answer = run("try { Get-WmiObject Win32_OperatingSystem } catch [NotImplementedException] { 'none' }")

    assert answer.lines == ["none"]


def test_a_prelude_that_fails_ends_the_process(powershell: Engine, host: Host) -> None:
    script = prelude(host.port).replace(str(modules()), "Q:\\nowhere")

    assert powershell.run(script + "\n'reached'").code == ENDED
