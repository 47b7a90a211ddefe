"""Connections, processes and shells end, each in its way, and what waited for them is told so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from winrm.exceptions import (
    WinRMOperationTimeoutError,
    WinRMTransportError,
    WSManFaultError,
)

from tests.winrm.certificates import self_signed
from tests.winrm.conftest import echo, sealed_anew
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from tests.winrm.conftest import Connect


def test_what_was_sealed_for_a_dead_connection_is_400_for_ever(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    client.open_shell()
    server.drop_connections()
    for _ in range(3):
        with pytest.raises(WinRMTransportError) as failed:
            client.open_shell()
        assert failed.value.code == 400
    assert [message.kind for message in server.messages()].count("Unreadable") == 3
    sealed_anew(client).open_shell()

    assert len(server.shells) == 2


def test_https_does_not_mind(connect: Connect) -> None:
    with FakeWinRm.started(certificate=self_signed()) as server:
        client = connect(server)
        client.open_shell()
        server.drop_connections()
        client.open_shell()

        assert (server.connections, server.handshakes, server.authentications) == (2, 2, 2)


def test_refused_for_a_while(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    client.open_shell()
    server.refuse_connections()
    with pytest.raises(requests.exceptions.ConnectionError, match="refused"):
        client.open_shell()
    server.accept_connections()
    sealed_anew(client).open_shell()

    assert len(server.shells) == 2


@pytest.mark.parametrize("orphaned", [False, True])
def test_a_receive_on_a_dead_connection(
    server: FakeWinRm, connect: Connect, pool: ThreadPoolExecutor, orphaned: bool
) -> None:
    server.rules.orphaned_receives = orphaned
    client, another = connect(server), connect(server)
    shell, command = echo(client)
    waiting = pool.submit(client.get_command_output_raw, shell, command)
    server.wait_parked()
    server.drop_connections()
    assert isinstance(waiting.exception(), requests.exceptions.ConnectionError)

    another.send_command_input(shell, command, b"first\n")
    if orphaned:
        server.wait_until(lambda: not server.parked)
        another.send_command_input(shell, command, b"second\n")
    came = another.get_command_output_raw(shell, command)[0]
    assert came == (b"got second\n" if orphaned else b"got first\n")


def test_an_orphaned_receive_ends_with_its_operation_timeout(
    server: FakeWinRm, connect: Connect, pool: ThreadPoolExecutor
) -> None:
    server.rules.orphaned_receives = True
    client = connect(server)
    shell, command = echo(client)
    waiting = pool.submit(client.get_command_output_raw, shell, command)
    server.wait_parked()
    server.drop_connections()
    assert waiting.exception()
    server.expire_receives()
    server.wait_until(lambda: not server.parked)
    sealed_anew(client).send_command_input(shell, command, b"first\n")

    assert client.get_command_output_raw(shell, command)[0] == b"got first\n"


def test_a_reboot(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell, command = echo(client)
    server.reboot()
    with pytest.raises(WSManFaultError) as refused:
        sealed_anew(client).send_command_input(shell, command, b"hello\n")

    assert (refused.value.wsman_fault_code, refused.value.fault_subcode) == (
        2150858843,
        "w:InvalidSelectors",
    )
    server.wait_until(lambda: not server.processes)
    echo(client)


def test_a_process_dies_and_its_shell_lives(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell, command = echo(client)
    server.kill_processes()

    assert client.get_command_output(shell, command) == (b"", b"", 1)
    client.run_command(shell, "echo")


def test_terminate_ends_the_process(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell, command = echo(client)
    client.cleanup_command(shell, command)
    server.wait_until(lambda: not server.processes)
    with pytest.raises(WSManFaultError) as refused:
        client.get_command_output_raw(shell, command)

    assert refused.value.wsman_fault_code == 2150858843


def test_the_end_of_a_shell_aborts_what_waits_in_it(
    server: FakeWinRm, connect: Connect, pool: ThreadPoolExecutor
) -> None:
    client = connect(server)
    shell, command = echo(client)
    waiting = pool.submit(client.get_command_output_raw, shell, command)
    server.wait_parked()
    connect(server).close_shell(shell)

    error = waiting.exception()
    assert isinstance(error, WSManFaultError)
    assert error.wsman_fault_code == 995


@pytest.mark.parametrize("outlives", [False, True])
@pytest.mark.parametrize("end", ["deleted", "idle"])
def test_what_becomes_of_a_process_whose_shell_ends(
    server: FakeWinRm, connect: Connect, end: str, outlives: bool
) -> None:
    server.rules.processes_outlive_shells = outlives
    client = connect(server)
    shell, _ = echo(client)
    if end == "deleted":
        client.close_shell(shell, close_session=False)
    else:
        server.advance(900)
    server.wait_until(lambda: not server.processes)

    assert server.shells == []
    assert [process.exit_code for process in server.processes_started()] == [7 if outlives else 1]


def test_a_shell_in_use_is_not_idle(server: FakeWinRm, connect: Connect, pool: ThreadPoolExecutor) -> None:
    client = connect(server)
    shell, command = echo(client)
    server.advance(899)
    client.send_command_input(shell, command, b"one\n")
    client.get_command_output_raw(shell, command)
    server.advance(899)
    waiting = pool.submit(client.get_command_output_raw, shell, command)
    server.wait_parked()
    server.advance(2000)
    assert len(server.shells) == 1
    server.expire_receives()
    assert isinstance(waiting.exception(), WinRMOperationTimeoutError)
    server.advance(900)

    assert server.shells == []
