"""The clocks of a simulated host: one that tests advance by hand, and the computer's own."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A source of the current time."""

    def now(self) -> datetime:
        """Return the current time in UTC, as an aware datetime."""
        ...


class AwaitableClock(Clock, Protocol):
    """A clock that tasks can sleep on."""

    async def sleep_until(self, moment: datetime) -> None:
        """Return at about this time. It may be slightly early, so callers check the time again."""
        ...


class ManualClock:
    """A clock that moves only when `advance` is called."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []
        self._observers: list[asyncio.Future[None]] = []

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        due = [future for moment, future in self._sleepers if moment <= self._now]
        self._sleepers = [(moment, future) for moment, future in self._sleepers if moment > self._now]
        _wake(due)

    async def sleep_until(self, moment: datetime) -> None:
        if moment > self._now:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._sleepers.append((moment, future))
            _wake(self._observers)
            self._observers.clear()
            await future

    async def wait_for_sleeper(self) -> None:
        """Return once a task sleeps on this clock. Tests wait for this before they advance the clock."""
        if all(future.done() for _, future in self._sleepers):
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._observers.append(future)
            await future


class RealClock:
    """The computer's clock, which runs `speed` times as fast from the moment of its creation."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._epoch = datetime.now(UTC)
        self._started = time.monotonic()

    def now(self) -> datetime:
        return self._epoch + timedelta(seconds=(time.monotonic() - self._started) * self.speed)

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(max(0, (moment - self.now()).total_seconds() / self.speed))


def _wake(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)
