"""`diagnose` on this machine's PowerShell: all is well, or the first thing that is not is named with its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hvtui.backends.contract import Check, Diagnosing, Verdict
from hvtui.backends.hyperv.backend import HyperVBackend, HyperVSettings
from hvtui.backends.hyperv.diagnose import detached
from hvtui.backends.powershell.agent import Agent, Deadlines
from hvtui.backends.powershell.local_link import LocalLink
from hvtui.backends.powershell.program import Program
from tests.hyperv_host.powershell_wrapper import write_wrapper
from tests.hyperv_host.prelude import prelude

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host


async def diagnosed(powershell: Engine, first: str, patch: pytest.MonkeyPatch, folder: Path) -> list[Check]:
    patch.setenv("HVTUI_PWSH", str(write_wrapper(folder / "powershell", powershell, first)))
    backend = HyperVBackend()
    assert isinstance(backend, Diagnosing)
    return [check async for check in backend.diagnose(HyperVSettings())]


@pytest.mark.engine
async def test_on_a_good_host_all_is_well_and_nothing_is_changed(
    powershell: Engine, host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = host.state()
    checks = {
        check.name: check for check in await diagnosed(powershell, prelude(host.port), monkeypatch, tmp_path)
    }
    assert [check for check in checks.values() if check.verdict is not Verdict.OK] == []
    assert powershell.edition in checks["powershell"].words
    assert checks["process-left"].words.endswith("yes.")
    assert checks["vms"].words == "VMs: 1, checkpoints: 3."
    assert checks["volume"].words.endswith("of 2,147,483,648,000 bytes are free.")
    assert host.state() == before
    assert {cmdlet.name.partition("-")[0] for cmdlet in host.cmdlets()} == {"Get"}


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
async def test_a_machine_without_the_hyper_v_module_is_told_what_to_install_and_no_more(
    powershell: Engine, host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    last = (await diagnosed(powershell, prelude(host.port, without=["Hyper-V"]), monkeypatch, tmp_path))[-1]
    assert (last.name, last.verdict) == ("hyper-v-module", Verdict.FAILED)
    assert "no Hyper-V module" in last.words
    assert "install its Hyper-V role" in last.remedy


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
async def test_a_busy_clustered_host_is_shown_as_it_is(
    powershell: Engine, host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    vm = host.vm_id("web-01")
    host.set_durations(merge=1000)
    host.set_world(cluster="[/]\x1b[31m cluster")
    host.delete(host.checkpoint_id("Before CU-11"))
    host.advance(60)
    checks = {
        check.name: check for check in await diagnosed(powershell, prelude(host.port), monkeypatch, tmp_path)
    }
    assert "MergingDisks (32772; " in checks["secondary-status"].words
    assert "running 1; types seen: 50" in checks["jobs"].words
    assert checks["job-owner"].words == "Of 1 links of jobs, 1 name a VM by its GUID and 1 a job."
    assert checks["cluster"].words == "The host is a node of the cluster [/]\x1b[31m cluster."
    assert vm not in "".join(check.words for check in checks.values())


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
async def test_a_process_that_ends_when_it_is_left_is_a_warning(powershell: Engine) -> None:
    hasty = "[CmdletBinding()] param([string] $Text, [int] $Seconds)\n@{}"
    left, watcher = (
        Agent(
            lambda: LocalLink(powershell.path, {"PWSH_EDITION": powershell.edition}),
            Program(operations={"try_line": hasty}),
            Deadlines(),
            name,
        )
        for name in ("left", "watcher")
    )
    (check,) = [check async for check in detached.checks(left, watched_by=watcher, remote=False)]
    watcher.kill()
    assert check.verdict is Verdict.WARNING
    assert "when its shell is left: no." in check.words
    assert "Do not leave hvtui" in check.remedy


async def test_a_powershell_that_is_not_there_is_the_first_thing_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HVTUI_PWSH", "no-such-powershell")
    (check,) = [check async for check in HyperVBackend().diagnose(HyperVSettings())]
    assert (check.name, check.verdict) == ("command", Verdict.FAILED)
    assert "no-such-powershell" in check.words
