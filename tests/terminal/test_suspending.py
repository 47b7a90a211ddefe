"""Ctrl+Z gives the terminal back to the shell, and ``fg`` shows hvtui as it was."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.terminal.test_ssh import is_gone

if TYPE_CHECKING:
    from tests.terminal.conftest import OpenTerminal
    from tests.terminal.tmux import Terminal

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(shutil.which("bash") is None, reason="needs a shell with job control"),
]
HVTUI = f"{shlex.quote(sys.executable)} -m hvtui --demo one"


@pytest.fixture
def shell(terminal: OpenTerminal) -> Terminal:
    screen = terminal("--norc", "--noprofile", "-i", program="bash", PS1="ready> ")
    screen.shows("ready>")
    return screen


def run(shell: Terminal, command: str) -> None:
    shell.write(command)
    shell.press("Enter")


def suspend(shell: Terminal) -> int:
    """Start hvtui and suspend it; return its process id."""
    run(shell, HVTUI)
    shell.shows("● web-01", "► Now")
    shell.press("C-z")
    shell.shows("Stopped")
    assert shell.knows("alternate_on") == "0"
    assert shell.knows("cursor_flag") == "1"
    run(shell, "jobs -p | sed s/^/process-/")
    shell.until(lambda: re.search(r"process-\d", shell.screen()), "the process id")
    return int(re.findall(r"process-(\d+)", shell.screen())[-1])


def test_suspended_and_resumed_it_shows_the_same_and_takes_keys(shell: Terminal) -> None:
    suspend(shell)
    run(shell, "stty -a | grep -o -- ' echo ' | tr -d ' ' | sed s/^/tty-/")
    shell.shows("tty-echo")
    run(shell, "fg")
    shell.shows("DEMO", "● web-01", "► Now")
    shell.press("c")
    shell.shows("Create checkpoint")
    shell.escape("Create checkpoint")
    shell.press("q")
    shell.shows("ready>")
    assert shell.knows("alternate_on") == "0"


def test_told_to_end_while_it_is_suspended_it_ends_and_the_terminal_stays_usable(shell: Terminal) -> None:
    process = suspend(shell)
    run(shell, f"kill {process}; kill -CONT {process}; wait; echo still-$((40 + 2))")
    shell.shows("still-42")
    shell.until(lambda: is_gone(process), "the end of hvtui")
    run(shell, "stty -a | grep -o -- ' echo ' | tr -d ' ' | sed s/^/tty-/")
    shell.shows("tty-echo")
    assert shell.knows("alternate_on") == "0"


def test_suspended_in_a_terminal_that_is_closed_it_ends(shell: Terminal) -> None:
    process = suspend(shell)
    shell.cut()
    shell.until(lambda: is_gone(process), "the end of hvtui")
