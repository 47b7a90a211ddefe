"""No key does what the person at it did not mean, whatever happens meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyte
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hyperv_host.host import Host
    from tests.terminal.conftest import OpenTerminal

pytestmark = [
    pytest.mark.engine,
    pytest.mark.terminal,
    pytest.mark.parametrize("powershell", ["Core"], indirect=True),
]

OPENERS = {
    "c": "Create checkpoint",
    "a": "Apply checkpoint",
    "e": "Rename checkpoint",
    "d": "Delete checkpoint",
    "D": "Delete checkpoint subtree",
    "S": "Stop virtual machine",
    "v": "Save virtual machine",
}


class ReversedText(pyte.Screen):
    """A terminal that remembers what was written in reverse, as a button in focus is."""

    def __init__(self) -> None:
        super().__init__(80, 24)
        self.seen: set[str] = set()

    def draw(self, data: str) -> None:
        if self.cursor.attrs.reverse:
            self.seen.add(data.strip())
        super().draw(data)


def test_what_another_admin_did_meanwhile_stops_it_and_is_shown(hvtui: OpenTerminal, host: Host) -> None:
    screen, target = hvtui(), host.checkpoint_id("Old branch")
    screen.shows("Old branch", "► Now")
    screen.press("Tab")
    screen.go_to("Old branch")
    screen.press("d")
    screen.shows("Delete this checkpoint of web-01?")
    host.rename(target, "Keep this")
    host.advance(60)
    screen.choose("Delete")
    screen.shows("Changed in the meantime", "“Old branch” is called “Keep this” now.")
    screen.choose("Close")

    screen.go_to("Keep this")
    screen.press("a")
    screen.shows("Apply “Keep this” to web-01?")
    host.delete(target)
    host.advance(60)
    screen.choose("Create Checkpoint and Apply")
    screen.shows("Changed in the meantime", "The checkpoint is not there any more.")
    screen.choose("Close")
    screen.until(lambda: screen.tree() == ["▾ Clean install", "▾ Before CU-11", "► Now"], "the tree")
    assert [ran[0] for ran in host.state()["ran"]] == ["rename", "destroy"]


@pytest.mark.rare
def test_neither_a_held_key_nor_one_typed_ahead_confirms(local: OpenTerminal, host: Host) -> None:
    screen = local()
    screen.shows("Old branch", "► Now")
    screen.press("Tab")
    screen.go_to("Old branch")
    held = [(key, [key] * 30) for key in OPENERS]
    ahead = [(key, [key, *typed, "Enter"]) for key in "caDS" for typed in ((), ("Tab",))]
    for key, typed in held + ahead:
        screen.press(*typed)
        screen.shows(f"─ {OPENERS[key]} ─")
        screen.escape(OPENERS[key])
        assert "web-01: " not in screen.screen().splitlines()[-3], "something is being done"

    screen.press("C-p")
    screen.shows("Search for commands")
    screen.write("apply")
    screen.shows("Apply the checkpoint to the VM")
    for _ in range(40):
        screen.press("Enter")  # held down: as it chose the command, so it would press the button in focus
    screen.shows("─ Apply checkpoint ─")
    screen.escape("Apply checkpoint")
    assert host.state()["ran"] == []


def test_no_frame_of_a_dialog_has_the_focus_on_what_does_harm(
    local: OpenTerminal, host: Host, tmp_path: Path
) -> None:
    screen, record = local(), tmp_path / "record"
    screen.shows("Old branch", "► Now")
    screen.press("Tab")
    screen.go_to("Old branch")
    screen.record(record)
    screen.press("d")
    screen.until(lambda: b" Cancel " in record.read_bytes(), "the dialog")
    screen.choose("Cancel")
    reversed_text = ReversedText()
    pyte.ByteStream(reversed_text).feed(record.read_bytes())
    assert reversed_text.seen == {"Cancel"}
    assert host.state()["ran"] == []
