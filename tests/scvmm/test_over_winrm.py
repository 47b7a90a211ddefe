"""VMM over WinRM fulfils the contract: PowerShell runs on the VMM server."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.scvmm.backend import ScvmmBackend, ScvmmSettings
from hvtui.backends.secret import Secret
from tests.kept_open import kept_open
from tests.scvmm.test_contract import OnVmm, worse
from tests.vmm_host.module import prelude
from tests.vmm_host.server import serving
from tests.vmm_host.vmm import Vmm
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from hvtui.backends.contract import Session
    from tests.hyperv_host.engine import Engine

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]


@pytest.fixture(scope="module")
def over_winrm(powershell: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Vmm, Session]]:
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(Vmm(unverified=worse)) as vmm,
        FakeWinRm.started(engine=powershell, prelude=prelude(vmm.port)) as server,
    ):
        patch.setenv("HVTUI_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        settings = ScvmmSettings(
            host="127.0.0.1",
            port=str(server.port),
            transport="http",
            user=server.user,
            password=Secret(server.password),
        )
        with kept_open(ScvmmBackend().connect(settings)) as session:
            yield vmm, session


class TestOverWinRm(OnVmm):
    @pytest.fixture(autouse=True)
    def stage(self, over_winrm: tuple[Vmm, Session]) -> None:
        self._vmm, self._session = over_winrm

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Session]:
        self._vmm.reset()
        yield self._session
