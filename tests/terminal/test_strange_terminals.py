"""Terminals that lie about their size, change it all the time, or send what was not asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pty", allow_module_level=True)

from tests.terminal.bare import BareTerminal
from tests.tui.test_sequences import ANSWERS

if TYPE_CHECKING:
    from tests.terminal.conftest import OpenTerminal

DEMO = ("-m", "hvtui", "--demo", "one")
PAINTED = b"\x1b[?2004h"
SIZES = ("200x60", "20x5", "80x24", "300x90", "60x20", "1x1", "120x36")


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1000, 1000)])
def test_whatever_size_a_terminal_claims_it_answers_keys_and_ends(rows: int, columns: int) -> None:
    with BareTerminal(*DEMO, rows=rows, columns=columns) as terminal:
        terminal.shows(b"web-01" if rows > 100 else PAINTED)
        terminal.settle()
        assert len(terminal.written) < 400_000
        terminal.press(b"\x11")
        assert terminal.ended() == 0
        assert terminal.is_as_before


def test_what_a_terminal_answers_unasked_opens_nothing_and_changes_nothing() -> None:
    with BareTerminal(*DEMO) as terminal:
        terminal.shows(b"web-01")
        terminal.settle()
        shown = len(terminal.written)
        answers = (*ANSWERS, "\x1b[?9999;4$y", "\x1b[48;1;1;1;1t", "\x1b[999;999R")
        terminal.press("".join(answers).encode())
        terminal.settle()
        terminal.press(bytes(range(128, 256)))
        terminal.settle()
        assert terminal.written[shown:] == b""
        terminal.press(b"?")
        terminal.shows(b"Create a checkpoint of the VM")
        terminal.settle()
        terminal.press(b"\x11")
        assert terminal.ended() == 0


def test_a_size_that_the_terminal_reports_is_taken_once_it_has_said_that_it_reports_sizes() -> None:
    with BareTerminal(*DEMO) as terminal:
        terminal.shows(b"web-01")
        terminal.settle()
        terminal.press(b"\x1b[?2048;2$y")
        terminal.shows(b"\x1b[?2048h")
        terminal.press(b"\x1b[48;30;100;600;900t")
        terminal.shows(b"\x1b[30H")  # the last row
        terminal.press(b"q")
        assert terminal.ended() == 0


@pytest.mark.terminal
def test_after_a_storm_of_resizes_the_screen_is_that_of_the_last_size(terminal: OpenTerminal) -> None:
    screen = terminal(*DEMO)
    screen.shows("DEMO", "Now", "? Help")
    screen.settle()
    before = screen.screen()
    for size in SIZES * 5:
        screen.resize(*map(int, size.split("x")))
    screen.resize(80, 24)
    screen.until(lambda: screen.screen() == before, "the screen of before")
    screen.press("c")
    screen.shows("Create checkpoint")
    screen.escape("Create checkpoint")
    screen.press("q")
    assert screen.ended() == 0
