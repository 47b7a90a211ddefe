"""The contract suite on Hyper-V, with a real PowerShell in both editions."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.hyperv.program import program
from hvtui.backends.hyperv.session import HyperVSession
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.local_link import LocalLink
from hvtui.backends.testing import ContractSuite
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.kept_open import kept_open

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from hvtui.backends.contract import Session
    from hvtui.backends.powershell.link import Link
    from tests.hyperv_host.engine import Engine


@pytest.fixture(scope="module")
def on_engine(powershell: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Host, Session]]:
    def link() -> Link:
        return LocalLink(powershell.agents, {"PWSH_EDITION": powershell.edition})

    with Host.started("one", clock="eager") as host:
        journal = Journal(tmp_path_factory.mktemp("state"), "test")
        opened = HyperVSession(link, program(prelude(host.port)), journal, Deadlines())
        with kept_open(closing(opened)) as session:
            yield host, session


@asynccontextmanager
async def closing(session: HyperVSession) -> AsyncIterator[Session]:
    try:
        yield session
    finally:
        await session.close()


@pytest.mark.engine
class TestHyperV(ContractSuite):
    @pytest.fixture(autouse=True)
    def stage(self, on_engine: tuple[Host, Session]) -> None:
        self._host, self._session = on_engine

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Session]:
        self._host.reset()
        yield self._session
