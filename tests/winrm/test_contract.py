"""Hyper-V over pywinrm keeps the contract: sealed http, https that validates, https that is pinned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from backends.errors import CertificateUntrusted
from backends.hyperv import HyperVBackend, HyperVSettings
from backends.secret import Secret
from backends.testing import ContractSuite
from tests.hyperv_host.prelude import prelude
from tests.winrm.certificates import of_private_authority, self_signed
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from backends.contract import Session
    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]


def settings(server: FakeWinRm, host: str = "127.0.0.1", **more: str) -> HyperVSettings:
    return HyperVSettings(
        host=host,
        port=str(server.port),
        transport="https" if server.certificate else "http",
        user=server.user,
        password=Secret(server.password),
        **more,
    )


@pytest.fixture(
    params=["sealed http", "validated", "pinned by address", "pinned by a short name", "pinned private leaf"]
)
def reached(
    request: pytest.FixtureRequest,
    powershell: Engine,
    host: Host,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[HyperVSettings]:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    certificate = {
        "sealed http": None,
        "validated": self_signed("localhost"),
        "pinned by address": self_signed("hv01.corp.example"),
        "pinned by a short name": self_signed("hv01.corp.example"),
        "pinned private leaf": of_private_authority("hv01.corp.example"),
    }[request.param]
    with FakeWinRm.started(engine=powershell, prelude=prelude(host.port), certificate=certificate) as server:
        by_name = settings(server, "127.0.0.1" if "address" in request.param else "localhost")
        if request.param == "validated":
            assert certificate is not None
            (tmp_path / "authority.pem").write_bytes(certificate.trusted_by)
            by_name = replace(by_name, ca_file=str(tmp_path / "authority.pem"))
        elif certificate is not None:
            seen = CertificateUntrusted("", fingerprint=certificate.fingerprint)
            HyperVBackend().trust(by_name, seen)
        yield by_name


class TestOverWinRm(ContractSuite):
    @pytest.fixture(autouse=True)
    def stage(self, reached: HyperVSettings) -> None:
        self._settings = reached

    def connect(self) -> AbstractAsyncContextManager[Session]:
        return HyperVBackend().connect(self._settings)
