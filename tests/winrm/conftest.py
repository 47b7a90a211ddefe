from __future__ import annotations

import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from winrm.protocol import Protocol

from tests.hyperv_host.conftest import host, powershell
from tests.winrm import realm as realms
from tests.winrm.realm import Realm
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Connect = Callable[..., Protocol]

__all__ = ["host", "powershell"]

ECHO = """
import sys
for line in sys.stdin.buffer:
    sys.stdout.buffer.write(b"got " + line)
    sys.stdout.flush()
sys.stderr.write("bye\\n")
sys.exit(7)
"""
PROGRAMS = {"echo": [sys.executable, "-S", "-c", ECHO], "python": [sys.executable, "-S", "-c"]}


def echo(client: Protocol) -> tuple[str, str]:
    """Open a shell and start the program `echo` in it."""
    shell = client.open_shell(idle_timeout="PT900.000S")
    return shell, client.run_command(shell, "echo", console_mode_stdin=False)


def reconnected(client: Protocol) -> Protocol:
    """Return the client without its lost connection and session key."""
    client.transport.close_session()
    client.transport.encryption = None
    return client


@pytest.fixture
def server() -> Iterator[FakeWinRm]:
    """Start a server over http. Its program `echo` answers each line with ``got`` and the line, and exits with 7."""
    with FakeWinRm.started(programs=PROGRAMS) as started:
        yield started


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    """Return a function that creates a stock pywinrm client of a server."""
    opened: list[Protocol] = []

    def connect(server: FakeWinRm, **options: Any) -> Protocol:
        trusted = tmp_path / f"trusted-{len(opened)}.pem"
        if server.certificate:
            trusted.write_bytes(server.certificate.trusted_by)
        given = {
            "endpoint": server.url,
            "transport": "ntlm",
            "username": server.user,
            "password": server.password,
            "ca_trust_path": str(trusted) if server.certificate else None,
            "proxy": None,
        }
        opened.append(Protocol(**(given | options)))
        return opened[-1]

    yield connect
    for client in opened:
        client.transport.close_session()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


@pytest.fixture
def realm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Realm]:
    """Start a realm and make this process a member; there is no ticket yet."""
    if importlib.util.find_spec("kerberos") is None:
        pytest.skip("pywinrm[kerberos] is not installed: make kerberos does it")
    if missing := realms.missing():
        pytest.skip(f"no {', '.join(missing)} on this machine")
    folder = tmp_path / "realm"
    folder.mkdir()
    with Realm.started(folder, user="hv-demo", password="correct horse") as started:
        for name, value in started.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path / "state"))
        yield started
