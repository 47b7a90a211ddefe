"""The Hyper-V backend on a real PowerShell, with the pretend host behind the cmdlets."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.hyperv.program import program
from hvtui.backends.hyperv.session import HyperVSession
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.local_link import LocalLink
from tests.hyperv.lending import Lenders
from tests.hyperv_host.conftest import powershell
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from hvtui.backends.powershell.link import Link
    from hvtui.backends.powershell.program import Program
    from tests.hyperv.lending import Lent
    from tests.hyperv_host.engine import Engine

    Connect = Callable[..., AbstractAsyncContextManager[HyperVSession]]

__all__ = ["powershell"]


@pytest.fixture(scope="session")
def lenders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lenders]:
    with Lenders(lambda: tmp_path_factory.mktemp("journal")) as lenders:
        yield lenders


@pytest.fixture
def lent(lenders: Lenders, powershell: Engine) -> Iterator[Lent]:
    with lenders.lender(powershell).lend() as lent:
        yield lent


@pytest.fixture
def session(lent: Lent) -> HyperVSession:
    """A session that other tests have used, with a host that none has.

    A test that counts or kills processes, cancels a call, reads the details of the host or looks at the journal opens
    a session of its own: `connect`.
    """
    return lent.session


@pytest.fixture
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    """A host on which no operation takes time unless its call is parked: that of `session` in a test that has both."""
    if "session" in request.fixturenames:
        yield request.getfixturevalue("lent").host
        return
    with Host.started("one", clock="eager") as started:
        yield started


@pytest.fixture
def connect(powershell: Engine, host: Host, tmp_path: Path) -> Connect:
    """Open sessions, as several runs of hvtui would: all sessions of a test share one journal."""

    def new_link() -> Link:
        return LocalLink(powershell.agents, {"PWSH_EDITION": powershell.edition})

    @asynccontextmanager
    async def connect(
        link: Callable[[], Link] = new_link,
        deadlines: Deadlines | None = None,
        change: Callable[[Program], Program] = lambda program: program,
        name: str = "test",
    ) -> AsyncIterator[HyperVSession]:
        """`name` is that of the host in the journal."""
        session = HyperVSession(
            link, change(program(prelude(host.port))), Journal(tmp_path, name), deadlines or Deadlines()
        )
        try:
            await session.open()
            yield session
        finally:
            await session.close()

    return connect
