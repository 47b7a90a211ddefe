"""The film of the README: a checkpoint is created, and an older one applied behind a safety checkpoint."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from screenshots.animation import Frame, animated
from screenshots.scenes import USUAL
from tests.tui.journey import journey

if TYPE_CHECKING:
    from tests.tui.journey import Journey

FILM = "film"
"""The name of its file."""
LETTER, STEP = 0.08, 0.3
"""Seconds that a frame is shown after a letter and after a move; more if there is something to read."""


class Film:
    def __init__(self, trip: Journey) -> None:
        self._trip = trip
        self.frames: list[Frame] = []

    async def shoot(self, seconds: float) -> None:
        """Take a frame of the screen."""
        self.frames.append(Frame(await self._trip.cells(), seconds))

    async def press(self, *keys: str, seconds: float = STEP) -> None:
        """Press keys on the main screen, and take a frame after each."""
        for key in keys:
            await self._trip.press(key)
            await self._trip.rests()
            await self.shoot(seconds)

    async def open(self, key: str, seconds: float) -> None:
        await self._trip.open(key)
        await self.shoot(seconds)

    async def write(self, text: str) -> None:
        for letter in text:
            await self._trip.press("space" if letter == " " else letter)
            await self.shoot(LETTER)

    async def confirm(self, *percents: int) -> None:
        """Press Enter in a dialog, and take a frame after each second of the command, which is then this far."""
        await self._trip.press("enter")
        for percent in percents:
            await self._second()
            await self._trip.until(partial(self._is_at, percent))
            await self.shoot(STEP)
        await self._second()
        await self._trip.until(lambda: not self._trip.state.running)

    def _is_at(self, percent: int) -> bool:
        return self._trip.main.operations[0].percent == percent

    async def _second(self) -> None:
        await self._trip.clock.wait_for_sleeper()
        self._trip.clock.advance(1)
        await self._trip.press("f5")
        await self._trip.rests()


async def film() -> str:
    async with journey("lab", USUAL) as trip:
        shot = Film(trip)
        await trip.rests()
        await shot.shoot(2)
        await shot.press("end", "k", seconds=0.6)
        await shot.press("enter", seconds=0.8)
        await shot.open("c", seconds=1.5)
        await shot.write("Before SQL update")
        await shot.shoot(0.8)
        await shot.confirm(33, 66)
        await shot.press("f5", seconds=2)
        await shot.press("k", "k")
        await shot.press("k", seconds=1.5)
        await shot.open("a", seconds=5)
        await shot.confirm(33, 66, 0, 33, 66, 0, 25, 50, 75)
        await shot.press("f5", seconds=1.5)
        await shot.press("n", seconds=4)
    return animated(shot.frames)
