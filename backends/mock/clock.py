"""Time for a world: by hand in tests, by the machine in the demo."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""
        ...


class AwaitableClock(Clock, Protocol):
    async def reach(self, moment: datetime) -> None:
        """Return at about that moment; whoever must not be early looks again."""
        ...


class ManualClock:
    """Stands still until it is told to advance."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self._now = start
        self._parked: list[tuple[datetime, asyncio.Future[None]]] = []
        self._watchers: list[asyncio.Future[None]] = []

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        due = [future for moment, future in self._parked if moment <= self._now]
        self._parked = [(moment, future) for moment, future in self._parked if moment > self._now]
        _release(due)

    async def reach(self, moment: datetime) -> None:
        if moment > self._now:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._parked.append((moment, future))
            _release(self._watchers)
            self._watchers.clear()
            await future

    async def someone_waits(self) -> None:
        """Return once a call is parked on this clock: what a test waits for before it advances."""
        if all(future.done() for _, future in self._parked):
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._watchers.append(future)
            await future


class RealClock:
    """The machine's own time, `speed` times as fast from the moment it is made."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._epoch = datetime.now(UTC)
        self._started = time.monotonic()

    def now(self) -> datetime:
        return self._epoch + timedelta(seconds=(time.monotonic() - self._started) * self.speed)

    async def reach(self, moment: datetime) -> None:
        await asyncio.sleep(max(0, (moment - self.now()).total_seconds() / self.speed))


def _release(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)
