"""Hyper-V over WinRM fulfils the contract: over encrypted http, validated https and pinned https."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import CertificateUntrusted
from hvtui.backends.hyperv.backend import HyperVBackend, HyperVSettings
from hvtui.backends.secret import Secret
from hvtui.backends.testing import ContractSuite
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.kept_open import kept_open
from tests.winrm.certificates import of_private_authority, self_signed
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from hvtui.backends.contract import Session
    from tests.hyperv_host.engine import Engine
    from tests.winrm.certificates import Certificate

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


CERTIFICATES: dict[str, Callable[[], Certificate | None]] = {
    "sealed http": lambda: None,
    "validated": partial(self_signed, "localhost"),
    "pinned by address": partial(self_signed, "hv01.corp.example"),
    "pinned by a short name": partial(self_signed, "hv01.corp.example"),
    "pinned private leaf": partial(of_private_authority, "hv01.corp.example"),
}


RARELY = ("pinned by address", "pinned by a short name", "pinned private leaf")
"""After the handshake these behave as a validated one: only `make faults` runs the whole contract on them."""
WHOLLY = CERTIFICATES if os.environ.get("HVTUI_ALL_FAULTS") else [c for c in CERTIFICATES if c not in RARELY]


@contextmanager
def served(kind: str, powershell: Engine, folder: Path) -> Iterator[tuple[Host, HyperVSettings]]:
    """Start a pretend host behind WinRM with this kind of certificate; yield it and the settings to connect to it."""
    certificate = CERTIFICATES[kind]()
    with (
        pytest.MonkeyPatch.context() as patch,
        Host.started("one", clock="eager") as host,
        FakeWinRm.started(engine=powershell, prelude=prelude(host.port), certificate=certificate) as server,
    ):
        patch.setenv("HVTUI_STATE_DIR", str(folder))
        asked = settings(server, "127.0.0.1" if "address" in kind else "localhost")
        if kind == "validated":
            assert certificate is not None
            (folder / "authority.pem").write_bytes(certificate.trusted_by)
            asked = replace(asked, ca_file=str(folder / "authority.pem"))
        elif certificate is not None:
            HyperVBackend().trust(asked, CertificateUntrusted("", fingerprint=certificate.fingerprint))
        yield host, asked


@pytest.fixture(scope="module", params=WHOLLY)
def over_winrm(
    request: pytest.FixtureRequest, powershell: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Host, Session]]:
    with (
        served(request.param, powershell, tmp_path_factory.mktemp("state")) as (host, asked),
        kept_open(HyperVBackend().connect(asked)) as session,
    ):
        yield host, session


@pytest.mark.parametrize("kind", RARELY)
async def test_a_host_with_another_kind_of_pinned_certificate_can_be_read(
    kind: str, powershell: Engine, tmp_path: Path
) -> None:
    with served(kind, powershell, tmp_path) as (_, asked):
        async with HyperVBackend().connect(asked) as session:
            assert len((await session.inventory()).vms) == 1


class TestOverWinRm(ContractSuite):
    @pytest.fixture(autouse=True)
    def stage(self, over_winrm: tuple[Host, Session]) -> None:
        self._host, self._session = over_winrm

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Session]:
        self._host.reset()
        yield self._session
