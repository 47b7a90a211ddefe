"""Signing in with a Kerberos ticket from a real KDC, to a service that verifies it with the system's GSSAPI."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from requests.exceptions import RequestException
from winrm.exceptions import WinRMError

from hvtui.backends.errors import (
    AuthenticationFailed,
    BackendError,
    CertificateUntrusted,
    ConnectError,
    SettingsError,
)
from hvtui.backends.hyperv.backend import HyperVBackend, HyperVSettings
from hvtui.backends.model import CheckpointId, VmId
from hvtui.backends.powershell.host.winrm_settings import winrm_target
from hvtui.backends.powershell.winrm.transport import WinRmProtocol
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.winrm.certificates import self_signed
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hyperv_host.engine import Engine
    from tests.winrm.realm import Realm

KERBEROS = pytest.mark.kerberos
ON_ENGINE = [
    KERBEROS,
    pytest.mark.engine,
    pytest.mark.parametrize("powershell", ["Desktop"], indirect=True),
]


def settings(port: int, **more: str) -> HyperVSettings:
    return HyperVSettings(
        **{"host": "localhost", "port": str(port), "transport": "http", "auth": "kerberos"} | more  # type: ignore[arg-type]
    )


async def refusal(asked: HyperVSettings) -> BackendError:
    with pytest.raises(BackendError) as refused:
        async with HyperVBackend().connect(asked):
            pass
    return refused.value


@contextmanager
def impostor() -> Iterator[tuple[int, list[bytes]]]:
    """Start a server that accepts everyone and proves no identity; yield its port and the bodies that it received."""
    received: list[bytes] = []

    class Welcome(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Welcome) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, received
        server.shutdown()


def in_clear(server: FakeWinRm) -> list[bytes]:
    return [message.wire for message in server.messages() if b"Envelope" in message.wire]


class TestWithATicket:
    pytestmark = ON_ENGINE

    @pytest.mark.parametrize("transport", ["http", "https"])
    async def test_vms_are_listed_and_a_checkpoint_is_renamed(
        self, realm: Realm, powershell: Engine, transport: str
    ) -> None:
        realm.kinit()
        certificate = self_signed("hv01.corp.example") if transport == "https" else None
        with (
            Host.started("one", clock="eager") as host,
            FakeWinRm.started(
                engine=powershell, prelude=prelude(host.port), certificate=certificate
            ) as server,
        ):
            asked = settings(server.port, transport=transport, user=realm.principal)
            if certificate:
                shown = CertificateUntrusted("", fingerprint=certificate.fingerprint)
                HyperVBackend().trust(asked, shown)
            async with HyperVBackend().connect(asked) as session:
                vm = VmId(host.vm_id("web-01"))
                checkpoint = CheckpointId(host.checkpoint_id("Before CU-11"))
                await session.rename_checkpoint(vm, checkpoint, name="By ticket")
                inventory = await session.inventory()
            assert [each.name for each in inventory.vms] == ["web-01"]
            assert host.checkpoint_id("By ticket") == checkpoint
            assert server.authentications == 2  # who reads and who writes
            if transport == "http":
                assert in_clear(server) == []

    async def test_a_lost_connection_is_replaced_while_the_ticket_is_valid(
        self, realm: Realm, powershell: Engine
    ) -> None:
        realm.kinit()
        with (
            Host.started("one", clock="eager") as host,
            FakeWinRm.started(engine=powershell, prelude=prelude(host.port)) as server,
        ):
            async with HyperVBackend().connect(settings(server.port)) as session:
                server.drop_connections()
                assert len((await session.inventory()).vms) == 1
                server.drop_connections()
                realm.set_clock(48 * 3600)
                with pytest.raises(AuthenticationFailed, match="or it has expired") as refused:
                    await session.inventory()
            assert "kinit" in refused.value.hint
            assert in_clear(server) == []


@KERBEROS
async def test_a_server_that_does_not_prove_its_identity_gets_no_message(realm: Realm) -> None:
    realm.kinit()
    with impostor() as (port, received):
        error = await refusal(settings(port))
    assert type(error) is ConnectError
    assert "is not WinRM" in error.message
    assert set(received) == {b""}


@KERBEROS
def test_a_package_that_cannot_encrypt_is_refused_over_http(
    realm: Realm, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = winrm_target(settings(1))
    monkeypatch.delattr("kerberos.authGSSWinRMEncryptMessage")
    with pytest.raises(SettingsError, match="cannot encrypt messages"):
        winrm_target(settings(1))
    assert winrm_target(settings(1, transport="https")).auth == "kerberos"
    realm.kinit()
    with pytest.raises(WinRMError, match="does not support it"):
        WinRmProtocol(asked).open_shell()


@KERBEROS
def test_after_a_failed_sign_in_messages_are_still_encrypted(realm: Realm) -> None:
    with FakeWinRm.started() as server:
        protocol = WinRmProtocol(winrm_target(settings(server.port)))
        with pytest.raises(RequestException):
            protocol.open_shell()
        realm.kinit()
        protocol.open_shell()
        protocol.transport.close_session()
        assert len(server.shells) == 1
        assert in_clear(server) == []
