"""The details of a host are read rarely and apart from its VMs, and never disturb them."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.contract import Session
from hvtui.backends.errors import BackendError, HostUnreachable
from hvtui.backends.model import Activity, Host, HostDetails, Job, Volume
from hvtui.backends.operations.readings import host_details, polling
from hvtui.backends.operations.readings.host_details import KnownDetails, with_details
from hvtui.backends.operations.readings.polling import Poller
from tests.tui.samples import NOON, inventory, vm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from hvtui.backends.contract import Capabilities
    from hvtui.backends.model import Inventory, VmId

WEB, DB = vm("web"), vm("db")
MERGE = Job(id="1", vm_id=WEB.id, activity=Activity.MERGING, percent=43, started=NOON)
VOLUME = Volume(name="E:", size=10, free=1)
DETAILS = HostDetails(
    host=Host(name="", system="Windows Server 2019", volumes=(VOLUME,), cluster="c1", utc_offset_minutes=0),
    jobs=(MERGE,),
    clustered=frozenset({WEB.id}),
)


class TwoLanes(Session):
    """Answers each question when it is told to."""

    def __init__(self) -> None:
        self.inventories: asyncio.Queue[asyncio.Future[Inventory]] = asyncio.Queue()
        self.details: asyncio.Queue[asyncio.Future[HostDetails | None]] = asyncio.Queue()

    @property
    def capabilities(self) -> Capabilities:
        raise NotImplementedError

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        answer: asyncio.Future[Inventory] = asyncio.get_running_loop().create_future()
        self.inventories.put_nowait(answer)
        return await answer

    async def host_details(self) -> HostDetails | None:
        answer: asyncio.Future[HostDetails | None] = asyncio.get_running_loop().create_future()
        self.details.put_nowait(answer)
        return await answer


@asynccontextmanager
async def polled(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[TwoLanes, list[Inventory]]]:
    for module, name in ((polling, "MIN_INTERVAL"), (polling, "FIRST_RETRY"), (host_details, "INTERVAL")):
        monkeypatch.setattr(module, name, 0.0)
    session = TwoLanes()
    shown: list[Inventory] = []
    poller = Poller(
        session,
        show=shown.append,
        attempted=lambda error: None,
        watched=lambda: None,
        on_screen=lambda: [WEB.id],
    )
    task = asyncio.create_task(poller.run())
    try:
        yield session, shown
    finally:
        task.cancel()


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_vms_are_read_first_and_shown_while_the_details_are_awaited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with polled(monkeypatch) as (session, shown):
        answer = await session.inventories.get()
        await settle()
        assert session.details.empty()
        answer.set_result(inventory(WEB, DB))
        details = await session.details.get()
        for _ in range(3):
            (await session.inventories.get()).set_result(inventory(WEB))
            await settle()
        assert [each.name for each in shown[-1].vms] == ["web", "db"]
        assert session.details.empty()
        details.set_result(DETAILS)
        await session.details.get()
        now = shown[-1]
        assert (now.host.name, now.host.system) == ("hv-demo-01", "Windows Server 2019")
        assert now.host.volumes == (VOLUME,)
        assert now.host.utc_offset_minutes == 60
        assert [each.clustered for each in now.vms] == [True, False]


async def test_details_that_cannot_be_read_leave_the_vms_and_say_why_until_they_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with polled(monkeypatch) as (session, shown):
        (await session.inventories.get()).set_result(inventory(WEB))
        (await session.details.get()).set_exception(BackendError("Too slow.", detail="timeout"))
        details = await session.details.get()
        assert [each.name for each in shown[-1].vms] == ["web"]
        assert shown[-1].host.unread == ("Too slow. timeout",)
        details.set_result(DETAILS)
        await session.details.get()
        assert not shown[-1].host.unread


async def test_nothing_is_asked_for_while_the_vms_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async with polled(monkeypatch) as (session, _):
        (await session.inventories.get()).set_exception(HostUnreachable("It does not answer."))
        answer = await session.inventories.get()
        await settle()
        assert session.details.empty()
        answer.set_result(inventory(WEB))
        await session.details.get()


async def test_a_backend_whose_inventory_has_the_details_is_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with polled(monkeypatch) as (session, shown):
        (await session.inventories.get()).set_result(inventory(WEB, jobs=(MERGE,)))
        (await session.details.get()).set_result(None)
        (await session.inventories.get()).set_result(inventory(WEB, jobs=(MERGE,)))
        await settle()
        assert session.details.empty()
        assert shown[-1].jobs == (MERGE,)


@pytest.mark.parametrize(("at_work", "seconds"), [(False, 60.0), (True, 4.0)])
async def test_the_pause_depends_on_work_and_on_the_pace_of_the_host(
    monkeypatch: pytest.MonkeyPatch, at_work: bool, seconds: float
) -> None:
    class Slow(TwoLanes):
        def __init__(self) -> None:
            self.asked: list[float] = []

        async def host_details(self) -> HostDetails | None:
            self.asked.append(clock[0])
            if len(self.asked) == 3:
                return None
            clock[0] += 0.5 if len(self.asked) == 1 else 20.0
            return DETAILS

    clock = [0.0]

    class Passing:
        """Lets the time pass instead of waiting."""

        def __init__(self, seconds: float) -> None:
            self.seconds = seconds

        async def __aenter__(self) -> None:
            clock[0] += self.seconds
            raise TimeoutError

        async def __aexit__(self, *error: object) -> None: ...

    monkeypatch.setattr(host_details, "monotonic", lambda: clock[0])
    monkeypatch.setattr(asyncio, "timeout", Passing)
    session = Slow()
    reader = host_details.HostDetailsReader(session, show=lambda known: None, at_work=lambda: at_work)
    reader.allow(True)
    await reader.run()
    first, second, third = session.asked
    assert second - first == pytest.approx(max(seconds, 0.5 + 5))
    assert third - second == pytest.approx(20 + 200)


def test_a_job_is_over_only_if_its_vm_was_seen_idle_after_it() -> None:
    known = KnownDetails(details=DETAILS)
    idle = inventory(WEB)
    assert with_details(idle, known, lambda vm_id: False).jobs == (MERGE,)
    assert with_details(idle, known, lambda vm_id: True).jobs == ()
    failed = KnownDetails(details=DETAILS, error=BackendError("Too slow."))
    assert with_details(idle, failed, lambda vm_id: True).jobs is None
    busy = inventory(vm("web", activity=Activity.MERGING))
    assert with_details(busy, known, lambda vm_id: True).jobs == (MERGE,)
