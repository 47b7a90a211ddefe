"""Each kind of problem of the scenario "troubled", by keys at 80x24: how it is marked and told, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal.steps import at, discarded_and_started, marked, told

if TYPE_CHECKING:
    from tests.terminal.conftest import OpenTerminal
    from tests.terminal.tmux import Terminal

pytestmark = pytest.mark.terminal

MARKS = {
    "backup-links": (
        "–        ! ",
        "15 links that no checkpoint owns, 450 GB: a merge is due or has failed.",
    ),
    "broken-chain": ("1   15 d !!", "A file of its disk chain is missing: D:\\Hyper-V\\broken-chain"),
    "dead-share": ("–        ! ", "A file of its disk chain could not be read: \\\\nas-02\\vms\\dead-share"),
    "failed-merge": ("–        !!", "The last merge of its disks failed: 0x80070299 Why"),
    "sick-vm": (
        "?        ! ",
        "Its checkpoints could not be read: The operation cannot be performed on the object",
    ),
}


def troubled(terminal: OpenTerminal, vm: str = "") -> Terminal:
    """Open the scenario, with the cursor in the tree of this VM."""
    screen = terminal("-m", "hvtui", "--demo", "troubled")
    screen.shows("DEMO", "backup-left")
    if vm:
        at(screen, vm)
    return screen


def test_each_problem_is_marked_in_the_list_and_told_in_the_details(terminal: OpenTerminal) -> None:
    screen = troubled(terminal)
    for vm, (mark, words) in MARKS.items():
        at(screen, vm)
        told(screen, "Now", words)
        marked(screen, mark)
        assert "not read yet" not in screen.screen()
        screen.press("Escape")
        screen.shows("node of cluster", "VMs  24")


def test_a_delete_that_does_not_fit_says_so_before(terminal: OpenTerminal) -> None:
    screen = troubled(terminal, "big-delete")
    screen.until(lambda: "480 GB since" in screen.screen(), "its disks")
    screen.press("Home", "d")
    told(
        screen, "Delete checkpoint",
        "“Before migration” Up to 480 GB will be merged into big-delete.vhdx on D:, which has 0 bytes free: it does not"
        " fit. The host merges while the VM uses its disks.",
    )  # fmt: skip
    assert screen.focus() == "Cancel"


def test_a_checkpoint_that_a_backup_left_is_removed_by_typing_the_name_of_the_vm(
    terminal: OpenTerminal,
) -> None:
    screen = troubled(terminal, "backup-left")
    screen.press("Home", "d")
    told(
        screen, "Delete a backup's checkpoint", "Check first: no backup job of this VM is running or waiting"
    )
    told(screen, "Delete a backup's checkpoint", "Type the name of the VM to enable Delete: backup-left")
    screen.name_it("backup-left")
    screen.choose("Delete")
    screen.until(lambda: screen.tree("backup-left") == ["► Now"], "the tree without it")


def test_one_of_a_backup_that_is_at_work_stays(terminal: OpenTerminal) -> None:
    screen = troubled(terminal, "backup-running")
    screen.press("Home", "d")
    screen.shows("Cannot remove backup checkpoint", "backup-running: backing up.")
    screen.until(lambda: screen.tree("backup-running")[:1] == ["▾ ■ Left by a backup"], "its checkpoint")


def test_a_production_checkpoint_that_became_a_standard_one_says_so_at_once(terminal: OpenTerminal) -> None:
    screen = troubled(terminal, "no-production")
    screen.press("c")
    told(screen, "Create checkpoint", "Type: production (standard if that fails)")
    screen.name_it("First")
    screen.choose("Create")
    screen.shows("It is a standard checkpoint", "could not")
    screen.shows("✓ no-production: created First")
    screen.go_to("First", "no-production")
    screen.press("a")
    screen.shows("Apply “First” to no-production?")
    screen.choose("Create Checkpoint and Apply")
    screen.shows("✓ no-production: applied First ", "It is a standard checkpoint")


def test_memory_that_cannot_be_resumed_is_discarded_and_the_vm_starts_cold(terminal: OpenTerminal) -> None:
    screen = troubled(terminal, "old-memory")
    screen.go_to("Before new host", "old-memory")
    screen.press("a")
    told(screen, "Apply checkpoint", "Applying it restores its memory if the host can still resume it.")
    screen.choose("Create Checkpoint and Apply")
    told(
        screen, "Partly done: applying “Before new host”",
        "It was applied, but the VM was not started again. The VM is saved now, on “Before new host”. The host"
        " reported: The VM cannot be resumed from its saved memory.",
    )  # fmt: skip
    discarded_and_started(screen, "old-memory")


def test_a_guest_that_does_not_answer_can_be_turned_off(terminal: OpenTerminal) -> None:
    screen = troubled(terminal, "no-answer")
    screen.press("S")
    screen.shows("Stop no-answer?")
    screen.choose("Shut down")
    told(screen, "The guest does not answer", "its integration service does not answer. Nothing was done.")
    screen.choose("Turn off…")
    told(screen, "Stop virtual machine", "cuts its power")
    screen.choose("Turn off")
    told(screen, "Now  no-answer", "State off")


def test_a_vm_that_does_not_finish_stopping_gets_advice_and_nothing_is_forced(terminal: OpenTerminal) -> None:
    screen = troubled(terminal, "stuck-stop")
    screen.press("S")
    told(screen, "stuck-stop is stopping", "it is probably waiting for the guest. hvtui forces nothing.")
    told(screen, "stuck-stop is stopping", "1. Wait, and look at its console")
    screen.choose("Close")
    screen.until(lambda: screen.tree("stuck-stop") == ["► Now"], "its tree")
