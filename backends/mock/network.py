"""A simulated network connection to a host: its latency, and the calls whose request or reply it loses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hvtui.backends.mock.clock import AwaitableClock


class NetworkFault(Enum):
    """What the network does to one call."""

    NONE = auto()
    """The call is answered."""
    REQUEST_LOST = auto()
    """The request never arrives at the host."""
    INTERRUPTED = auto()
    """The host starts and completes the first step of the call. The later steps are never sent."""
    REPLY_LOST = auto()
    """The host executes the whole call, and its reply is lost."""


WRITE_FAULTS = (NetworkFault.REQUEST_LOST, NetworkFault.INTERRUPTED, NetworkFault.REPLY_LOST)


@dataclass(slots=True)
class SimulatedNetwork:
    """Adds latency and faults to calls. The seed determines which calls are affected."""

    latency: float = 0
    """Seconds that each call takes at least."""
    jitter: float = 0
    """The most seconds that are randomly added to the latency."""
    read_loss: float = 0
    """The share of reads that get no reply, from 0 to 1."""
    write_loss: float = 0
    """The share of writes that get no reply, from 0 to 1."""
    seed: int = 0
    read_faults: list[NetworkFault] = field(default_factory=list)
    """The faults of the next reads. After them, faults are random."""
    write_faults: list[NetworkFault] = field(default_factory=list)
    """The faults of the next writes. After them, faults are random."""
    _random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    async def delay(self, clock: AwaitableClock) -> None:
        seconds = self.latency + (self._random.uniform(0, self.jitter) if self.jitter else 0)
        await clock.sleep_until(clock.now() + timedelta(seconds=seconds))

    def next_read(self) -> NetworkFault:
        if self.read_faults:
            return self.read_faults.pop(0)
        lost = self._random.random() < self.read_loss
        return NetworkFault.REPLY_LOST if lost else NetworkFault.NONE

    def next_write(self) -> NetworkFault:
        if self.write_faults:
            return self.write_faults.pop(0)
        lost = self._random.random() < self.write_loss
        return self._random.choice(WRITE_FAULTS) if lost else NetworkFault.NONE
