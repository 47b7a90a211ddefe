"""An agent in a warm process sees nothing of the one before, and a process whose end may be waited for ends."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host.warm import pool
from tests.hyperv_host.warm.launcher import OWN_PROCESS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hyperv_host.engine import Engine

    Start = Callable[..., subprocess.Popen[bytes]]

pytestmark = [
    pytest.mark.engine,
    pytest.mark.parametrize("powershell", ["Desktop"], indirect=True),
    pytest.mark.skipif(not pool.POSSIBLE, reason="no /proc"),
]
READ, WRITE = "$request = @{ op = 'inventory' }; ", "$request = @{ op = 'rename_checkpoint' }; "
HELLO = "$reader = [IO.StreamReader]::new([Console]::OpenStandardInput()); "
UNTIL_END = HELLO + '"$PID"; $null = $reader.ReadLine()'


@pytest.fixture
def start(powershell: Engine) -> Iterator[Start]:
    with pool.launcher(powershell.path) as launcher:

        def start(script: str, **environment: str) -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [launcher, "-EncodedCommand", base64.b64encode(script.encode("utf-16-le")).decode()],
                env=os.environ | {"PWSH_EDITION": powershell.edition} | environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )

        yield start


def lines(process: subprocess.Popen[bytes], text: bytes = b"") -> list[str]:
    output, _ = process.communicate(text)
    assert process.returncode == 0
    return output.decode().split()


def test_an_agent_sees_nothing_of_the_one_before(start: Start) -> None:
    script = (
        READ + HELLO + '"$PID"; "left:$left"; "env:$env:LEFT"; $reader.ReadLine(); $Error.Count; '
        "$global:left = 1; $env:LEFT = 2; Write-Error bad -ErrorAction SilentlyContinue; exit 0"
    )
    first, second = lines(start(script), b"one\n"), lines(start(script, NEW="1"), b"two\n")
    assert first == [first[0], "left:", "env:", "one", "0"]
    assert second == [first[0], "left:", "env:", "two", "0"]


@pytest.mark.parametrize(("operation", "used_again"), [(READ, True), (WRITE, False)])
def test_a_process_ends_with_an_agent_whose_write_may_be_waited_for(
    start: Start, operation: str, used_again: bool
) -> None:
    first = lines(start(operation + UNTIL_END))
    assert (lines(start(UNTIL_END)) == first) is used_again


def test_a_process_that_waits_for_a_host_ends_with_its_launcher(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as host:
        port = host.getsockname()[1]
        agent = start(f"$null = [Net.Sockets.TcpClient]::new('127.0.0.1', {port}).GetStream().ReadByte()")
        connection, _ = host.accept()
        with connection:
            agent.kill()
            agent.communicate()
            assert connection.recv(1) == b""


def test_a_process_that_dies_takes_its_launcher_with_it(start: Start) -> None:
    agent = start(UNTIL_END)
    assert agent.stdout
    os.kill(int(agent.stdout.readline()), 9)
    agent.communicate()
    assert agent.returncode == -9


def test_a_launcher_that_dies_before_it_asks_harms_nothing(
    powershell: Engine, capfd: pytest.CaptureFixture[str]
) -> None:
    with pool.launcher(powershell.path) as launcher:
        for asked in (b"", b"Desktop AAAA"):
            with socket.socket(socket.AF_UNIX) as killed:
                killed.connect(f"{Path(launcher).parent}/pool")
                killed.sendall(asked)
                killed.shutdown(socket.SHUT_WR)
                assert killed.recv(1) == b""
    assert capfd.readouterr().err == ""


def test_a_variable_that_is_no_utf_8_harms_nothing(start: Start) -> None:
    assert lines(start('"ends"', ODD="\udcff")) == ["ends"]


def test_a_test_can_ask_for_a_process_of_its_own(start: Start) -> None:
    agent = start(UNTIL_END, **{OWN_PROCESS: "1"})
    assert lines(agent) == [str(agent.pid)]
