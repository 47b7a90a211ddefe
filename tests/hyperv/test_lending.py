"""A session that is lent shows nothing of the test before, and one that a test has left otherwise is not lent again."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import ConnectionLost
from tests.hyperv.lending import Lenders, run
from tests.hyperv.test_outcomes import parked, said, target

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from hvtui.backends.hyperv.session import HyperVSession
    from tests.hyperv.lending import Lender
    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host

    Leave = Callable[[HyperVSession, Host], Coroutine[object, object, None]]

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Core"], indirect=True)]


@pytest.fixture(scope="module")
def lender(powershell: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lender]:
    with Lenders(lambda: tmp_path_factory.mktemp("journal")) as lenders:
        yield lenders.lender(powershell)


def shown(session: HyperVSession) -> object:
    reading = run(session.inventory())
    return reading.vms, reading.checkpoints, reading.unread


def test_a_change_of_the_host_in_one_test_is_not_seen_in_the_next(lender: Lender) -> None:
    with lender.lend() as first:
        vm, checkpoint = target(first.host)
        before = first.host.state(), shown(first.session)
        run(first.session.rename_checkpoint(vm, checkpoint, name="changed"))
        first.host.set_durations(save=30)
        run(first.session.save_vm(vm))
        first.host.refuse("checkpoints", 32768)
        first.host.park("apply")
    with lender.lend() as second:
        assert second is first
        assert (second.host.state(), shown(second.session)) == before
        run(second.session.apply_checkpoint(vm, checkpoint))
    with lender.lend("lab") as third:
        assert third is first
        assert third.host.cmdlets() == []
        assert len(run(third.session.inventory()).vms) > 1


async def nothing(session: HyperVSession, host: Host) -> None:
    await session.inventory()


async def a_killed_agent(session: HyperVSession, host: Host) -> None:
    await session.inventory()
    os.kill(host.cmdlets("Get-VM")[0].process, signal.SIGKILL)
    assert type(await said(session.inventory())) is ConnectionLost


async def a_replaced_agent(session: HyperVSession, host: Host) -> None:
    session.cancel_reads()
    await session.inventory()


async def a_write_in_flight(session: HyperVSession, host: Host) -> None:
    vm, checkpoint = target(host)
    host.park("rename")
    asyncio.create_task(session.rename_checkpoint(vm, checkpoint, name="late"))  # noqa: RUF006 - it is left
    await parked(host)


async def a_reading_in_flight(session: HyperVSession, host: Host) -> None:
    host.park("file")
    asyncio.create_task(session.disks([target(host)[0]]))  # noqa: RUF006 - it is left
    await parked(host)


async def a_write_of_no_known_outcome(session: HyperVSession, host: Host) -> None:
    host.park("save")
    saving = asyncio.create_task(session.save_vm(target(host)[0]))
    await parked(host)
    saving.cancel()
    await asyncio.wait([saving])
    host.release()
    await asyncio.to_thread(host.wait_for_call, "wait")


async def what_an_agent_keeps(session: HyperVSession, host: Host) -> None:
    await session.host_details()


@pytest.mark.parametrize(
    ("leave", "lent_again"),
    [
        (nothing, True),
        (a_killed_agent, False),
        (a_replaced_agent, False),
        (a_write_in_flight, False),
        (a_reading_in_flight, False),
        (a_write_of_no_known_outcome, False),
        (what_an_agent_keeps, False),
    ],
)
def test_a_session_is_lent_again_only_as_it_was(lender: Lender, leave: Leave, lent_again: bool) -> None:
    with lender.lend() as first:
        asyncio.run(leave(first.session, first.host))
    with lender.lend() as second:
        assert (second.session is first.session) is lent_again
        assert [vm.id for vm in run(second.session.inventory()).vms] == list(second.host.state()["vms"])
