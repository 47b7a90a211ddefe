"""The steps of Restore-VMSnapshot, and the state of the VM when its process is killed between two of them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host.prelude import prelude

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from tests.hyperv_host.engine import Engine, Result
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

RESTORE = """
$checkpoint = Get-VMSnapshot -VM (Get-VM) -Name '{}'
Restore-VMSnapshot -VMSnapshot $checkpoint -Confirm:$false -ErrorAction Stop
(Get-VM).State
"""
WRITES = ("save", "apply", "start")


@pytest.fixture
def start_restore(powershell: Engine, host: Host) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """A function that starts a process which restores 'Clean install', a checkpoint with memory."""
    with ExitStack() as processes:

        def start() -> subprocess.Popen[str]:
            script = prelude(host.port) + RESTORE.format("Clean install")
            process = processes.enter_context(powershell.start(script))
            processes.callback(process.kill)
            return process

        yield start


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
def test_the_steps_depend_on_the_state_of_the_vm(
    host: Host,
    run: Callable[[str], Result],
    before: str,
    checkpoint: str,
    steps: list[str],
    after: str,
) -> None:
    host.set_vm(host.vm_id("web-01"), state=before)

    result = run(RESTORE.format(checkpoint))

    assert result.lines == [after]
    assert [call.verb for call in host.calls(*WRITES)] == steps
    assert len(host.cmdlets("Restore-VMSnapshot")) == 1
    assert host.state()["vms"][host.vm_id("web-01")]["parent"] == host.checkpoint_id(checkpoint)


def test_a_failed_apply_starts_the_vm_again(host: Host, run: Callable[[str], Result]) -> None:
    host.fail_next("apply", 32768, "no", late=True)

    result = run(RESTORE.format("Clean install"))

    assert "no" in result.errors
    assert [call.verb for call in host.calls(*WRITES)] == ["save", "apply", "start"]
    assert vm_state(host) == "Running"


def test_the_vm_stays_saved_when_the_process_is_killed_before_the_apply(
    host: Host, start_restore: Callable[[], subprocess.Popen[str]]
) -> None:
    host.park("apply")
    restoring = start_restore()
    assert host.wait_parked().verb == "apply"
    restoring.kill()
    restoring.wait()
    host.release()

    assert [call.verb for call in host.calls(*WRITES)] == ["save", "apply"]
    assert [ran[0] for ran in host.state()["ran"]] == ["save"]
    assert vm_state(host) == "Saved"


def test_a_job_completes_when_its_process_is_killed_and_the_next_step_does_not_run(
    host: Host, start_restore: Callable[[], subprocess.Popen[str]]
) -> None:
    host.set_durations(save=20)
    restoring = start_restore()
    host.wait_for_call("wait")
    assert vm_state(host) == "Saving"
    restoring.kill()
    restoring.wait()
    host.advance(20)

    assert vm_state(host) == "Saved"
    assert [call.verb for call in host.calls(*WRITES)] == ["save"]


def test_a_call_has_taken_effect_when_the_process_is_killed_before_its_reply(
    host: Host, start_restore: Callable[[], subprocess.Popen[str]]
) -> None:
    host.park("apply", before=False)
    restoring = start_restore()
    host.wait_parked()
    restoring.kill()
    restoring.wait()
    host.release()

    assert [done[0] for done in host.state()["done"]] == ["save", "apply"]
    assert vm_state(host) == "Saved"


def test_a_parked_call_continues_when_it_is_released(
    host: Host, start_restore: Callable[[], subprocess.Popen[str]]
) -> None:
    host.park("apply")
    restoring = start_restore()
    parked = host.wait_parked()
    assert not host.calls()[parked.number - 1].answered
    host.release()
    output, errors = restoring.communicate()

    assert (output.split(), errors) == (["Running"], "")


def test_a_cmdlet_waits_until_the_clock_reaches_the_end_of_its_job(
    host: Host, start_restore: Callable[[], subprocess.Popen[str]]
) -> None:
    host.set_durations(save=20, apply=30, start=10)
    restoring = start_restore()
    for times, seconds in enumerate((20, 30, 10), start=1):
        host.wait_for_call("wait", times=times)
        host.advance(seconds - 1)
        assert not host.calls("wait")[times - 1].answered
        host.advance(1)
    output, _ = restoring.communicate()

    assert output.split() == ["Running"]
