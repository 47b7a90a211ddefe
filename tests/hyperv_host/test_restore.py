"""Restore-VMSnapshot takes its own steps, and what is left behind when it dies between two of them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host.prelude import prelude

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from tests.hyperv_host.engine import Answer, Engine
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

RESTORE = """
$checkpoint = Get-VMSnapshot -VM (Get-VM) -Name '{}'
Restore-VMSnapshot -VMSnapshot $checkpoint -Confirm:$false -ErrorAction Stop
(Get-VM).State
"""
WRITES = ("save", "apply", "start")


@pytest.fixture
def begin_restore(powershell: Engine, host: Host) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts a process that restores 'Clean install', which has memory."""
    with ExitStack() as processes:

        def begin() -> subprocess.Popen[str]:
            script = prelude(host.port) + RESTORE.format("Clean install")
            process = processes.enter_context(powershell.begin(script))
            processes.callback(process.kill)
            return process

        yield begin


def vm_state(host: Host) -> str:
    (vm,) = host.state()["vms"].values()
    return vm["state"]


@pytest.mark.parametrize(
    ("before", "checkpoint", "steps", "after"),
    [  # facts §4, Restore-VMSnapshot
        ("Running", "Clean install", ["save", "apply", "start"], "Running"),
        ("Running", "Before CU-11", ["save", "apply"], "Off"),
        ("Paused", "Clean install", ["save", "apply"], "Saved"),
        ("Saved", "Clean install", ["apply"], "Saved"),
        ("Off", "Clean install", ["apply"], "Saved"),
        ("Off", "Before CU-11", ["apply"], "Off"),
    ],
)
def test_it_saves_applies_and_starts_as_the_state_before_asks(
    host: Host,
    run: Callable[[str], Answer],
    before: str,
    checkpoint: str,
    steps: list[str],
    after: str,
) -> None:
    host.set_vm(host.vm_id("web-01"), state=before)

    answer = run(RESTORE.format(checkpoint))

    assert answer.lines == [after]
    assert [call.verb for call in host.calls(*WRITES)] == steps
    assert len(host.cmdlets("Restore-VMSnapshot")) == 1
    assert host.state()["vms"][host.vm_id("web-01")]["parent"] == host.checkpoint_id(checkpoint)


def test_a_refused_apply_resumes_the_vm(host: Host, run: Callable[[str], Answer]) -> None:
    host.fail_next("apply", 32768, "no", late=True)

    answer = run(RESTORE.format("Clean install"))

    assert "no" in answer.errors
    assert [call.verb for call in host.calls(*WRITES)] == ["save", "apply", "start"]
    assert vm_state(host) == "Running"


def test_killed_before_the_apply_the_vm_stays_saved(
    host: Host, begin_restore: Callable[[], subprocess.Popen[str]]
) -> None:
    host.park("apply")
    restoring = begin_restore()
    assert host.wait_parked().verb == "apply"
    restoring.kill()
    restoring.wait()
    host.release()

    assert [call.verb for call in host.calls(*WRITES)] == ["save", "apply"]
    assert [ran[0] for ran in host.state()["ran"]] == ["save"]
    assert vm_state(host) == "Saved"


def test_killed_while_the_job_runs_the_job_goes_on_and_the_next_step_does_not_happen(
    host: Host, begin_restore: Callable[[], subprocess.Popen[str]]
) -> None:
    host.set_durations(save=20)
    restoring = begin_restore()
    host.wait_for_call("wait")
    assert vm_state(host) == "Saving"
    restoring.kill()
    restoring.wait()
    host.advance(20)

    assert vm_state(host) == "Saved"
    assert [call.verb for call in host.calls(*WRITES)] == ["save"]


def test_killed_after_a_call_took_effect_but_before_its_answer(
    host: Host, begin_restore: Callable[[], subprocess.Popen[str]]
) -> None:
    host.park("apply", before=False)
    restoring = begin_restore()
    host.wait_parked()
    restoring.kill()
    restoring.wait()
    host.release()

    assert [done[0] for done in host.state()["done"]] == ["save", "apply"]
    assert vm_state(host) == "Saved"


def test_a_released_call_goes_on(host: Host, begin_restore: Callable[[], subprocess.Popen[str]]) -> None:
    host.park("apply")
    restoring = begin_restore()
    parked = host.wait_parked()
    assert not host.calls()[parked.number - 1].answered
    host.release()
    output, errors = restoring.communicate()

    assert (output.split(), errors) == (["Running"], "")


def test_a_cmdlet_waits_for_the_clock(host: Host, begin_restore: Callable[[], subprocess.Popen[str]]) -> None:
    host.set_durations(save=20, apply=30, start=10)
    restoring = begin_restore()
    for times, seconds in enumerate((20, 30, 10), start=1):
        host.wait_for_call("wait", times=times)
        host.advance(seconds - 1)
        assert not host.calls("wait")[times - 1].answered
        host.advance(1)
    output, _ = restoring.communicate()

    assert output.split() == ["Running"]
