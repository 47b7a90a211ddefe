"""Over a real SSH connection: all works by keys, and when the line is cut nothing is left on the host."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.terminal.conftest import over_winrm
from tests.terminal.steps import journey
from tests.terminal.tmux import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.terminal.conftest import OpenTerminal
    from tests.winrm.server import FakeWinRm

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.timeout(180),  # up to four shells are started behind an sshd
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no sshd that a test could start"),
]

CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
"""


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[list[str]]:
    """The ssh command that gets us in to a server of our own on this machine."""
    sshd = shutil.which("sshd", path=os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/usr/local/sbin"]))
    if sshd is None or shutil.which("ssh") is None:
        pytest.skip("no sshd and ssh on this machine")
    for name in ("host_key", "key"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True
        )
    with suppress(OSError):
        Path("/run/sshd").mkdir()  # where sshd, when root runs it, wants an empty folder
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "config").write_text(CONFIG.format(port=port, folder=tmp_path))
    command = [
        "ssh", "-F", "none", "-i", str(tmp_path / "key"), "-p", str(port), "-o", "StrictHostKeyChecking=no",
        "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "BatchMode=yes",
        "-o", "ConnectionAttempts=20", f"{getpass.getuser()}@127.0.0.1",
    ]  # fmt: skip
    with running([sshd, "-D", "-e", "-f", str(tmp_path / "config")], tmp_path / "log") as log:
        tried = subprocess.run([*command, "true"], check=False, capture_output=True, text=True)
        if tried.returncode:
            pytest.skip(f"sshd does not let this user in: {tried.stderr} {log.read_text()}")
        yield command


@contextmanager
def running(command: list[str], log: Path) -> Iterator[Path]:
    with log.open("wb") as told, subprocess.Popen(command, stderr=told) as process:
        try:
            yield log
        finally:
            process.terminate()


def is_gone(process: int) -> bool:
    """A zombie is gone as well: nobody may be there to ask how it ended."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except ProcessLookupError:
        return True
    except FileNotFoundError:
        return False  # gone this very moment, or no /proc: to be asked again


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
def test_a_host_behind_winrm_over_ssh_and_then_the_line_is_cut(
    ssh: list[str], terminal: OpenTerminal, tmp_path: Path, winrm: FakeWinRm
) -> None:
    number, state = tmp_path / "number", tmp_path / "state"
    there = (
        f"echo $$ >{shlex.quote(str(number))}; cd {shlex.quote(str(CHECKOUT))}; "
        f"LANG=C.UTF-8 HVTUI_STATE_DIR={shlex.quote(str(state))} HVTUI_PASSWORD={shlex.quote(winrm.password)} "
        f"exec {sys.executable} -m hvtui {shlex.join(over_winrm(winrm))}"
    )
    program, *words = ssh
    screen = terminal("-tt", *words, there, program=program)
    for _ in journey(screen):
        pass
    hvtui = int(number.read_text())
    assert not is_gone(hvtui)
    screen.press("c")
    screen.shows("Create checkpoint")
    screen.cut()
    screen.until(lambda: is_gone(hvtui), "the end of hvtui on the host")
    winrm.wait_until(lambda: not winrm.shells)
