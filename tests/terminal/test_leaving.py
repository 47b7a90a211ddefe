"""However hvtui ends, the terminal is as it was, and no process is left."""

from __future__ import annotations

import signal
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has neither pty nor these signals", allow_module_level=True)

from tests.terminal.bare import PATIENCE, BareTerminal

DEMO = ("-m", "hvtui", "--demo", "one")
LEAVES_SCREEN, SHOWS_CURSOR = b"\x1b[?1049l", b"\x1b[?25h"


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_the_terminal_is_as_before(end: signal.Signals) -> None:
    with BareTerminal(*DEMO) as terminal:
        terminal.shows(b"web-01")
        assert not terminal.is_as_before
        terminal.process.send_signal(end)
        assert terminal.ended() == 128 + end
        last = terminal.written.rpartition(b"web-01")[2]
        assert LEAVES_SCREEN in last
        assert SHOWS_CURSOR in last
        assert terminal.is_as_before


def test_when_the_terminal_goes_away_it_ends_though_no_signal_comes() -> None:
    with BareTerminal(*DEMO) as terminal:
        terminal.shows(b"web-01")
        terminal.go_away()
        assert terminal.process.wait(PATIENCE) == 128 + signal.SIGHUP


@pytest.mark.parametrize(
    ("encoding", "typed", "shown"), [("latin-1", b"w\xe9", b"w\xe9"), ("ascii", "wéx".encode(), b"w?x")]
)
def test_a_letter_of_another_encoding_does_not_break_it(encoding: str, typed: bytes, shown: bytes) -> None:
    with BareTerminal(*DEMO, PYTHONIOENCODING=encoding) as terminal:
        terminal.shows(b"web-01")
        terminal.press(b"/")
        terminal.shows(b"art of a name")
        terminal.press(typed)
        terminal.shows(shown)
        terminal.press(b"\x11")  # Ctrl+Q
        assert terminal.ended() == 0


@pytest.mark.parametrize(("words", "reports"), [((), True), (("--no-mouse",), False)])
def test_the_mouse_is_left_to_the_terminal_when_told_so(words: tuple[str, ...], reports: bool) -> None:
    with BareTerminal(*DEMO, *words) as terminal:
        terminal.shows(b"web-01")
        terminal.press(b"q")
        assert terminal.ended() == 0
        asked_for = [
            mode for mode in (1000, 1002, 1003, 1006, 1015, 1016) if b"\x1b[?%dh" % mode in terminal.written
        ]
        assert bool(asked_for) is reports
