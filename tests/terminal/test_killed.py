"""hvtui dies in the middle of an apply: the host ends it as if nothing had been, and the next hvtui knows."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.terminal.steps import apply_that_parks

if TYPE_CHECKING:
    from tests.hyperv_host.host import Host
    from tests.terminal.conftest import OpenTerminal
    from tests.terminal.tmux import Terminal
    from tests.winrm.server import FakeWinRm

pytestmark = [
    pytest.mark.engine,
    pytest.mark.terminal,
    pytest.mark.parametrize("powershell", ["Core"], indirect=True),
]


@pytest.mark.parametrize("death", ["kill -9", "hang-up"])
def test_an_apply_outlives_its_hvtui_and_the_next_one_says_so(
    death: str, hvtui: OpenTerminal, host: Host
) -> None:
    target = host.checkpoint_id("Clean install")
    screen = hvtui()
    apply_that_parks(screen, host, "Clean install")
    if death == "hang-up":
        screen.hang_up()
    else:
        screen.cut()

    screen = hvtui()
    screen.shows("web-01: earlier hvtui: applying Clean install")
    screen.press("c")
    screen.shows("Cannot create", "command from an earlier")
    assert "Create checkpoint" not in screen.screen()

    host.release()
    host.wait_for_call("start")
    refresh_until_told(screen)
    (vm,) = host.state()["vms"].values()
    assert (vm["state"], vm["parent"]) == ("Running", target)
    assert [done[0] for done in host.state()["done"]] == ["save", "apply", "start"]
    assert len(host.cmdlets("Restore-VMSnapshot")) == 1
    screen.press("c")
    screen.shows("Create checkpoint")


def refresh_until_told(screen: Terminal) -> None:
    """Press F5 until the apply of the earlier hvtui is told to have ended."""

    def is_told() -> bool:
        screen.press("F5")
        return "web-01: earlier hvtui: applying Clean install  outcome unknown" in screen.screen()

    screen.until(is_told, "how it ended")


@pytest.mark.parametrize("end", ["SIGTERM", "hang-up"])
def test_told_to_end_it_leaves_no_idle_shell_on_the_host(
    end: str, remote: OpenTerminal, winrm: FakeWinRm, host: Host
) -> None:
    screen = remote()
    screen.shows("Clean install", "► Now")
    screen.press("c")
    screen.shows("Create checkpoint")
    screen.choose("Create")
    screen.shows("✓ web-01: created ")
    winrm.wait_until(lambda: len(winrm.shells) == 3)  # for reading, for disks and details, and for writing
    if end == "hang-up":
        screen.hang_up()
    else:
        os.kill(int(screen.knows("pane_pid")), signal.SIGTERM)
    winrm.wait_until(lambda: not winrm.shells and not winrm.processes)


def test_an_apply_in_a_group_outlives_a_hang_up_and_is_told_under_another_name_of_the_machine(
    remote: OpenTerminal, terminal: OpenTerminal, winrm: FakeWinRm, host: Host
) -> None:
    by_name = f"{winrm.user}@localhost"
    screen = remote(by_name)
    screen.shows("127.0.0.1", "same machine", "Clean install", "► Now")
    apply_that_parks(screen, host, "Clean install")
    screen.hang_up()

    to_it = ("--transport", "http", "--port", str(winrm.port))
    screen = terminal("-m", "hvtui", by_name, *to_it, HVTUI_PASSWORD=winrm.password)
    screen.shows("web-01: earlier hvtui: applying Clean install")
    host.release()
    host.wait_for_call("start")
    refresh_until_told(screen)
    assert [done[0] for done in host.state()["done"]] == ["save", "apply", "start"]
