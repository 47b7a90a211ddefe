"""The VMM backend on a real PowerShell, with the fake VMM behind the cmdlets."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.local_link import LocalLink
from hvtui.backends.scvmm.program import program
from hvtui.backends.scvmm.session import ScvmmSession
from tests.hyperv_host.conftest import powershell
from tests.vmm_host.module import prelude
from tests.vmm_host.server import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from hvtui.backends.powershell.link import Link
    from tests.hyperv_host.engine import Engine
    from tests.vmm_host.vmm import Vmm

    Connect = Callable[[], AbstractAsyncContextManager[ScvmmSession]]

__all__ = ["powershell"]


@pytest.fixture
def vmm() -> Iterator[Vmm]:
    with serving() as started:
        yield started


@pytest.fixture
def connect(powershell: Engine, vmm: Vmm, tmp_path: Path) -> Connect:
    """Open sessions, as several runs of hvtui would: all sessions of a test share one journal."""

    def link() -> Link:
        return LocalLink(powershell.agents, {"PWSH_EDITION": powershell.edition})

    @asynccontextmanager
    async def connect() -> AsyncIterator[ScvmmSession]:
        session = ScvmmSession(link, program(prelude(vmm.port)), Journal(tmp_path, "test"), Deadlines())
        try:
            await session.open()
            yield session
        finally:
            await session.close()

    return connect
