"""How connections, processes and shells of the pretend service end, and what a pending Receive gets then."""

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
from tests.winrm.conftest import echo, reconnected
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from tests.winrm.conftest import Connect


def test_messages_encrypted_for_a_closed_connection_always_get_400(
    server: FakeWinRm, connect: Connect
) -> None:
    client = connect(server)
    client.open_shell()
    server.drop_connections()
    for _ in range(3):
        with pytest.raises(WinRMTransportError) as failed:
            client.open_shell()
        assert failed.value.code == 400
    assert [message.kind for message in server.messages()].count("Unreadable") == 3
    reconnected(client).open_shell()

    assert len(server.shells) == 2


def test_over_https_a_new_connection_just_works(connect: Connect) -> None:
    with FakeWinRm.started(certificate=self_signed()) as server:
        client = connect(server)
        client.open_shell()
        server.drop_connections()
        client.open_shell()

        assert (server.connections, server.handshakes, server.authentications) == (2, 2, 2)


def test_the_port_can_be_closed_and_opened_again(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    client.open_shell()
    server.refuse_connections()
    with pytest.raises(requests.exceptions.ConnectionError, match="refused"):
        client.open_shell()
    server.accept_connections()
    reconnected(client).open_shell()

    assert len(server.shells) == 2


@pytest.mark.parametrize("orphaned", [False, True])
def test_a_receive_on_a_closed_connection_takes_output_only_if_it_is_orphaned(
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
    reconnected(client).send_command_input(shell, command, b"first\n")

    assert client.get_command_output_raw(shell, command)[0] == b"got first\n"


def test_a_reboot_ends_shells_and_processes(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell, command = echo(client)
    server.reboot()
    with pytest.raises(WSManFaultError) as refused:
        reconnected(client).send_command_input(shell, command, b"hello\n")

    assert (refused.value.wsman_fault_code, refused.value.fault_subcode) == (
        2150858843,
        "w:InvalidSelectors",
    )
    server.wait_until(lambda: not server.processes)
    echo(client)


def test_a_shell_outlives_its_process(server: FakeWinRm, connect: Connect) -> None:
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


def test_deleting_a_shell_aborts_its_pending_receive(
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
def test_a_process_is_killed_with_its_shell_unless_the_rules_let_it_finish(
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


def test_a_message_or_a_pending_receive_keeps_a_shell_from_being_idle(
    server: FakeWinRm, connect: Connect, pool: ThreadPoolExecutor
) -> None:
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
