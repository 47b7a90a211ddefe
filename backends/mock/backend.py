"""A Hyper-V that is not there: for the demo, the tests and the pictures."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from hvtui.backends.errors import SettingsError
from hvtui.backends.mock import scenarios
from hvtui.backends.mock.clock import RealClock
from hvtui.backends.mock.session import MockSession
from hvtui.backends.settings import setting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.mock.clock import AwaitableClock

__all__ = ["MockBackend", "MockSession", "MockSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MockSettings:
    scenario: str = setting(
        flag="--scenario",
        env="HVTUI_SCENARIO",
        help=f"what the pretended host holds: {', '.join(scenarios.NAMES)}",
        choices=tuple(scenarios.NAMES),
        default="lab",
    )


class MockBackend:
    """Its worlds live as long as it does: who connects again finds the host as it was left."""

    name: ClassVar[str] = "mock"
    Settings = MockSettings

    def __init__(self, clock: AwaitableClock | None = None, *, seed: int = 0) -> None:
        self._clock = clock or RealClock()
        self._seed = seed
        self._scenes: dict[str, scenarios.Scene] = {}

    @asynccontextmanager
    async def connect(self, settings: MockSettings) -> AsyncIterator[MockSession]:
        scene = self.scene(settings.scenario)
        yield MockSession(scene.world, self._clock, scene.line)

    def scene(self, name: str) -> scenarios.Scene:
        """The world behind a scenario, and the line to it: for tests to look at and to change."""
        if name not in scenarios.NAMES:
            raise SettingsError(
                f"There is no scenario “{name}”.", hint=f"There are: {', '.join(scenarios.NAMES)}."
            )
        if name not in self._scenes:
            self._scenes[name] = scenarios.build(name, self._clock, seed=self._seed)
        return self._scenes[name]
