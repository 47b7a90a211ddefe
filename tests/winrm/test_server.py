"""The pretend WinRM service, as a stock pywinrm client sees it."""

from __future__ import annotations

import base64
import os
import sys
import time
from typing import TYPE_CHECKING

import pytest
from winrm.exceptions import (
    WinRMOperationTimeoutError,
    WinRMTransportError,
    WSManFaultError,
)

from tests.hyperv_host.prelude import prelude
from tests.winrm.certificates import of_private_authority, self_signed
from tests.winrm.conftest import PROGRAMS, echo
from tests.winrm.rules import Rules
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host
    from tests.winrm.certificates import Certificate
    from tests.winrm.conftest import Connect

FLAGS = ["-NoProfile", "-NonInteractive", "-InputFormat", "None", "-OutputFormat", "Text", "-EncodedCommand"]


@pytest.mark.parametrize(
    "certificate", [None, self_signed(), of_private_authority()], ids=["http", "self", "ca"]
)
def test_a_shell_runs_a_command_and_is_deleted(connect: Connect, certificate: Certificate | None) -> None:
    with FakeWinRm.started(programs=PROGRAMS, certificate=certificate) as server:
        client = connect(server)
        shell, command = echo(client)

        assert [shell.idle_timeout for shell in server.shells] == [900]
        client.send_command_input(shell, command, "première\n".encode())
        assert client.get_command_output_raw(shell, command) == ("got première\n".encode(), b"", -1, False)
        client.send_command_input(shell, command, b"last\n", end=True)
        assert client.get_command_output(shell, command) == (b"got last\n", b"bye\n", 7)
        client.cleanup_command(shell, command)
        client.close_shell(shell)

        verbs = [message.kind for message in server.messages() if message.executed]
        assert verbs[:5] == ["Create", "Command", "Send", "Receive", "Send"]
        assert verbs[-2:] == ["Signal", "Delete"]
        assert (server.connections, server.authentications) == (1, 1)
        assert server.handshakes == (1 if certificate else 0)
        assert [message.stdin for message in server.messages("Send")] == ["première\n".encode(), b"last\n"]
        assert (server.shells, server.processes) == ([], [])


@pytest.mark.engine
@pytest.mark.own_process
def test_a_real_powershell_uses_the_pretend_host(connect: Connect, powershell: Engine, host: Host) -> None:
    script = '$line = [Console]::In.ReadLine(); "$line $((Get-VM).Name) $($PSVersionTable.PSEdition)"; exit 3'
    encoded = base64.b64encode(script.encode("utf-16-le")).decode()
    with FakeWinRm.started(engine=powershell, prelude=prelude(host.port)) as server:
        client = connect(server)
        shell = client.open_shell(codepage=65001, noprofile=True)
        command = client.run_command(shell, "powershell.exe", [*FLAGS, encoded], console_mode_stdin=False)
        client.send_command_input(shell, command, b"from\n")

        output, _, code = client.get_command_output(shell, command)
        assert (output.split(), code) == ([b"from", b"web-01", powershell.edition.encode()], 3)


@pytest.mark.engine
def test_only_encoded_commands_run_so_that_the_pretend_host_is_always_used(
    connect: Connect, powershell: Engine
) -> None:
    with FakeWinRm.started(engine=powershell, prelude="'before'\n") as server:
        client = connect(server)
        shell = client.open_shell()
        command = client.run_command(shell, "powershell", ["-Command", "'executed'"])

        output, errors, code = client.get_command_output(shell, command)
        assert (output, code) == (b"", 1)
        assert b"only -EncodedCommand" in errors


def test_too_many_shells_are_refused(server: FakeWinRm, connect: Connect) -> None:
    server.rules.max_shells = 1
    client = connect(server)
    shell = client.open_shell()
    with pytest.raises(WSManFaultError) as refused:
        client.open_shell()
    assert refused.value.wsman_fault_code == 2150859173

    client.close_shell(shell)
    client.open_shell()


