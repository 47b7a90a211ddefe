"""A line that goes wrong at any message: what is said of a call is what the host did, and the next refresh works."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.winrm.matrix import COLD, FAULTS, PASSES, VERBS, WARM, impatient, judged, stage
from tests.winrm.server import FakeWinRm
from tests.winrm.test_contract import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backends.hyperv.session import HyperVSession
    from tests.hyperv_host.engine import Engine

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]
Reached = tuple[Host, FakeWinRm, "HyperVSession"]


@pytest.fixture(scope="module")
def reached(powershell: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    folder = tmp_path_factory.mktemp("state")
    with (
        pytest.MonkeyPatch.context() as patch,
        Host.started("one", clock="eager") as host,
        FakeWinRm.started(engine=powershell, prelude=prelude(host.port)) as server,
    ):
        patch.setenv("HVTUI_STATE_DIR", str(folder))

        session = impatient(settings(server), folder)
        yield host, server, session
        asyncio.run(session.close())


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("message", WARM)
@pytest.mark.parametrize("verb", ["inventory", "rename", "apply"])
async def test_a_request_to_an_agent_that_runs(reached: Reached, verb: str, message: str, fault: str) -> None:
    host, server, session = reached
    host.reset()
    await session.inventory()
    if VERBS[verb].cmdlet:
        await session.save_vm((await session.inventory()).vms[0].id)  # its agent runs now
    stage(VERBS[verb], host)
    FAULTS[fault](server, message)
    outcome = await judged(verb, session, host, server)
    if fault in PASSES:
        assert outcome == "done"
    elif message == "Send":
        assert outcome == "failed"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("message", COLD)
@pytest.mark.parametrize("verb", ["rename"])
async def test_the_way_to_an_agent(reached: Reached, verb: str, message: str, fault: str) -> None:
    host, server, session = reached
    stage(VERBS[verb], host)
    await session.inventory()
    while session._idle_writers:
        if ended := session._idle_writers.pop().kill():
            await asyncio.wrap_future(ended)
    FAULTS[fault](server, message)
    assert await judged(verb, session, host, server) in ("done", "failed")
