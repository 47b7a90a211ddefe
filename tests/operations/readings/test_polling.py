"""What is read when: all of a host rarely, what is on screen often, and no older answer over a newer one."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.contract import Session
from hvtui.backends.errors import (
    AuthenticationFailed,
    CertificateUntrusted,
    ConnectionLost,
    HostUnreachable,
    HyperVUnavailable,
    UnavailableCause,
)
from hvtui.backends.model import Unread, UnreadPart
from hvtui.backends.operations.readings import polling
from hvtui.backends.operations.readings.polling import Poller
from tests.tui.samples import NOON, inventory, vm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from hvtui.backends.contract import Capabilities
    from hvtui.backends.errors import BackendError
    from hvtui.backends.model import Inventory, VmId

VMS = [vm(f"vm-{number}") for number in range(5)]
SEEN = [VMS[0].id, VMS[1].id]


class Asked(Session):
    """Notes what it is asked for, and answers when it is told to."""

    def __init__(self) -> None:
        self.questions: asyncio.Queue[tuple[Collection[VmId] | None, asyncio.Future[Inventory]]] = (
            asyncio.Queue()
        )

    @property
    def capabilities(self) -> Capabilities:
        raise NotImplementedError

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        answer: asyncio.Future[Inventory] = asyncio.get_running_loop().create_future()
        self.questions.put_nowait((vm_ids, answer))
        return await answer


@asynccontextmanager
async def kept_fresh(
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[tuple[Asked, Poller, list[Inventory], list[BackendError | None]]]:
    monkeypatch.setattr(polling, "MIN_INTERVAL", 0.0)
    monkeypatch.setattr(polling, "FIRST_RETRY", 0.0)
    session = Asked()
    shown: list[Inventory] = []
    troubles: list[BackendError | None] = []
    kept = Poller(
        session, show=shown.append, attempted=troubles.append, watched=lambda: None, on_screen=lambda: SEEN
    )
    keeping = asyncio.create_task(kept.run())
    try:
        yield session, kept, shown, troubles
    finally:
        keeping.cancel()


async def test_what_is_on_screen_is_read_often_and_the_rest_only_when_it_is_due_or_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with kept_fresh(monkeypatch) as (session, kept, shown, _):
        asked, answer = await session.questions.get()
        assert asked is None
        answer.set_result(inventory(*VMS))
        asked, answer = await session.questions.get()
        assert asked == SEEN
        later = NOON.replace(minute=5)
        answer.set_result(replace(inventory(replace(VMS[0], name="renamed"), VMS[1]), taken=later))
        _, answer = await session.questions.get()
        assert [one.name for one in shown[-1].vms] == ["renamed", *(one.name for one in VMS[1:])]
        assert kept.oldest_reading() == later
        kept.refresh()
        answer.set_result(inventory(*VMS[:2]))
        asked, _ = await session.questions.get()
        assert asked is None


async def test_a_vm_that_cannot_be_read_stays_and_one_that_is_gone_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with kept_fresh(monkeypatch) as (session, kept, shown, _):
        (_, answer) = await session.questions.get()
        answer.set_result(inventory(*VMS))
        (_, answer) = await session.questions.get()
        unread = Unread(vm_id=VMS[0].id, part=UnreadPart.VM, words="Generic failure")
        later = NOON.replace(minute=5)
        answer.set_result(replace(inventory(unread=(unread,)), taken=later))
        await session.questions.get()
        assert shown[-1].vms == (VMS[0], *VMS[2:])
        assert shown[-1].unread == (replace(unread, since=NOON),)
        kept.refresh()


async def test_a_whole_reading_keeps_what_it_could_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async with kept_fresh(monkeypatch) as (session, kept, shown, _):
        (_, answer) = await session.questions.get()
        answer.set_result(inventory(*VMS))
        (_, answer) = await session.questions.get()
        kept.refresh()
        answer.set_result(inventory(*VMS[:2]))
        (asked, answer) = await session.questions.get()
        assert asked is None
        unread = Unread(vm_id=VMS[4].id, part=UnreadPart.VM, words="Generic failure")
        answer.set_result(inventory(*VMS[:3], unread=(unread,)))
        await session.questions.get()
        assert shown[-1].vms == (*VMS[:3], VMS[4])


async def test_an_error_of_a_reading_leaves_every_vm(monkeypatch: pytest.MonkeyPatch) -> None:
    async with kept_fresh(monkeypatch) as (session, kept, shown, _):
        (_, answer) = await session.questions.get()
        answer.set_result(inventory(*VMS))
        (_, answer) = await session.questions.get()
        error = HyperVUnavailable("It does not answer.", cause=UnavailableCause.SERVICE_STOPPED)
        answer.set_exception(error)
        await session.questions.get()
        assert kept.inventory == shown[-1] == inventory(*VMS)


async def test_a_reading_that_was_begun_earlier_does_not_hide_a_later_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with kept_fresh(monkeypatch) as (session, kept, shown, _):
        (_, whole) = await session.questions.get()
        whole.set_result(inventory(*VMS))
        (_, slow) = await session.questions.get()
        after_a_write = asyncio.create_task(kept.read_vm(VMS[0].id))
        (_, quick) = await session.questions.get()
        quick.set_result(inventory(replace(VMS[0], name="written")))
        await after_a_write
        slow.set_result(inventory(VMS[0], replace(VMS[1], name="also new")))
        await session.questions.get()
        assert [one.name for one in shown[-1].vms[:2]] == ["written", "also new"]


async def test_a_lost_reading_is_trouble_until_the_next_one_that_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with kept_fresh(monkeypatch) as (session, _, _, troubles):
        (_, answer) = await session.questions.get()
        answer.set_exception(ConnectionLost("The line is gone."))
        (_, answer) = await session.questions.get()
        assert [error and error.message for error in troubles] == ["The line is gone."]
        answer.set_result(inventory(*VMS))
        await session.questions.get()
        assert troubles[-1] is None


async def test_a_failed_reading_is_told_at_once_and_tried_again_ever_more_rarely(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []

    async def waited(self: Poller, seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(Poller, "_wait_for_request", waited)
    async with kept_fresh(monkeypatch) as (session, _, _, troubles):
        monkeypatch.setattr(polling, "FIRST_RETRY", 2.0)
        for _ in range(6):
            (_, answer) = await session.questions.get()
            answer.set_exception(HostUnreachable("It does not answer."))
        (_, answer) = await session.questions.get()
        assert waits == [2, 4, 8, 16, 30, 30]
        assert len(troubles) == 6
        answer.set_result(inventory(*VMS))
        (_, answer) = await session.questions.get()
        assert troubles[-1] is None
        answer.set_exception(HostUnreachable("It does not answer."))
        await session.questions.get()
        assert waits[-1] == 2


async def test_a_slow_reading_that_was_lost_is_tried_again_as_rarely_as_one_that_was_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []
    seconds = iter(range(0, 1000, 7))

    async def waited(self: Poller, seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(Poller, "_wait_for_request", waited)
    monkeypatch.setattr(polling, "monotonic", lambda: float(next(seconds)))
    async with kept_fresh(monkeypatch) as (session, _, _, _):
        (_, answer) = await session.questions.get()
        answer.set_exception(ConnectionLost("The line is gone."))
        await session.questions.get()
        assert waits[0] >= polling.INTERVAL_FACTOR * 7


@pytest.mark.parametrize(
    "error",
    [AuthenticationFailed("Not this password."), CertificateUntrusted("Not trusted.", fingerprint="")],
)
async def test_after_a_refused_sign_in_nothing_is_tried_before_a_person_asks_for_it(
    monkeypatch: pytest.MonkeyPatch, error: BackendError
) -> None:
    async with kept_fresh(monkeypatch) as (session, kept, _, troubles):
        (_, answer) = await session.questions.get()
        kept.refresh()  # before anyone knows that it will be refused
        answer.set_exception(error)
        for _ in range(50):
            await asyncio.sleep(0)
        assert session.questions.empty()
        assert troubles == [error]
        kept.refresh()
        (_, answer) = await session.questions.get()
        answer.set_result(inventory(*VMS))
        await session.questions.get()
        assert troubles[-1] is None


async def test_f5_tries_at_once_what_waits_to_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with kept_fresh(monkeypatch) as (session, kept, _, _):
        monkeypatch.setattr(polling, "FIRST_RETRY", 3600.0)
        monkeypatch.setattr(polling, "LAST_RETRY", 3600.0)
        (_, answer) = await session.questions.get()
        answer.set_exception(HostUnreachable("It does not answer."))
        for _ in range(50):
            await asyncio.sleep(0)
        assert session.questions.empty()
        kept.refresh()
        await session.questions.get()


async def test_f5_during_a_whole_reading_asks_for_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async with kept_fresh(monkeypatch) as (session, kept, _, _):
        (_, answer) = await session.questions.get()
        kept.refresh()
        answer.set_result(inventory(*VMS))
        asked, answer = await session.questions.get()
        assert asked is None
        answer.set_result(inventory(*VMS))
        asked, _ = await session.questions.get()
        assert asked == SEEN
