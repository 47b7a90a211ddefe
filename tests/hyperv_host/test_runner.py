"""A script in a PowerShell that has run others finds nothing of them, nor of their host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.hyperv_host.runner import Runner

pytestmark = pytest.mark.engine


def test_a_script_finds_nothing_of_the_one_before(runner: Runner) -> None:
    host = runner.new_host()
    (vm,) = host.state()["vms"]
    before = host.state()
    taken = runner.run("""
        $left = 1
        function Get-Left { 'left' }
        Set-Alias -Name Get-VM -Value Get-Left
        $ErrorActionPreference = 'Stop'
        Set-StrictMode -Version Latest
        try { Hyper-V\\Get-VM nobody } catch { }
        Get-VM
    """)
    host.set_durations(take_checkpoint=0, rename=0)
    host.set_vm(vm, state="Off")
    host.advance(3600)
    assert taken.lines == ["left"]

    host = runner.new_host()
    assert host.state() == before
    found = runner.run("""
        "$left"; "$($Error.Count)"
        (Get-VM).Name; (Get-VM).State
        Get-VM nobody
        try { Get-Left } catch { 'no function' }
        @(Get-VMSnapshot -VM (Get-VM))[0].CreationTime.ToUniversalTime().ToString('s')
    """)
    assert found.lines == ["", "0", "web-01", "Running", "no function", "2026-01-31T09:00:00"]
    assert "nobody" in found.errors


def test_a_process_that_a_script_ended_is_replaced(runner: Runner) -> None:
    runner.new_host()
    with pytest.raises(RuntimeError, match="ended with 9"):
        runner.run("[Environment]::Exit(9)")
    runner.new_host()
    assert runner.run("(Get-VM).Name").lines == ["web-01"]
