"""Create, rename, apply, delete and delete subtree by keys: on the demo, and on a real PowerShell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal.steps import Steps, journey

if TYPE_CHECKING:
    from tests.hyperv_host.host import Host
    from tests.terminal.conftest import OpenTerminal
    from tests.terminal.tmux import Terminal

pytestmark = pytest.mark.terminal

CMDLETS = {
    "create": {"Checkpoint-VM": 1},
    "rename": {"Rename-VMSnapshot": 1},
    "apply": {"Checkpoint-VM": 1, "Restore-VMSnapshot": 1},
    "delete": {"Remove-VMSnapshot": 1},
    "delete subtree": {"Remove-VMSnapshot": 1},
}
"""What each step runs on the host, and how often."""


def test_the_demo_does_by_keys_all_that_hvtui_is_for(terminal: OpenTerminal) -> None:
    screen = terminal("-m", "hvtui", "--demo", "one")
    screen.shows("DEMO")
    for _ in journey(screen):
        assert "DEMO" in screen.screen()
    screen.press("q")
    assert screen.ended() == 0


@pytest.mark.rare
@pytest.mark.timeout(180)  # the demo's operations take their time
def test_in_the_demo_lab_a_vm_gets_its_first_checkpoints_and_loses_them(terminal: OpenTerminal) -> None:
    screen = terminal("-m", "hvtui", "--demo")
    screen.shows("DEMO", "dc-01")
    screen.press("/")
    screen.shows("older:30d")
    screen.write("dc-")
    screen.press("Enter")
    screen.until(lambda: screen.tree("dc-01") == ["► Now"], "the tree of dc-01")
    screen.press("Enter")
    steps = Steps(screen, "dc-01")
    steps.create("First", "▾ First", "► Now")
    steps.create("Second", "▾ First", "▾ Second", "► Now")
    steps.rename("First", "Root", "▾ Root", "▾ Second", "► Now")
    steps.apply("Root", "▾ Root", "├─▾ Second", "│ ─ Before applying R…", "└─► Now")
    steps.delete("Second", "▾ Root", "├── Before applying R…", "└─► Now")
    steps.delete("Root", "► Now", going=("“Before applying Root",))
    steps.details("Now", "State    off")


@pytest.mark.engine
def test_a_host_is_by_keys_brought_to_what_the_screen_says(local: OpenTerminal, host: Host) -> None:
    brought_to_what_the_screen_says(local(), host)


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
def test_so_is_a_host_behind_winrm(remote: OpenTerminal, host: Host) -> None:
    brought_to_what_the_screen_says(remote(), host)


def brought_to_what_the_screen_says(screen: Terminal, host: Host) -> None:
    first = {name: host.checkpoint_id(name) for name in ("Clean install", "Old branch", "Before CU-11")}
    ran: list[str] = []
    for step in journey(screen):
        writes = [cmdlet.name for cmdlet in host.cmdlets() if not cmdlet.name.startswith("Get-")]
        new, ran = writes[len(ran) :], writes
        assert {name: new.count(name) for name in new} == CMDLETS[step]
        held = {c["name"]: c for c in host.state()["checkpoints"].values()}
        (vm,) = host.state()["vms"].values()
        match step:
            case "create":
                assert held["Before patch"]["parent"] == first["Before CU-11"]
                assert vm["parent"] == host.checkpoint_id("Before patch")
            case "rename":
                assert host.checkpoint_id("Older branch") == first["Old branch"]
            case "apply":
                assert vm["parent"] == first["Clean install"]
                (made,) = (
                    c for c in held.values() if c["name"].startswith("Before applying Clean install – ")
                )
                assert made["parent"] == host.checkpoint_id("Before patch")
            case "delete":
                assert "Before patch" not in held
                assert len(held) == 4
            case "delete subtree":
                assert set(held) == {"Clean install", "Older branch"}
                assert vm["parent"] == first["Clean install"]
