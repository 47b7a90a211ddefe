from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host.conftest import powershell
from tests.hyperv_host.host import Host
from tests.hyperv_host.powershell_wrapper import write_wrapper
from tests.hyperv_host.prelude import prelude
from tests.hyperv_host.warm.launcher import OWN_PROCESS
from tests.terminal.tmux import Terminal
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.hyperv_host.engine import Engine

    OpenTerminal = Callable[..., Terminal]

__all__ = ["powershell"]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[OpenTerminal]:
    """Open a terminal in which a program, Python unless told, runs with these words; all of a test's share one folder of records."""
    if shutil.which("tmux") is None:
        pytest.skip("no tmux on this machine")
    opened: list[Terminal] = []

    def open_terminal(
        *words: str,
        program: str = sys.executable,
        size: str = "80x24",
        term: str = "tmux-256color",
        **environment: str,
    ) -> Terminal:
        kept = {name: os.environ[name] for name in ("PATH", OWN_PROCESS) if name in os.environ}
        environment = kept | {"HVTUI_STATE_DIR": str(tmp_path / "state")} | environment
        folder = tmp_path / f"tmux{len(opened)}"
        opened.append(Terminal(folder, [program, *words], environment, size=size, term=term))
        return opened[-1]

    yield open_terminal
    for one in opened:
        one.close()


@pytest.fixture
def host() -> Iterator[Host]:
    """A host on which nothing takes time unless a call is parked."""
    with Host.started("one", clock="eager") as started:
        yield started


@pytest.fixture
def local(powershell: Engine, host: Host, terminal: OpenTerminal, tmp_path: Path) -> OpenTerminal:
    """Open a terminal with ``hvtui --local``, on a machine whose Hyper-V is the pretend host."""
    powershell_of_the_host = write_wrapper(tmp_path / "powershell", powershell, prelude(host.port))

    def open_local(*words: str, **options: str) -> Terminal:
        return terminal("-m", "hvtui", "--local", *words, HVTUI_PWSH=str(powershell_of_the_host), **options)

    return open_local


@pytest.fixture
def winrm(powershell: Engine, host: Host) -> Iterator[FakeWinRm]:
    with FakeWinRm.started(engine=powershell, prelude=prelude(host.port)) as started:
        yield started


@pytest.fixture
def remote(winrm: FakeWinRm, terminal: OpenTerminal) -> OpenTerminal:
    """Open a terminal with ``hvtui HOST``, where the pretend host is behind WinRM."""

    def open_remote(*words: str, **options: str) -> Terminal:
        return terminal("-m", "hvtui", *over_winrm(winrm), *words, HVTUI_PASSWORD=winrm.password, **options)

    return open_remote


@pytest.fixture(params=["local", "remote"])
def hvtui(request: pytest.FixtureRequest, powershell: Engine) -> OpenTerminal:
    """Open a terminal with hvtui on the pretend host: on that machine, or over WinRM."""
    opens: OpenTerminal = request.getfixturevalue(request.param)
    return opens


def over_winrm(winrm: FakeWinRm) -> list[str]:
    """What is said on the command line to go there."""
    return [f"{winrm.user}@127.0.0.1", "--transport", "http", "--port", str(winrm.port)]
