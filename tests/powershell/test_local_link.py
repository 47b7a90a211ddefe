"""How a PowerShell on this machine is started on Windows: outside of the session's job where that is allowed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from hvtui.backends.errors import ConnectError
from hvtui.backends.powershell.link import ERROR_BYTES, LinkEnded
from hvtui.backends.powershell.local_link import IN_JOB, Detachment, LocalLink

WINDOWS = Detachment(no_console=0x08000000, breakaway=0x01000000)
"""CREATE_NO_WINDOW and CREATE_BREAKAWAY_FROM_JOB."""
PRINT = ["-c", "print('started')"]


class Windows:
    """Starts processes as Windows does in a job; `denied` are the flags with which it denies access."""

    def __init__(self, denied: int = 0) -> None:
        self.denied = denied
        self.flags: list[int] = []

    def start(self, command: list[str], *, creationflags: int, **options: Any) -> subprocess.Popen[bytes]:
        self.flags.append(creationflags)
        if creationflags & self.denied:
            raise PermissionError(13, "Access is denied")
        return subprocess.Popen(command, **options)


def opened(link: LocalLink) -> bytes:
    """Open the link and return all that its process prints."""
    link.open(PRINT)
    printed = b""
    try:
        while True:
            printed += link.receive(10)
    except LinkEnded:
        link.close()
        return printed.strip()


def test_a_process_is_started_outside_of_the_job_and_without_our_console() -> None:
    windows = Windows()
    link = LocalLink(sys.executable, detached=WINDOWS, start_process=windows.start)
    assert opened(link) == b"started"
    assert windows.flags == [WINDOWS.no_console | WINDOWS.breakaway]
    assert link.broke_away is True
    assert link.warning == ""


def test_a_process_that_must_stay_in_the_job_is_started_in_it_with_a_warning() -> None:
    windows = Windows(denied=WINDOWS.breakaway)
    link = LocalLink(sys.executable, detached=WINDOWS, start_process=windows.start)
    assert opened(link) == b"started"
    assert windows.flags == [WINDOWS.no_console | WINDOWS.breakaway, WINDOWS.no_console]
    assert link.broke_away is False
    assert link.warning == IN_JOB


def test_a_program_that_may_not_be_run_at_all_is_an_error() -> None:
    windows = Windows(denied=WINDOWS.no_console)
    link = LocalLink(sys.executable, detached=WINDOWS, start_process=windows.start)
    with pytest.raises(ConnectError, match="cannot be started: Access is denied"):
        link.open(PRINT)
    assert link.broke_away is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has jobs")
def test_there_is_no_job_to_break_away_from_on_other_systems() -> None:
    link = LocalLink(sys.executable)
    assert opened(link) == b"started"
    assert link.broke_away is None


def test_text_on_standard_error_of_a_local_process_is_kept_apart_and_bounded() -> None:
    script = "import os; os.write(1, b'fra'); os.write(2, b'x' * 100_000 + b'warning'); os.write(1, b'me')"
    link = LocalLink(sys.executable)
    link.open(["-c", script])
    output = b""
    with pytest.raises(LinkEnded):
        while True:
            output += link.receive(20)
    assert output == b"frame"
    errors = link.take_errors()
    assert len(errors) == ERROR_BYTES
    assert errors.endswith(b"xwarning")
    assert link.take_errors() == b""
    link.close()
