"""An answer that comes in pieces, with other text between them, slowly, or each on a connection of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.model import CheckpointId, VmId
from hvtui.backends.powershell.agent import Deadlines
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.winrm import soap
from tests.winrm.faults import Wsman
from tests.winrm.matrix import PATIENCE, VERBS, impatient, outcome_of
from tests.winrm.rules import Rules
from tests.winrm.server import FakeWinRm
from tests.winrm.test_contract import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hyperv_host.engine import Engine

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]


@pytest.fixture
def host() -> Iterator[Host]:
    with Host.started("one", clock="eager") as started:
        yield started


@pytest.mark.parametrize(
    "rules",
    [
        Rules(largest_output=100, chatter=b"WARNING: a profile script\n"),
        Rules(largest_output=97, chatter=b"\n"),
        Rules(largest_output=150, chatter=b"no end of a line"),
        Rules(largest_output=120, chatter=b"#< CLIXML\r\n<Objs>" + b"\xff" * 5000),
        Rules(closes_connections=True),
        Rules(closes_connections=True, says_that_it_closes=False),
        Rules(largest_output=500, chatter=b"text", closes_connections=True),
    ],
    ids=["a line", "an empty line", "half a line", "much", "closed", "closed in silence", "all of it"],
)
async def test_a_session_works_as_if_each_answer_came_in_one_piece(
    powershell: Engine, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: Rules
) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    with FakeWinRm.started(engine=powershell, prelude=prelude(host.port), rules=rules) as server:
        session = impatient(settings(server), tmp_path)
        try:
            await session.open()
            for verb in ("inventory", "disks", "apply", "rename"):
                assert await outcome_of(VERBS[verb], session, host) == "done"
        finally:
            await session.close()
        assert server.failed_authentications == 0
    assert [row[0] for row in host.state()["done"]] == ["save", "apply", "start", "rename"]


@pytest.mark.parametrize("swallowed", [1, 2])
async def test_a_reply_that_the_host_has_swallowed_is_asked_for_again_and_the_write_runs_once(
    powershell: Engine, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swallowed: int
) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    with FakeWinRm.started(engine=powershell, prelude=prelude(host.port)) as server:
        session = impatient(settings(server), tmp_path, replace(PATIENCE, silence=1.0))
        vm, checkpoint = VmId(host.vm_id("web-01")), CheckpointId(host.checkpoint_id("Clean install"))
        try:
            await session.rename_checkpoint(vm, checkpoint, name="one")
            for _ in range(swallowed):
                server.fail(Wsman(soap.OPERATION_TIMEOUT, executed=True), "Receive")
            await session.rename_checkpoint(vm, checkpoint, name="two")
        finally:
            await session.close()
    assert [row[0] for row in host.state()["done"]] == ["rename", "rename"]
    assert len(host.cmdlets("Rename-VMSnapshot")) == 2


@pytest.mark.parametrize("rules", [Rules(), Rules(closes_connections=True)], ids=["kept", "closed"])
async def test_a_reading_that_takes_many_receives_is_waited_for_without_a_limit(
    powershell: Engine, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: Rules
) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    with FakeWinRm.started(engine=powershell, prelude=prelude(host.port), rules=rules) as server:
        patience = Deadlines(start=10, silence=0.3)
        session = impatient(settings(server), tmp_path, patience)
        try:
            await session.open()
            host.park("vms")
            reading = asyncio.create_task(session.inventory())
            await asyncio.to_thread(host.wait_parked)
            before = len(server.messages("Receive"))
            await asyncio.to_thread(server.wait_for, "Receive", before + 10)
            assert not reading.done()
            host.release()
            assert (await reading).vms
            assert len(server.processes_started()) == 1
        finally:
            await session.close()


async def test_an_answer_that_is_longer_on_the_way_than_its_host_may_be_silent_is_waited_for(
    powershell: Engine, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    rules = Rules(pieces=20)
    with FakeWinRm.started(engine=powershell, prelude=prelude(host.port), rules=rules) as server:
        session = impatient(settings(server), tmp_path, replace(PATIENCE, start=60.0))
        try:
            await session.open()
            assert (await session.inventory()).vms
            assert server.connections == server.authentications == 1
        finally:
            rules.pieces = 0
            await session.close()
