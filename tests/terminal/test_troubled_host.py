"""A host with problems, on a real PowerShell: what is told of it by keys at 80x24, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host.host import Host
from tests.terminal.steps import at, discarded_and_started, marked, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.terminal.conftest import OpenTerminal
    from tests.terminal.tmux import Terminal

pytestmark = [pytest.mark.engine, pytest.mark.terminal, pytest.mark.timeout(180)]

FAILED = 32768
BROKEN = "The operation cannot be performed on the object because it is not in a valid state."
MARKS = {
    "backup-links": (
        "–        !",
        "15 links that no checkpoint owns, 450 GB: a merge is due or has failed. Why",
    ),
    "dead-share": (
        "–        !",
        "A file of its disk chain could not be read: \\\\nas-02\\vms\\dead-share\\dead-share.vhdx",
    ),
    "failed-merge": (
        "–        !",
        "1 link that no checkpoint owns, 18 GB: a merge is due or has failed. Why",
    ),
    "sick-vm": ("?        !", f"Its checkpoints could not be read: {BROKEN}"),
}
on_both = pytest.mark.parametrize(
    ("powershell", "hvtui"),
    [("Desktop", "local"), ("Core", "remote")],
    indirect=True,
    ids=["Desktop, local", "Core, WinRM"],
)


@pytest.fixture
def host() -> Iterator[Host]:
    """The host of the scenario "troubled". What is wrong beside its world, the tests add."""
    with Host.started("troubled", clock="eager") as started:
        yield started


@on_both
def test_while_the_service_is_stopped_no_vm_vanishes_and_the_cursor_stays(
    hvtui: OpenTerminal, host: Host
) -> None:
    screen = hvtui()
    screen.shows("  24 ─", "backup-left")
    screen.press("Down", "Down", "Down")
    screen.shows("─ backup-running  running ─")
    listed = [row[:18] for row in screen.box("V")]
    host.set_management(service="Stopped")
    screen.shows("Refresh failed: Hyper-V's management service on", "is stopped.", "─ read ")
    assert [row[:18] for row in screen.box("V")] == listed
    assert "  24 ─" in screen.screen()
    assert "not on this host" not in screen.screen()
    host.set_management(service="Running")
    screen.press("F5")
    screen.until(lambda: "Refresh failed" not in screen.screen(), "the end of the trouble")
    screen.until(lambda: [row[:18] for row in screen.box("V")] == listed, "the list as before")


@on_both
def test_a_shell_that_is_not_elevated_is_told_so_with_the_remedy(hvtui: OpenTerminal, host: Host) -> None:
    host.set_management(filtered=True)
    screen = hvtui()
    told(screen, "Hyper-V does not answer", "it is not elevated")
    told(screen, "Hyper-V does not answer", "with “Run as administrator”")
    told(screen, "Hyper-V does not answer", "Verify that the Virtual Machine Management service")


@on_both
def test_what_cannot_be_read_is_shown_as_such_and_spoils_nothing_else(
    hvtui: OpenTerminal, host: Host
) -> None:
    host.refuse("checkpoints", FAILED, BROKEN, argument=host.vm_id("sick-vm"))
    host.read_late(host.vm_id("sr-iov"))
    host.make_unreadable("\\\\nas-02\\vms\\dead-share\\dead-share.vhdx", FAILED)
    screen = hvtui()
    screen.shows("  24 ─", "backup-left    1")
    for vm, (mark, words) in MARKS.items():
        at(screen, vm)
        told(screen, "Now", words)
        marked(screen, mark)
        assert "not read yet" not in screen.screen()
        screen.press("Escape")
        screen.shows("  24 ─")


@on_both
def test_a_delete_says_what_it_costs_and_a_backups_one_asks_for_the_name(hvtui: OpenTerminal) -> None:
    screen = hvtui()
    screen.shows("  24 ─")
    at(screen, "big-delete")
    screen.shows("480 GB since")
    screen.press("Home", "d")
    told(screen, "Delete checkpoint", "Up to 480 GB will be merged into big-delete.vhdx on D:")
    told(screen, "Delete checkpoint", "which has 0 bytes free: it does not fit.")
    screen.escape("Delete checkpoint")

    elsewhere(screen, "backup-left")
    screen.press("Home", "d")
    told(screen, "Delete a backup's checkpoint", "Type the name of the VM to enable Delete: backup-left")
    screen.name_it("backup-left")
    screen.choose("Delete")
    screen.until(lambda: screen.tree("backup-left") == ["► Now"], "the tree without it")


@on_both
def test_what_came_of_a_write_is_told_as_it_is(hvtui: OpenTerminal, host: Host) -> None:
    screen = hvtui()
    screen.shows("  24 ─")
    at(screen, "no-production")
    screen.press("c")
    screen.shows("Checkpoint of no-production. Type: production (standard if that")
    screen.name_it("First")
    screen.choose("Create")
    screen.shows("✓ no-production: created First", "It is a standard checkpoint")
    screen.press("m")
    told(screen, "Operations and messages", "a production one could not be made.")
    screen.escape("Operations and messages")

    host.report_failed("rename", FAILED, "The name was not stored.")
    screen.go_to("First", "no-production")
    screen.press("e")
    screen.shows("Rename “First” of no-production.")
    screen.name_it("Second")
    screen.choose("Rename")
    told(screen, "Done, with an error: renaming", "It was renamed, and the host reported: The name was not")
    screen.choose("Close")
    screen.until(lambda: screen.tree("no-production")[:1] == ["▾ Second"], "the new name")


@on_both
def test_memory_that_cannot_be_resumed_is_discarded_and_the_vm_starts_cold(hvtui: OpenTerminal) -> None:
    screen = hvtui()
    screen.shows("  24 ─")
    at(screen, "old-memory")
    screen.go_to("Before new host", "old-memory")
    screen.press("a")
    told(screen, "Apply checkpoint", "Applying it restores its memory if the host can still resume it.")
    screen.choose("Apply")
    told(
        screen, "Partly done: applying “Before new host”", "It was applied, but the VM was not started again."
    )
    told(screen, "Partly done: applying “Before new host”", "The VM cannot be resumed from its saved memory.")
    discarded_and_started(screen, "old-memory")


@on_both
def test_a_guest_that_cannot_be_asked_can_be_turned_off(hvtui: OpenTerminal) -> None:
    screen = hvtui()
    screen.shows("  24 ─")
    at(screen, "no-answer")
    screen.press("S")
    screen.shows("Stop no-answer?")
    screen.choose("Shut down")
    told(screen, "The guest does not answer", "its integration service does not answer. Nothing was done.")
    screen.choose("Turn off…")
    screen.shows("Stop no-answer?")
    screen.choose("Turn off")
    screen.shows("✓ no-answer: ", "─ no-answer  off ─")


def elsewhere(screen: Terminal, vm: str) -> None:
    """Go from the tree of one VM to that of another one."""
    screen.press("Escape")
    screen.shows("  24 ─")
    at(screen, vm)
