"""The contract suite on VMM, with a real PowerShell in its 5.1 edition: VMM's module does not work in another."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.contract import Verb
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.local_link import LocalLink
from hvtui.backends.scvmm.program import program
from hvtui.backends.scvmm.session import ScvmmSession
from hvtui.backends.testing import ContractSuite
from tests.kept_open import kept_open
from tests.vmm_host.module import prelude
from tests.vmm_host.records import Unverified, kind
from tests.vmm_host.server import serving
from tests.vmm_host.vmm import Vmm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from hvtui.backends.contract import Session
    from hvtui.backends.powershell.link import Link
    from hvtui.backends.testing.vm_under_test import VmUnderTest
    from tests.hyperv_host.engine import Engine

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]


def worse() -> Unverified:
    """Return the worse case of each rule that the suite leaves open."""
    return Unverified(delete_takes_more=False, rename_reaches_host=True)


@pytest.fixture(scope="module", params=[worse, kind])
def on_engine(
    powershell: Engine, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[Vmm, Session]]:
    def link() -> Link:
        return LocalLink(powershell.agents, {"PWSH_EDITION": powershell.edition})

    with serving(Vmm(unverified=request.param)) as vmm:
        journal = Journal(tmp_path_factory.mktemp("state"), "test")
        opened = ScvmmSession(link, program(prelude(vmm.port)), journal, Deadlines())
        with kept_open(closing(opened)) as session:
            yield vmm, session


@asynccontextmanager
async def closing(session: ScvmmSession) -> AsyncIterator[Session]:
    try:
        await session.open()
        yield session
    finally:
        await session.close()


class OnVmm(ContractSuite):
    """The suite without events: VMM has no log of merges. A delete takes one checkpoint, as the suite demands."""

    async def test_events_are_those_of_the_requested_vms(self, vm: VmUnderTest) -> None:
        assert Verb.EVENTS not in vm.session.capabilities.verbs


class TestScvmm(OnVmm):
    @pytest.fixture(autouse=True)
    def stage(self, on_engine: tuple[Vmm, Session]) -> None:
        self._vmm, self._session = on_engine

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Session]:
        self._vmm.reset()
        yield self._session


class TestWhereVmmIsKinder(TestScvmm):
    """What no fact confirms (facts §3 to §7), the other way."""

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Session]:
        self._vmm.reset()
        self._vmm.unverified = kind()
        yield self._session
