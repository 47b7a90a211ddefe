"""The line to a host: how slow it is, and which answers it loses. What it does is decided by its seed alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hvtui.backends.mock.clock import AwaitableClock


class Fate(Enum):
    """What becomes of a call."""

    ANSWERED = auto()
    LOST_BEFORE = auto()
    """It never reached the host."""
    LOST_MIDWAY = auto()
    """Its first step was begun and goes on; the steps after that never come."""
    LOST_AFTER = auto()
    """All of it happened, and the answer is lost."""


LOSSES = (Fate.LOST_BEFORE, Fate.LOST_MIDWAY, Fate.LOST_AFTER)


@dataclass(slots=True)
class Line:
    latency: float = 0
    """Seconds from a question to its answer."""
    jitter: float = 0
    """Up to so many seconds more."""
    reads_lost: float = 0
    """The share of reads that get no answer, 0 to 1."""
    writes_lost: float = 0
    seed: int = 0
    reads: list[Fate] = field(default_factory=list)
    """The fates of the next reads, before chance has a say."""
    writes: list[Fate] = field(default_factory=list)
    _random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    async def delay(self, clock: AwaitableClock) -> None:
        seconds = self.latency + (self._random.uniform(0, self.jitter) if self.jitter else 0)
        await clock.reach(clock.now() + timedelta(seconds=seconds))

    def next_read(self) -> Fate:
        if self.reads:
            return self.reads.pop(0)
        return Fate.LOST_AFTER if self._random.random() < self.reads_lost else Fate.ANSWERED

    def next_write(self) -> Fate:
        if self.writes:
            return self.writes.pop(0)
        return self._random.choice(LOSSES) if self._random.random() < self.writes_lost else Fate.ANSWERED
