"""Small, colourless and old terminals: all can be read, and every dialog can be answered."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.terminal.conftest import OpenTerminal

DEMO = ("-m", "hvtui", "--demo", "one")
ANSWERS = {
    "c": ("Create", "Cancel"),
    "a": ("Create Checkpoint and Apply", "Apply", "Cancel"),
    "e": ("Rename", "Cancel"),
    "d": ("Delete", "Cancel"),
    "D": ("Delete", "Cancel"),
    "S": ("Shut down", "Turn off", "Cancel"),
    "v": ("Save", "Cancel"),
}


@pytest.mark.terminal
def test_at_60_by_20_all_answers_are_in_sight(terminal: OpenTerminal) -> None:
    screen = terminal(*DEMO, size="60x20")
    screen.shows("DEMO", "● web-01", "► Now", "? Help", "q Quit")
    screen.press("Tab")
    for checkpoint in ("Clean install", "Before CU-11"):
        screen.go_to(checkpoint)
        for key, answers in ANSWERS.items():
            screen.press(key)
            screen.shows(*(f" {answer} " for answer in answers))
            assert checkpoint in screen.screen() or key in "cSv"
            screen.choose("Cancel")
    screen.press("q")
    assert screen.ended() == 0


@pytest.mark.terminal
def test_a_dialog_longer_than_the_screen_shows_its_question_and_its_answers(terminal: OpenTerminal) -> None:
    screen = terminal(*DEMO, size="60x16")
    screen.shows("DEMO", "● web-01", "Old branch")
    screen.press("Tab")
    screen.go_to("Old branch")
    screen.press("a")
    screen.shows("Apply “Old branch” to web-01?", *(f" {answer} " for answer in ANSWERS["a"]))
    assert "cannot be undone." not in screen.screen()

    screen.settle()
    screen.press("PageDown")
    screen.shows("cannot be undone.")
    screen.shows(*(f" {answer} " for answer in ANSWERS["a"]))


@pytest.mark.terminal
@pytest.mark.parametrize(
    ("term", "environment"),
    [("screen", {}), ("tmux", {}), ("linux", {}), ("xterm", {"NO_COLOR": "1"}), ("vt100", {})],
)
def test_on_a_poor_terminal_the_answer_in_focus_is_seen(
    term: str, environment: dict[str, str], terminal: OpenTerminal
) -> None:
    screen = terminal(*DEMO, term=term, **environment)
    screen.shows("web-01", "Now", "running")
    screen.press("Tab")
    screen.press("Up")
    screen.shows("Applying it leaves the VM off.")
    screen.press("d")
    screen.choose("Delete")
    screen.shows("web-01: deleted Before CU-11 ")
    assert "?" not in screen.screen().replace("? Help", "").replace("Press ? for all keys", "")
    screen.press("q")
    assert screen.ended() == 0


@pytest.mark.terminal
def test_in_an_iso_8859_1_locale_all_is_written_and_typed_in_it(tmp_path: Path) -> None:
    bare = pytest.importorskip("tests.terminal.bare", reason="needs POSIX", exc_type=ImportError)
    made = tmp_path / "en_US.ISO-8859-1"
    command = ["localedef", "-i", "en_US", "-f", "ISO-8859-1", str(made)]
    if not shutil.which("localedef") or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no localedef, or no sources for it")
    with bare.BareTerminal(*DEMO, LOCPATH=str(tmp_path), LC_ALL=made.name) as terminal:
        terminal.shows(b"web-01")
        terminal.press(b"/")
        terminal.shows(b"art of a name")
        terminal.press("wé".encode("latin-1"))
        terminal.shows("wé".encode("latin-1"))
        terminal.press(b"\x11")
        assert terminal.ended() == 0
        assert b"\\u" not in terminal.written
        assert b"\\x" not in terminal.written
        assert "├".encode() not in terminal.written
