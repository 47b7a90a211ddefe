"""Which colours are written: none that NO_COLOR forbids, and none that the terminal does not have."""

from __future__ import annotations

import re
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pty", allow_module_level=True)

from tests.terminal.bare import BareTerminal

LAB = ("-m", "hvtui", "--demo", "lab")
GREY_INDEXES = {0, 7, 8, 15, 16, 59, 102, 145, 188, 231, *range(232, 256)}
"""The colours of the 256 that have no hue."""
GREY_CODES = {str(tens + digit) for tens in (30, 40, 90, 100) for digit in (0, 7)} | {"39", "49"}


def all_that_is_written(terminal: BareTerminal) -> bytes:
    """Open dialogs and lists of the app, quit, and return all that was written."""
    written = b""
    terminal.shows(b"web-01")
    for key, text in (
        (b"c", b"Create checkpoint"), (b"S", b"Turn off"), (b"?", b"Save the state"), (b"m", b"Messages"),
        (b"y", b"Copied"), (b"\t", b"\x1b["), (b"/", b"art of a name"),
    ):  # fmt: skip
        terminal.settle()
        written, terminal.written = written + terminal.written, b""
        terminal.press(key)
        terminal.shows(text)
        if key in b"cS?m":
            terminal.settle()
            terminal.press_until(b"Quit", b"\x1b")  # in the key bar of the main screen
    terminal.press(b"\x11")
    assert terminal.ended() == 0
    return written + terminal.written


def codes(written: bytes) -> list[list[str]]:
    """The parameters of each sequence that sets a style."""
    return [found.split(";") for found in re.findall(r"\x1b\[([\d;]*)m", written.decode("utf-8", "replace"))]


def hues(parameters: list[str]) -> list[str]:
    """The colours with a hue among the parameters of one sequence."""
    found, rest = [], list(parameters)
    while rest:
        code = rest.pop(0)
        if code in ("38", "48") and rest[:1] == ["2"]:
            found += [f"{code};2;{';'.join(rest[1:4])}"] if len(set(rest[1:4])) > 1 else []
            rest = rest[4:]
        elif code in ("38", "48") and rest[:1] == ["5"]:
            found += [f"{code};5;{rest[1]}"] if int(rest[1]) not in GREY_INDEXES else []
            rest = rest[2:]
        elif re.fullmatch(r"[349]\d|10\d", code) and code not in GREY_CODES:
            found.append(code)
    return found


@pytest.mark.parametrize("term", ["xterm-256color", "screen", "linux"])
@pytest.mark.parametrize("colorterm", ["truecolor", ""])
def test_with_no_color_no_sequence_has_a_hue(term: str, colorterm: str) -> None:
    with BareTerminal(*LAB, NO_COLOR="1", TERM=term, COLORTERM=colorterm) as terminal:
        found = codes(all_that_is_written(terminal))
        assert len(found) > 100
        assert [hue for parameters in found for hue in hues(parameters)] == []


@pytest.mark.parametrize("term", ["xterm-16color", "linux", "screen", "vt100"])
def test_a_terminal_with_sixteen_colours_is_sent_these_and_no_others(term: str) -> None:
    with BareTerminal(*LAB, TERM=term) as terminal:
        found = codes(all_that_is_written(terminal))
        assert len(found) > 100
        assert [each for each in found if {"38", "48"} & set(each)] == []
        assert {"31", "32", "33", "36"} <= {hue for each in found for hue in hues(each)}


def test_a_terminal_of_no_size_is_taken_for_one_of_80_by_24() -> None:
    with BareTerminal(*LAB, rows=0, columns=0) as terminal:
        terminal.shows(b"web-01")
        terminal.press(b"q")
        assert terminal.ended() == 0
