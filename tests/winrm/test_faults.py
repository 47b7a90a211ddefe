"""Each fault of the pretend service, as a stock pywinrm client sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from winrm.exceptions import (
    InvalidCredentialsError,
    WinRMOperationTimeoutError,
    WinRMTransportError,
    WSManFaultError,
)

from tests.winrm import faults, soap
from tests.winrm.conftest import PROGRAMS, echo, reconnected
from tests.winrm.faults import Cut, Drop, Endless, Hang, Huge, Status, Wsman
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from tests.winrm.conftest import Connect


def test_a_connection_dropped_before_the_message_is_executed(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell, command = echo(client)
    server.fail(Drop(), "Send")
    with pytest.raises(requests.exceptions.ConnectionError):
        client.send_command_input(shell, command, b"lost\n")
    reconnected(client).send_command_input(shell, command, b"again\n")

    assert client.get_command_output_raw(shell, command)[0] == b"got again\n"
    assert [(m.executed, m.status) for m in server.messages("Send")] == [(False, None), (True, 200)]


def test_a_connection_dropped_after_the_message_was_executed(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell, command = echo(client)
    server.fail(Drop(executed=True), "Send")
    with pytest.raises(requests.exceptions.ConnectionError):
        client.send_command_input(shell, command, b"done\n")

    assert reconnected(client).get_command_output_raw(shell, command)[0] == b"got done\n"
    assert [(m.executed, m.status) for m in server.messages("Send")] == [(True, None)]


def test_output_in_a_lost_answer_is_lost(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell, command = echo(client)
    client.send_command_input(shell, command, b"lost\n")
    server.fail(Drop(executed=True), "Receive")
    with pytest.raises(requests.exceptions.ConnectionError):
        client.get_command_output_raw(shell, command)
    reconnected(client).send_command_input(shell, command, b"next\n")

    assert client.get_command_output_raw(shell, command)[0] == b"got next\n"


def test_a_fault_can_be_planned_for_the_second_message_of_a_kind(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell, command = echo(client)
    server.fail(Status(503), "Send", nth=2)
    client.send_command_input(shell, command, b"one\n")
    client.get_command_output_raw(shell, command)
    with pytest.raises(WinRMTransportError, match="503"):
        client.send_command_input(shell, command, b"two\n")
    client.send_command_input(shell, command, b"three\n")

    assert client.get_command_output_raw(shell, command)[0] == b"got three\n"


def test_a_fault_can_be_planned_for_the_third_message_of_any_kind(
    server: FakeWinRm, connect: Connect
) -> None:
    client = connect(server)
    server.fail(Status(503), nth=3)
    shell, command = echo(client)
    with pytest.raises(WinRMTransportError, match="503"):
        client.cleanup_command(shell, command)

    assert [m.kind for m in server.messages() if m.status == 503] == ["Signal"]


def test_two_faults_of_one_kind_happen_in_order(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    server.fail(Status(503), "Create")
    server.fail(Wsman(soap.TOO_MANY_SHELLS), "Create")
    with pytest.raises(WinRMTransportError, match="503"):
        client.open_shell()
    with pytest.raises(WSManFaultError) as refused:
        client.open_shell()

    assert refused.value.wsman_fault_code == 2150859173
    client.open_shell()
    assert len(server.shells) == 1


@pytest.mark.parametrize("status", [400, 500, 503])
def test_an_http_status(server: FakeWinRm, connect: Connect, status: int) -> None:
    server.fail(Status(status), "Create")
    with pytest.raises(WinRMTransportError) as failed:
        connect(server).open_shell()

    assert (failed.value.code, failed.value.response_text) == (status, "")


def test_status_401_is_a_refused_sign_in(server: FakeWinRm, connect: Connect) -> None:
    server.fail(Status(401), "Create")
    with pytest.raises(InvalidCredentialsError):
        connect(server).open_shell()


def test_a_wsman_fault(server: FakeWinRm, connect: Connect) -> None:
    server.fail(Wsman(soap.ACCESS_DENIED, executed=True), "Create")
    with pytest.raises(WSManFaultError) as refused:
        connect(server).open_shell()

    assert (refused.value.wsman_fault_code, refused.value.fault_subcode) == (5, "w:AccessDenied")
    assert len(server.shells) == 1


def test_an_operation_timeout_of_any_message(server: FakeWinRm, connect: Connect) -> None:
    server.fail(Wsman(soap.OPERATION_TIMEOUT), "Create")
    with pytest.raises(WinRMOperationTimeoutError):
        connect(server).open_shell()


@pytest.mark.parametrize(
    ("garbage", "executed"),
    [(faults.HTML_PAGE, 0), (faults.NOT_XML, 0), (Cut(), 1), (Huge(size=3_000_000), 0)],
)
def test_an_answer_that_is_not_soap(
    server: FakeWinRm, connect: Connect, garbage: faults.Fault, executed: int
) -> None:
    server.fail(garbage, "Create")
    # What pywinrm makes of XML that is none, and of XML that is something else.
    with pytest.raises((SyntaxError, StopIteration)):
        connect(server).open_shell()

    assert server.messages("Create")[0].status == 200
    assert len(server.shells) == executed


def test_an_endless_body(server: FakeWinRm) -> None:
    server.fail(Endless(), "Authenticate")
    with requests.post(server.url, stream=True, timeout=10) as response:
        pieces = response.iter_content(16)
        assert [next(pieces) for _ in range(3)] == [b" " * 16] * 3

    server.wait_until(lambda: not server.open_connections)


def test_a_redirect(server: FakeWinRm, connect: Connect) -> None:
    with FakeWinRm.started() as other:
        server.fail(faults.redirect(other.url), "Create")
        with pytest.raises(WinRMTransportError, match="405"):
            connect(server).open_shell()

        assert [message.kind for message in other.messages()] == ["Get"]


def test_a_hang_until_it_is_released(server: FakeWinRm, connect: Connect, pool: ThreadPoolExecutor) -> None:
    server.fail(Hang(), "Create")
    opening = pool.submit(connect(server).open_shell)
    server.wait_hanging()
    assert not opening.done()
    assert server.shells == []
    server.release()

    assert [opening.result()] == [shell.id for shell in server.shells]


def test_a_hang_until_the_client_gives_up(server: FakeWinRm, connect: Connect) -> None:
    server.fail(Hang(), "Create")
    with pytest.raises(requests.exceptions.ReadTimeout):
        connect(server, operation_timeout_sec=1, read_timeout_sec=2).open_shell()

    server.wait_until(lambda: not server.open_connections)
    assert server.shells == []


def test_a_mistake_in_the_server_fails_the_test(connect: Connect) -> None:
    class Broken(faults.Fault):
        def instead(self, line: object, message_id: str, real: object) -> faults.Reply:
            raise ZeroDivisionError

    server = FakeWinRm(programs=PROGRAMS)
    server.fail(Broken(), "Create")
    with pytest.raises(requests.exceptions.ConnectionError):
        connect(server).open_shell()
    with pytest.raises(ExceptionGroup) as gone_wrong:
        server.close()

    assert gone_wrong.group_contains(ZeroDivisionError)