def test_terminate_does_not_give_an_operation_back(server: FakeWinRm, connect: Connect) -> None:
    server.rules.max_operations = 1
    client = connect(server)
    shell, command = echo(client)
    client.cleanup_command(shell, command)
    with pytest.raises(WSManFaultError) as refused:
        client.run_command(shell, "echo")
    assert refused.value.wsman_fault_code == 2150859174

    client.close_shell(shell)
    echo(client)


def test_an_unknown_shell_or_command_is_refused(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell, command = echo(client)
    other = "00000000-0000-0000-0000-000000000000"
    for attempt in (
        lambda: client.run_command(other, "echo"),
        lambda: client.send_command_input(shell, other, b""),
        lambda: client.get_command_output_raw(other, command),
    ):
        with pytest.raises(WSManFaultError) as refused:
            attempt()
        assert refused.value.wsman_fault_code == 2150858843
        assert refused.value.fault_subcode == "w:InvalidSelectors"


def test_an_invalid_idle_timeout_is_refused(server: FakeWinRm, connect: Connect) -> None:
    with pytest.raises(WSManFaultError) as refused:
        connect(server).open_shell(idle_timeout="900")

    assert refused.value.wsman_fault_code == 2150858817


def test_a_request_larger_than_the_envelope_gets_413(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell, command = echo(client)
    client.send_command_input(shell, command, b"x" * 300_000)
    with pytest.raises(WinRMTransportError) as refused:
        client.send_command_input(shell, command, b"x" * 400_000)

    assert refused.value.code == 413


@pytest.mark.parametrize(
    ("line", "said"), [("nothing", b"not recognized"), (f"echo {'x' * 8190}", b"too long")]
)
def test_a_command_that_cannot_be_started(
    server: FakeWinRm, connect: Connect, line: str, said: bytes
) -> None:
    client = connect(server)
    shell = client.open_shell()
    output, errors, code = client.get_command_output(shell, client.run_command(shell, line))

    assert (output, code) == (b"", 1)
    assert said in errors


def test_input_for_a_process_that_has_ended_is_refused(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell, command = echo(client)
    client.send_command_input(shell, command, b"", end=True)
    client.get_command_output(shell, command)
    with pytest.raises(WSManFaultError) as refused:
        client.send_command_input(shell, command, b"more\n")

    assert refused.value.wsman_fault_code == 232


def test_long_output_is_split_by_the_requested_envelope_size(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell = client.open_shell()
    command = client.run_command(shell, "python", ["\"print('x' * 400_000)\""])
    pieces, done = [], False
    while not done:
        piece, _, _, done = client.get_command_output_raw(shell, command)
        pieces.append(len(piece))

    assert sum(pieces) == 400_001
    assert max(pieces) < 153600 * 3 / 4


def test_no_output_within_the_operation_timeout(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server, operation_timeout_sec=1, read_timeout_sec=20)
    shell, command = echo(client)
    began = time.monotonic()
    with pytest.raises(WinRMOperationTimeoutError):
        client.get_command_output_raw(shell, command)

    assert time.monotonic() - began >= 1
    client.send_command_input(shell, command, b"now\n")
    assert client.get_command_output_raw(shell, command)[0] == b"got now\n"


def test_each_round_trip_takes_the_configured_delay(connect: Connect) -> None:
    with FakeWinRm.started(rules=Rules(delay=0.02)) as server:
        began = time.monotonic()
        connect(server).open_shell()

        assert time.monotonic() - began >= 0.02 * len(server.messages())


def test_no_process_survives_the_server(connect: Connect) -> None:
    with FakeWinRm.started(programs=PROGRAMS, rules=Rules(processes_outlive_shells=True)) as server:
        client = connect(server)
        echo(client)
        shell = client.open_shell()
        forever = "import time; time.sleep(1000)"
        client.run_command(shell, "python", [f'"{forever}"'])
        client.close_shell(shell)
        left = [process.id for process in server.processes]
        assert len(left) == 2

    for process in left:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no sessions of this kind")
def test_a_process_has_a_session_of_its_own(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    echo(client)

    (process,) = server.processes
    assert os.getsid(process.id) == process.id
