"""`diagnose` on this machine's PowerShell: every check passes, or the first one that fails names the remedy."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.contract import Check, Diagnosing, Verdict
from hvtui.backends.hyperv.backend import HyperVBackend, HyperVSettings
from hvtui.backends.powershell.agent import Agent, Deadlines
from hvtui.backends.powershell.diagnose import detached
from hvtui.backends.powershell.local_link import LocalLink
from hvtui.backends.powershell.program import Program
from tests.hyperv_host.powershell_wrapper import write_wrapper
from tests.hyperv_host.prelude import prelude

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host


@pytest.fixture
def briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Watch a process for a shorter time than on a real host."""
    monkeypatch.setattr(detached, "WATCH", 0.3)


SKIPPED = {
    "cmd-shell",
    "secondary-status",
    "cluster-volume",
    "job-owner",
    "merge-events",
    "cluster",
    "shared-volumes",
    "quotas",
}
"""The checks that this pretend host offers nothing for."""
OF_SILENCE = {"platform", "service", "elevation", "rights"}


async def diagnosed(powershell: Engine, first: str, patch: pytest.MonkeyPatch, folder: Path) -> list[Check]:
    patch.setenv("HVTUI_PWSH", str(write_wrapper(folder / "powershell", powershell, first)))
    backend = HyperVBackend()
    assert isinstance(backend, Diagnosing)
    return [check async for check in backend.diagnose(HyperVSettings())]


@pytest.mark.engine
@pytest.mark.usefixtures("briefly")
async def test_a_good_host_has_no_problem_and_is_not_changed(
    powershell: Engine, host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = host.state()
    checks = {
        check.name: check for check in await diagnosed(powershell, prelude(host.port), monkeypatch, tmp_path)
    }
    assert {check.verdict for check in checks.values()} == {Verdict.OK, Verdict.SKIPPED}
    assert {name for name, check in checks.items() if check.verdict is Verdict.SKIPPED} == SKIPPED
    assert powershell.edition in checks["powershell"].words
    assert checks["process-left"].words.endswith("yes.")
    assert checks["vms"].words == "VMs: 1, checkpoints: 3."
    assert checks["volume"].words.endswith("of 2,147,483,648,000 bytes are free.")
    assert host.state() == before
    assert {cmdlet.name.partition("-")[0] for cmdlet in host.cmdlets()} == {"Get"}


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
async def test_without_the_hyper_v_module_the_last_check_says_what_to_install(
    powershell: Engine, host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    last = (await diagnosed(powershell, prelude(host.port, without=["Hyper-V"]), monkeypatch, tmp_path))[-1]
    assert (last.name, last.verdict) == ("hyper-v-module", Verdict.FAILED)
    assert "no Hyper-V module" in last.words
    assert "install its Hyper-V role" in last.remedy


@pytest.mark.engine
@pytest.mark.usefixtures("briefly")
@pytest.mark.parametrize(
    ("on_the_host", "warned", "remedy"),
    [
        ({"service": "Stopped"}, {"service"}, "Start-Service vmms"),
        ({"filtered": True}, {"elevation"}, "Run as administrator"),
        ({"service": "", "platform": False}, {"platform", "service"}, "Install the Hyper-V role"),
        ({"service": "Stopped", "filtered": True}, {"service", "elevation"}, "Start-Service vmms"),
    ],
)
async def test_what_keeps_hyper_v_from_answering_is_a_check_of_its_own(
    powershell: Engine,
    host: Host,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    on_the_host: dict[str, Any],
    warned: set[str],
    remedy: str,
) -> None:
    host.set_management(**on_the_host)
    *checks, last = await diagnosed(powershell, prelude(host.port), monkeypatch, tmp_path)
    named = {check.name: check.verdict for check in checks if check.name in OF_SILENCE}
    assert set(named) == OF_SILENCE
    assert {name for name, verdict in named.items() if verdict is Verdict.WARNING} == warned
    assert (last.name, last.verdict) == ("vms", Verdict.FAILED)
    assert remedy in last.remedy


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
@pytest.mark.usefixtures("briefly")
async def test_the_jobs_and_the_cluster_of_a_host_are_reported(
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
    assert "running: 1; types seen: 50" in checks["jobs"].words
    assert checks["job-owner"].words == (
        "Of 1 Msvm_AffectedJobElement, 1 name a VM's GUID and 1 a listed job."
    )
    assert checks["cluster"].words == "The host is a node of the cluster [/]\x1b[31m cluster."
    assert vm not in "".join(check.words for check in checks.values())


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
@pytest.mark.usefixtures("briefly")
@pytest.mark.parametrize("query", ["checkpoints", "drives"])
async def test_one_vm_that_cannot_be_read_spoils_no_other_check(
    powershell: Engine,
    host: Host,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    query: str,
) -> None:
    host.reset("troubled")
    state = host.state()
    sick = next(one["vm"] for one in state["checkpoints"].values())
    host.refuse(query, 32768, "Beschädigt.", argument=sick)
    checks = {
        check.name: check for check in await diagnosed(powershell, prelude(host.port), monkeypatch, tmp_path)
    }
    hidden = sum(one["vm"] == sick for one in state["checkpoints"].values()) if query == "checkpoints" else 0
    assert (
        checks["vms"].words == f"VMs: {len(state['vms'])}, checkpoints: {len(state['checkpoints']) - hidden}."
    )
    assert checks["volume"].verdict is Verdict.OK
    assert checks["disk"].verdict is Verdict.OK
    assert ("Beschädigt." in checks["inventory"].words) is (query == "checkpoints")


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
@pytest.mark.usefixtures("briefly")
async def test_a_service_that_stops_during_the_checks_is_named(
    powershell: Engine, host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    host.park("drives")
    diagnosing = asyncio.create_task(diagnosed(powershell, prelude(host.port), monkeypatch, tmp_path))
    await asyncio.to_thread(host.wait_parked)
    host.set_management(service="Stopped")
    host.release()
    *checks, last = await diagnosing
    assert (last.name, last.verdict) == ("inventory", Verdict.FAILED)
    assert "is stopped" in last.words
    assert "Run as Administrator" in last.words
    assert "Start-Service vmms" in last.remedy
    volumes = [
        check.verdict for check in checks if check.name in ("disk", "disks", "volume", "cluster-volume")
    ]
    assert volumes == [Verdict.WARNING] * 4


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
async def test_a_process_that_ends_when_its_client_disconnects_is_a_warning(powershell: Engine) -> None:
    ends_at_once = "[CmdletBinding()] param([string] $Text, [int] $Seconds)\n@{}"
    agent, watcher = (
        Agent(
            lambda: LocalLink(powershell.agents, {"PWSH_EDITION": powershell.edition}),
            Program(operations={"try_line": ends_at_once}),
            Deadlines(),
            name,
        )
        for name in ("agent", "watcher")
    )
    (check,) = [check async for check in detached.checks(agent, watched_by=watcher, remote=False)]
    watcher.kill()
    assert check.verdict is Verdict.WARNING
    assert "when its client disconnects: no." in check.words
    assert "Do not quit hvtui" in check.remedy


async def test_a_missing_powershell_is_the_only_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HVTUI_PWSH", "no-such-powershell")
    (check,) = [check async for check in HyperVBackend().diagnose(HyperVSettings())]
    assert (check.name, check.verdict) == ("command", Verdict.FAILED)
    assert "no-such-powershell" in check.words
