"""A password is in nothing that others can see, on this machine or on the host's: only in messages under seal."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.terminal.conftest import over_winrm
from tests.terminal.tmux import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hyperv_host.host import Host
    from tests.terminal.conftest import OpenTerminal
    from tests.winrm.server import FakeWinRm

pytestmark = [
    pytest.mark.engine,
    pytest.mark.terminal,
    pytest.mark.parametrize("powershell", ["Core"], indirect=True),
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc to look into"),
]

HOST = """\
[hosts.hv01]
address = "127.0.0.1"
transport = "http"
port = {port}
user = "{user}"
"""


@pytest.fixture
def marker() -> str:
    """A password that is in no other test."""
    return f"marker-{secrets.token_hex(4)}-horse"


def processes() -> Iterator[Path]:
    yield from (each for each in Path("/proc").iterdir() if each.name.isdigit())


def holders(marker: str, what: str) -> list[str]:
    """The command lines of processes that show it in this file of theirs."""
    found = []
    for process in processes():
        try:
            if marker.encode() in (process / what).read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # it ended meanwhile
    return found


def children(parent: int) -> list[Path]:
    found = []
    for process in processes():
        try:
            if int((process / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(process)
        except OSError:
            continue
    return found


def files_with_it(marker: str, folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and marker.encode() in file.read_bytes()]


def test_a_password_that_was_typed_is_on_no_screen_in_no_file_and_in_no_list_of_processes(
    terminal: OpenTerminal, winrm: FakeWinRm, host: Host, tmp_path: Path, marker: str
) -> None:
    winrm.change_password(marker)
    config, record = tmp_path / "config.toml", tmp_path / "record"
    config.touch(0o600)
    config.write_text(HOST.format(port=winrm.port, user=winrm.user))
    screen = terminal("-m", "hvtui", "hv01", HVTUI_CONFIG=str(config))
    screen.record(record)
    screen.shows("Password of")
    screen.name_it(marker)
    screen.choose("Sign in")
    screen.shows("Before CU-11", "► Now")
    screen.press("c")
    screen.shows("Create checkpoint")
    screen.choose("Create")
    screen.shows("✓ web-01: created ")
    assert holders(marker, "cmdline") == []
    assert holders(marker, "environ") == []
    winrm.change_password("another")
    winrm.drop_connections()
    screen.press("F5")
    screen.shows("Not signed in")
    screen.choose("Close")
    screen.press("q")
    assert screen.ended() == 0
    assert files_with_it(marker, tmp_path) == []
    assert marker not in screen.parting_words()
    assert [message for message in winrm.messages() if marker.encode() in message.wire] == []


def test_one_in_the_environment_goes_to_no_powershell(local: OpenTerminal, host: Host, marker: str) -> None:
    screen = local(HVTUI_PASSWORD=marker)
    screen.shows("Before CU-11", "► Now")
    screen.press("c")
    screen.shows("Create checkpoint")
    screen.choose("Create")
    screen.shows("✓ web-01: created ")
    started = children(int(screen.knows("pane_pid")))
    assert len(started) == 3  # for reading, for disks and details, and for writing
    for each in started:
        environment = (each / "environ").read_bytes()
        assert b"HVTUI" in environment
        assert marker.encode() not in environment


@pytest.mark.rare
def test_the_report_of_diagnose_is_without_it(
    winrm: FakeWinRm, host: Host, tmp_path: Path, marker: str
) -> None:
    winrm.change_password(marker)
    environment = os.environ | {"HVTUI_PASSWORD": marker, "HVTUI_STATE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "hvtui", "diagnose", *over_winrm(winrm)]
    ran = subprocess.run(command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert "sign-in" in ran.stdout
    assert marker not in ran.stdout + ran.stderr
    assert files_with_it(marker, tmp_path) == []
