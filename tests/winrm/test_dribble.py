"""A server that sends a header byte by byte for ever: no timeout of the socket ends that."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import ConnectTimeout
from hvtui.backends.hyperv.backend import HyperVSettings
from hvtui.backends.hyperv.program import program
from hvtui.backends.hyperv.session import HyperVSession
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.host.winrm_settings import winrm_target
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.winrm.link import WinRmLink
from hvtui.backends.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def dribbling() -> Iterator[int]:
    """Yield the port of a server that sends one endless header."""
    over = threading.Event()

    def dribble(line: socket.socket) -> None:
        with line, suppress(OSError):
            line.sendall(b"HTTP/1.1 200 OK\r\nServer: ")
            while not over.wait(0.05):
                line.sendall(b"x")

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=dribble, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        over.set()


async def test_connecting_and_reading_end_at_their_deadline(
    dribbling: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    password = Secret("correct horse")
    asked = HyperVSettings(
        host="127.0.0.1", transport="http", port=str(dribbling), user="you", password=password
    )
    session = HyperVSession(
        lambda: WinRmLink(winrm_target(asked), 900),
        program(),
        Journal(tmp_path, "127.0.0.1"),
        Deadlines(start=0.3, read=0.3),
    )
    for attempt in (session.open, session.inventory):
        with pytest.raises(ConnectTimeout, match="did not complete its answer"):
            await attempt()
    await session.close()
