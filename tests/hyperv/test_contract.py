"""Hyper-V on a real PowerShell keeps the contract, in both editions."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from backends.hyperv import HyperVBackend, HyperVSettings
from backends.testing import ContractSuite
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.kept_open import kept_open

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from backends.contract import Session
    from tests.hyperv_host.engine import Engine


@pytest.fixture(scope="module")
def on_engine(powershell: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Host, Session]]:
    with pytest.MonkeyPatch.context() as patch, Host.started("one", clock="eager") as host:
        patch.setenv("HVTUI_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        patch.setenv("HVTUI_PWSH", powershell.path)
        backend = HyperVBackend(prelude(host.port), {"PWSH_EDITION": powershell.edition})
        with kept_open(backend.connect(HyperVSettings())) as session:
            yield host, session


@pytest.mark.engine
class TestHyperV(ContractSuite):
    @pytest.fixture(autouse=True)
    def stage(self, on_engine: tuple[Host, Session]) -> None:
        self._host, self._session = on_engine

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Session]:
        self._host.reset()
        yield self._session
