"""Quitting while the host is being read or changed, on a real PowerShell: at once, and no write is harmed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.terminal.steps import apply_that_parks
from tests.winrm.faults import Hang

if TYPE_CHECKING:
    from tests.hyperv_host.host import Host
    from tests.terminal.conftest import OpenTerminal
    from tests.winrm.server import FakeWinRm

pytestmark = [
    pytest.mark.engine,
    pytest.mark.terminal,
    pytest.mark.timeout(120),
    pytest.mark.parametrize("powershell", ["Desktop"], indirect=True),
]
SOON = 5.0
"""Seconds: more than the half of one that it may take on a machine that does nothing else, less than any time limit."""


def test_while_a_reading_hangs_it_quits_at_once(remote: OpenTerminal, winrm: FakeWinRm) -> None:
    screen = remote()
    screen.shows("web-01", "► Now")
    screen.until(lambda: screen.is_quiet and winrm.parked, "the end of the first readings")
    winrm.fail(Hang(), "Send")
    screen.press("F5")
    winrm.wait_hanging()
    asked = time.monotonic()
    screen.press("q")
    assert screen.ended() == 0
    assert time.monotonic() - asked < SOON


def test_while_a_command_runs_it_asks_and_the_host_finishes_the_command(
    local: OpenTerminal, host: Host
) -> None:
    target = host.checkpoint_id("Clean install")
    screen = local()
    apply_that_parks(screen, host, "Clean install")
    screen.press("q")
    screen.shows("Quit hvtui?", "applying “Clean install” on web-01", "The host finishes the current step")
    assert screen.focus() == "Stay"
    screen.choose("Quit")
    assert screen.ended() == 0
    host.release()
    host.wait_for_call("start")
    (vm,) = host.state()["vms"].values()
    assert (vm["state"], vm["parent"]) == ("Running", target)
