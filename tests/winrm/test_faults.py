"""What goes wrong on a test's wish goes wrong just so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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
from tests.winrm.certificates import self_signed
from tests.winrm.conftest import PROGRAMS, echo
from tests.winrm.faults import Cut, Drop, Endless, Hang, Huge, Status, Wsman
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winrm.protocol import Protocol

    from tests.winrm.certificates import self_signed
from tests.winrm.conftest import Connect


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def sealed_anew(client: Protocol) -> Protocol:
    """What a client has to do after its connection has died."""
    client.transport.close_session()
    client.transport.encryption = None
    return client


class TestOneMessage:
    def test_dropped_before_it_is_executed(self, server: FakeWinRm, connect: Connect) -> None:
        client = connect(server)
        shell, command = echo(client)
        server.fail(Drop(), "Send")
        with pytest.raises(requests.exceptions.ConnectionError):
            client.send_command_input(shell, command, b"lost\n")
        sealed_anew(client).send_command_input(shell, command, b"again\n")

        assert client.get_command_output_raw(shell, command)[0] == b"got again\n"
        assert [(m.executed, m.status) for m in server.messages("Send")] == [(False, None), (True, 200)]

    def test_dropped_after_it_was_executed(self, server: FakeWinRm, connect: Connect) -> None:
        client = connect(server)
        shell, command = echo(client)
        server.fail(Drop(executed=True), "Send")
        with pytest.raises(requests.exceptions.ConnectionError):
            client.send_command_input(shell, command, b"done\n")

        assert sealed_anew(client).get_command_output_raw(shell, command)[0] == b"got done\n"
        assert [(m.executed, m.status) for m in server.messages("Send")] == [(True, None)]

    def test_an_answer_that_was_lost_takes_its_output_with_it(
        self, server: FakeWinRm, connect: Connect
    ) -> None:
        client = connect(server)
        shell, command = echo(client)
        client.send_command_input(shell, command, b"lost\n")
        server.fail(Drop(executed=True), "Receive")
        with pytest.raises(requests.exceptions.ConnectionError):
            client.get_command_output_raw(shell, command)
        sealed_anew(client).send_command_input(shell, command, b"next\n")

        assert client.get_command_output_raw(shell, command)[0] == b"got next\n"

    def test_the_second_of_a_kind(self, server: FakeWinRm, connect: Connect) -> None:
        client = connect(server)
        shell, command = echo(client)
        server.fail(Status(503), "Send", nth=2)
        client.send_command_input(shell, command, b"one\n")
        client.get_command_output_raw(shell, command)
        with pytest.raises(WinRMTransportError, match="503"):
            client.send_command_input(shell, command, b"two\n")
        client.send_command_input(shell, command, b"three\n")

        assert client.get_command_output_raw(shell, command)[0] == b"got three\n"

    def test_the_third_from_now_whatever_it_is(self, server: FakeWinRm, connect: Connect) -> None:
        client = connect(server)
        server.fail(Status(503), nth=3)
        shell, command = echo(client)
        with pytest.raises(WinRMTransportError, match="503"):
            client.cleanup_command(shell, command)

        assert [m.kind for m in server.messages() if m.status == 503] == ["Signal"]

    def test_two_in_a_row(self, server: FakeWinRm, connect: Connect) -> None:
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
    def test_a_status(self, server: FakeWinRm, connect: Connect, status: int) -> None:
        server.fail(Status(status), "Create")
        with pytest.raises(WinRMTransportError) as failed:
            connect(server).open_shell()

        assert (failed.value.code, failed.value.response_text) == (status, "")

    def test_401(self, server: FakeWinRm, connect: Connect) -> None:
        server.fail(Status(401), "Create")
        with pytest.raises(InvalidCredentialsError):
            connect(server).open_shell()

    def test_a_fault(self, server: FakeWinRm, connect: Connect) -> None:
        server.fail(Wsman(soap.ACCESS_DENIED, executed=True), "Create")
        with pytest.raises(WSManFaultError) as refused:
            connect(server).open_shell()

        assert (refused.value.wsman_fault_code, refused.value.fault_subcode) == (5, "w:AccessDenied")
        assert len(server.shells) == 1

    def test_an_operation_timeout_out_of_the_blue(self, server: FakeWinRm, connect: Connect) -> None:
        server.fail(Wsman(soap.OPERATION_TIMEOUT), "Create")
        with pytest.raises(WinRMOperationTimeoutError):
            connect(server).open_shell()

    @pytest.mark.parametrize(
        ("garbage", "executed"),
        [(faults.HTML_PAGE, 0), (faults.NOT_XML, 0), (Cut(), 1), (Huge(size=3_000_000), 0)],
    )
    def test_garbage(self, server: FakeWinRm, connect: Connect, garbage: faults.Fault, executed: int) -> None:
        server.fail(garbage, "Create")
        # What pywinrm makes of XML that is none, and of XML that is something else.
        with pytest.raises((SyntaxError, StopIteration)):
            connect(server).open_shell()

        assert server.messages("Create")[0].status == 200
        assert len(server.shells) == executed

    def test_a_body_without_end(self, server: FakeWinRm) -> None:
        server.fail(Endless(), "Authenticate")
        with requests.post(server.url, stream=True, timeout=10) as response:
            pieces = response.iter_content(16)
            assert [next(pieces) for _ in range(3)] == [b" " * 16] * 3

        server.wait_until(lambda: not server.open_connections)

    def test_a_redirect(self, server: FakeWinRm, connect: Connect) -> None:
        with FakeWinRm.started() as other:
            server.fail(faults.redirect(other.url), "Create")
            with pytest.raises(WinRMTransportError, match="405"):
                connect(server).open_shell()

            assert [message.kind for message in other.messages()] == ["Get"]

    def test_a_hang_until_it_is_released(
        self, server: FakeWinRm, connect: Connect, pool: ThreadPoolExecutor
    ) -> None:
        server.fail(Hang(), "Create")
        opening = pool.submit(connect(server).open_shell)
        server.wait_hanging()
        assert not opening.done()
        assert server.shells == []
        server.release()

        assert [opening.result()] == [shell.id for shell in server.shells]

    def test_a_hang_until_the_client_gives_up(self, server: FakeWinRm, connect: Connect) -> None:
        server.fail(Hang(), "Create")
        with pytest.raises(requests.exceptions.ReadTimeout):
            connect(server, operation_timeout_sec=1, read_timeout_sec=2).open_shell()

        server.wait_until(lambda: not server.open_connections)
        assert server.shells == []


class TestConnections:
    def test_what_was_sealed_for_a_dead_connection_is_400_for_ever(
        self, server: FakeWinRm, connect: Connect
    ) -> None:
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

    def test_https_does_not_mind(self, connect: Connect) -> None:
        with FakeWinRm.started(certificate=self_signed()) as server:
            client = connect(server)
            client.open_shell()
            server.drop_connections()
            client.open_shell()

            assert (server.connections, server.handshakes, server.authentications) == (2, 2, 2)

    def test_refused_for_a_while(self, server: FakeWinRm, connect: Connect) -> None:
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
        self, server: FakeWinRm, connect: Connect, pool: ThreadPoolExecutor, orphaned: bool
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
        self, server: FakeWinRm, connect: Connect, pool: ThreadPoolExecutor
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


class TestEnds:
    def test_a_reboot(self, server: FakeWinRm, connect: Connect) -> None:
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

    def test_a_process_dies_and_its_shell_lives(self, server: FakeWinRm, connect: Connect) -> None:
        client = connect(server)
        shell, command = echo(client)
        server.kill_processes()

        assert client.get_command_output(shell, command) == (b"", b"", 1)
        client.run_command(shell, "echo")

    def test_terminate_ends_the_process(self, server: FakeWinRm, connect: Connect) -> None:
        client = connect(server)
        shell, command = echo(client)
        client.cleanup_command(shell, command)
        server.wait_until(lambda: not server.processes)
        with pytest.raises(WSManFaultError) as refused:
            client.get_command_output_raw(shell, command)

        assert refused.value.wsman_fault_code == 2150858843

    def test_the_end_of_a_shell_aborts_what_waits_in_it(
        self, server: FakeWinRm, connect: Connect, pool: ThreadPoolExecutor
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
        self, server: FakeWinRm, connect: Connect, end: str, outlives: bool
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
        assert [process.exit_code for process in server.ended_or_running()] == [7 if outlives else 1]

    def test_a_shell_in_use_is_not_idle(
        self, server: FakeWinRm, connect: Connect, pool: ThreadPoolExecutor
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
