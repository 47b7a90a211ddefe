"""What the pretend service accepts: message encryption, passwords, channel bindings and certificates."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
import requests
from winrm.exceptions import (
    InvalidCredentialsError,
    WinRMTransportError,
    WSManFaultError,
)

from tests.winrm.certificates import of_private_authority, self_signed
from tests.winrm.conftest import echo
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.winrm.certificates import Certificate
    from tests.winrm.conftest import Connect


def test_messages_over_http_are_encrypted(server: FakeWinRm, connect: Connect) -> None:
    client = connect(server)
    shell, command = echo(client)
    client.send_command_input(shell, command, b"marker-of-mine\n")
    client.get_command_output_raw(shell, command)

    marker = base64.b64encode(b"marker-of-mine\n")
    (sent,) = server.messages("Send")
    assert marker.decode() in sent.text
    assert b"Length=" in sent.wire
    for message in server.messages():
        assert marker not in message.wire
        assert b"Envelope" not in message.wire


def test_plain_text_over_http_is_refused(server: FakeWinRm, connect: Connect) -> None:
    with pytest.raises(WinRMTransportError) as refused:
        connect(server, message_encryption="never").open_shell()

    assert (refused.value.code, refused.value.response_text) == (500, "")
    assert server.messages()[-1].kind == "Unsealed"
    assert server.shells == []


def test_https_accepts_encrypted_messages_too(connect: Connect) -> None:
    with FakeWinRm.started(certificate=self_signed()) as server:
        connect(server, message_encryption="always").open_shell()

        assert b"Envelope" not in server.messages("Create")[0].wire


@pytest.mark.parametrize(
    "wrong", [{"password": "wrong"}, {"username": "nobody"}, {"username": "ELSE\\hv-demo"}]
)
def test_a_wrong_password_or_user_is_refused(
    server: FakeWinRm, connect: Connect, wrong: dict[str, str]
) -> None:
    with pytest.raises(InvalidCredentialsError):
        connect(server, **wrong).open_shell()

    assert (server.authentications, server.failed_authentications) == (0, 1)
    assert {message.kind for message in server.messages()} == {"Authenticate"}


@pytest.mark.parametrize("name", ["HV-DEMO\\hv-demo", ".\\hv-demo", "Hv-Demo"])
def test_the_user_may_be_written_in_several_forms(server: FakeWinRm, connect: Connect, name: str) -> None:
    connect(server, username=name).open_shell()

    assert [shell.owner for shell in server.shells] == ["hv-demo"]


def test_a_password_may_contain_any_character(connect: Connect) -> None:
    with FakeWinRm.started(password="p: ä✓\\ \"'") as server:
        connect(server).open_shell()

        assert len(server.shells) == 1


def test_a_changed_password_applies_to_new_connections_only(server: FakeWinRm, connect: Connect) -> None:
    old = connect(server)
    old.open_shell()
    server.change_password("another")
    old.open_shell()
    with pytest.raises(InvalidCredentialsError):
        connect(server, password="correct horse").open_shell()
    connect(server).open_shell()

    assert len(server.shells) == 3


def test_two_servers_have_their_own_users(connect: Connect) -> None:
    with FakeWinRm.started(password="one") as one, FakeWinRm.started(password="two") as two:
        first, second = connect(one), connect(two)
        first.open_shell()
        second.open_shell()
        with pytest.raises(InvalidCredentialsError):
            connect(one, password="two").open_shell()


def test_basic_is_accepted_only_if_it_is_offered(connect: Connect) -> None:
    with FakeWinRm.started(certificate=self_signed()) as server:
        with pytest.raises(InvalidCredentialsError):
            connect(server, transport="basic").open_shell()
        server.rules.basic = True
        connect(server, transport="basic").open_shell()

        assert len(server.shells) == 1


def test_a_missing_or_wrong_channel_binding_is_refused(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeWinRm.started(certificate=self_signed()) as server:
        with pytest.raises(InvalidCredentialsError):
            connect(server, send_cbt=False).open_shell()
        monkeypatch.setattr("requests_ntlm.requests_ntlm._get_certificate_hash", lambda _: b"\1" * 32)
        with pytest.raises(InvalidCredentialsError):
            connect(server).open_shell()

        assert server.failed_authentications == 2


def test_a_user_who_is_not_an_administrator_is_denied_access(connect: Connect) -> None:
    with FakeWinRm.started(administrator=False) as server:
        with pytest.raises(WSManFaultError) as refused:
            connect(server).open_shell()

        assert refused.value.wsman_fault_code == 5


@pytest.mark.parametrize("make", [self_signed, of_private_authority])
def test_a_certificate_for_another_name_is_refused_by_the_client(
    connect: Connect, make: Callable[..., Certificate]
) -> None:
    with FakeWinRm.started(certificate=make("127.0.0.1", "hv01.lab.example")) as server:
        connect(server).open_shell()
        with pytest.raises(requests.exceptions.SSLError, match="Hostname mismatch"):
            connect(server, endpoint=server.url_for("localhost")).open_shell()

        server.wait_until(lambda: server.failed_handshakes == 1)
        assert server.handshakes == 1


def test_a_certificate_of_an_unknown_authority_is_refused_by_the_client(connect: Connect) -> None:
    with (
        FakeWinRm.started(certificate=of_private_authority()) as server,
        pytest.raises(requests.exceptions.SSLError, match="unable to get local issuer"),
    ):
        connect(server, ca_trust_path=None).open_shell()


def test_an_expired_certificate_is_refused_by_the_client(connect: Connect) -> None:
    with (
        FakeWinRm.started(certificate=self_signed(expired=True)) as server,
        pytest.raises(requests.exceptions.SSLError, match="expired"),
    ):
        connect(server).open_shell()


def test_the_certificate_of_a_running_server_can_be_replaced(connect: Connect) -> None:
    with FakeWinRm.started(certificate=self_signed()) as server:
        client = connect(server)
        client.open_shell()
        server.use_certificate(self_signed())
        with pytest.raises(requests.exceptions.SSLError):
            client.open_shell()
        connect(server).open_shell()

        assert len(server.shells) == 2
