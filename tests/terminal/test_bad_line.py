"""Over a bad line the bytes of one key come in pieces, and what the terminal answers comes late."""

from __future__ import annotations

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pty", allow_module_level=True)

from tests.terminal.bare import BareTerminal

DEMO = ("-m", "hvtui", "--demo", "one")


def test_a_key_in_pieces_is_that_key_and_none_of_its_letters() -> None:
    with BareTerminal(*DEMO) as terminal:
        terminal.shows(b"web-01")
        terminal.press(b"\tkkk")
        terminal.settle()
        for piece in (b"\x1b[", b"D", b"\x1bO", b"D", b"\x1b[1", b";5", b"D"):
            terminal.press(piece)
            terminal.settle()  # longer than a lone Escape is waited for
        terminal.press(b"\x11")
        assert terminal.ended() == 0
        assert b"Delete these" not in terminal.written
        assert b"Delete this" not in terminal.written


def test_an_answer_of_the_terminal_that_comes_late_and_in_pieces_is_no_key() -> None:
    with BareTerminal(*DEMO) as terminal:
        terminal.shows(b"web-01")
        for piece in (b"\x1b[?2026", b";2$y", b"\x1b[?2048;", b"0$y"):
            terminal.press(piece)
            terminal.settle()
        terminal.press(b"\x11")
        assert terminal.ended() == 0
        assert b"Copied" not in terminal.written


def test_escape_alone_is_a_key_at_once() -> None:
    with BareTerminal(*DEMO) as terminal:
        terminal.shows(b"web-01")
        terminal.press(b"c")
        terminal.shows(b"Create checkpoint")
        terminal.settle()
        terminal.press_until(b"Quit", b"\x1b")
        terminal.settle()
        terminal.press(b"S")
        terminal.shows(b"Turn off")
