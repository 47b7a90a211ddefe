"""What is read when: all of a host rarely, what is on screen often, and no older answer over a newer one."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from backends.contract import Session
from backends.errors import ConnectionLost
from tests.tui.samples import NOON, inventory, vm
from tui import readings
from tui.readings import Readings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    import pytest

    from backends.contract import Capabilities
    from backends.errors import BackendError
    from backends.model import Inventory, VmId

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
) -> AsyncIterator[tuple[Asked, Readings, list[Inventory], list[BackendError | None]]]:
    monkeypatch.setattr(readings, "SOONEST", 0.0)
    monkeypatch.setattr(readings, "FIRST_RETRY", 0.0)
    session = Asked()
    shown: list[Inventory] = []
    troubles: list[BackendError | None] = []
    kept = Readings(
        session, show=shown.append, trouble=troubles.append, watched=lambda: None, on_screen=lambda: SEEN
    )
    keeping = asyncio.create_task(kept.keep_fresh())
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
        assert kept.taken() == later
        kept.ask()
        answer.set_result(inventory(*VMS[:2]))
        asked, _ = await session.questions.get()
        assert asked is None


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
