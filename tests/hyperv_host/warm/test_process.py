"""A script in a warm engine finds nothing of those before it, and ends as one in a process of its own."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host.conftest import powershell
from tests.hyperv_host.warm.process import Run, WarmEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hyperv_host.engine import Engine

    Start = Callable[..., Run]

__all__ = ["powershell"]

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has warm engines"),
]
ECHO = """
$reader = New-Object IO.StreamReader([Console]::OpenStandardInput())
[Console]::Out.WriteLine('ready')
while ($null -ne ($line = $reader.ReadLine())) { "got $line" }
[Console]::Error.WriteLine('bye')
exit 7
"""


@pytest.fixture
def engine(powershell: Engine) -> Iterator[WarmEngine]:
    started = WarmEngine(powershell.path, {**os.environ, "PWSH_EDITION": powershell.edition})
    yield started
    started.close()


@pytest.fixture
def start(engine: WarmEngine) -> Start:
    """Start a script whose end leaves the process."""

    def start(script: str, *, unseen: bool = True, **environment: str) -> Run:
        return Run(engine, script, os.environ | environment, lambda engine: None, unseen=unseen)

    return start


def output(run: Run) -> list[str]:
    with run:
        return run.communicate()[0].decode().splitlines()


def test_a_script_finds_nothing_of_the_one_before(start: Start) -> None:
    first = start(
        "$global:left = 1; function Get-Left { 1 }; Set-Alias leave Get-Left -Scope Global; $env:LEFT = 1\n"
        "$env:PSModulePath = '/left'; [Environment]::CurrentDirectory = '/'; $global:ErrorActionPreference = 'Stop'\n"
        "$null = New-Module left { } | Import-Module -Global -PassThru; Get-Missing",
        GIVEN="1",
    )
    assert output(first) == []
    second = start(
        "Test-Path Variable:left, Function:Get-Left, Alias:leave, Env:LEFT, Env:GIVEN\n"
        "@(Get-Module left).Count; $Error.Count; $ErrorActionPreference\n"
        "$env:PSModulePath -like '*/left*'; [Environment]::CurrentDirectory"
    )
    assert output(second) == ["False"] * 5 + ["0", "0", "Continue", "False", str(Path.cwd())]


def test_a_script_has_its_own_streams_and_exit_code(start: Start) -> None:
    for _ in range(2):
        with start(ECHO) as run:
            run.stdin.write(b"one\n")
            out, errors = run.communicate()
        assert (out, errors, run.returncode) == (b"ready\ngot one\n", b"bye\n", 7)


def test_a_failed_script_says_why_and_exits_with_1(start: Start) -> None:
    with start("throw 'It broke.'") as run:
        assert b"It broke." in run.communicate()[1]
    assert run.returncode == 1


def test_the_syntax_of_a_newer_powershell_is_refused_in_the_older(start: Start, powershell: Engine) -> None:
    assert output(start("1 ? 'parsed' : 0")) == (["parsed"] if powershell.edition == "Core" else [])


def test_an_idle_script_that_is_killed_leaves_the_process_to_the_next(
    start: Start, engine: WarmEngine
) -> None:
    with start(ECHO, unseen=False) as run:
        run.stdout.read(len(b"ready\n"))
        while not run._is_idle():
            pass
        run.kill()
        run.wait()
    assert engine.process.poll() is None
    assert output(start("'next'")) == ["next"]


@pytest.mark.parametrize("script", ["while ($true) { }", "[Threading.Thread]::Sleep(-1)"])
def test_a_busy_script_that_is_killed_ends_the_process_at_once(
    start: Start, engine: WarmEngine, script: str
) -> None:
    with start("[Console]::Out.WriteLine('ready')\n" + script) as run:
        run.stdout.read(len(b"ready\n"))
        run.kill()
        assert run.wait() < 0
    assert engine.process.poll() is not None


def test_a_script_that_ends_by_itself_ends_the_process_that_a_test_may_have_seen(
    start: Start, engine: WarmEngine
) -> None:
    assert output(start("'done'", unseen=False)) == ["done"]
    assert engine.process.poll() is not None


def test_a_connection_ends_with_its_script(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        script = f"$global:client = [Net.Sockets.TcpClient]::new('127.0.0.1', {server.getsockname()[1]})"
        assert output(start(script)) == []
        connection, _ = server.accept()
        with connection:
            connection.settimeout(10)
            assert connection.recv(1) == b""
