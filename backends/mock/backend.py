"""The backend for a simulated Hyper-V host: for the demo, the tests and the pictures."""

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
    """The settings of the mock backend."""

    scenario: str = setting(
        flag="--scenario",
        env="HVTUI_SCENARIO",
        help=f"sample data of the simulated host: {', '.join(scenarios.NAMES)}",
        choices=scenarios.NAMES,
        default="lab",
    )


class MockBackend:
    """Connects to simulated hosts. They keep their state between connections, as long as the backend exists."""

    name: ClassVar[str] = "mock"
    Settings = MockSettings

    def __init__(self, clock: AwaitableClock | None = None, *, seed: int = 0) -> None:
        self._clock = clock or RealClock()
        self._seed = seed
        self._hosts: dict[str, scenarios.SimulatedHost] = {}

    @asynccontextmanager
    async def connect(self, settings: MockSettings) -> AsyncIterator[MockSession]:
        host = self.host(settings.scenario)
        yield MockSession(host.world, self._clock, host.network)

    def host(self, scenario: str) -> scenarios.SimulatedHost:
        """Return the host of a scenario, which tests may inspect and change. Raises `SettingsError`."""
        if scenario not in scenarios.NAMES:
            raise SettingsError(
                f"There is no scenario “{scenario}”.",
                hint=f"Available scenarios: {', '.join(scenarios.NAMES)}.",
            )
        if scenario not in self._hosts:
            self._hosts[scenario] = scenarios.build(scenario, self._clock, seed=self._seed)
        return self._hosts[scenario]
