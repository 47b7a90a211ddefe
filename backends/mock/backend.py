"""The backend for a simulated Hyper-V host: for the demo, the tests and the pictures."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from hvtui.backends.errors import HostUnreachable, SettingsError
from hvtui.backends.mock import scenarios
from hvtui.backends.mock.clock import RealClock
from hvtui.backends.mock.session import MockSession
from hvtui.backends.settings import setting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.contract import Session
    from hvtui.backends.mock.clock import AwaitableClock
    from hvtui.backends.mock.datacenter import Datacenter

__all__ = ["MockBackend", "MockSession", "MockSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MockSettings:
    """The settings of the mock backend."""

    scenario: str = setting(
        flag="--scenario",
        env="HVTUI_SCENARIO",
        help=f"sample data of the simulated host: {', '.join(scenarios.ALL_NAMES)}",
        choices=scenarios.ALL_NAMES,
        default="lab",
    )
    host: str = ""
    """The host, in a scenario of several."""


class MockBackend:
    """Connects to simulated hosts. They keep their state between connections, as long as the backend exists."""

    name: ClassVar[str] = "mock"
    Settings = MockSettings

    def __init__(self, clock: AwaitableClock | None = None, *, seed: int = 0) -> None:
        self._clock = clock or RealClock()
        self._seed = seed
        self._hosts: dict[str, scenarios.SimulatedHost] = {}
        self._datacenters: dict[str, Datacenter] = {}

    @asynccontextmanager
    async def connect(self, settings: MockSettings) -> AsyncIterator[Session]:
        if settings.scenario == scenarios.MANAGED:
            from hvtui.backends.mock.managed_session import ManagedSession

            yield ManagedSession(self.datacenter("datacenter"), self._clock)
            return
        host = self._host(settings)
        yield MockSession(host.world, self._clock, host.network)

    def hosts(self, settings: MockSettings) -> dict[str, MockSettings]:
        """Return the settings of each host, by its name, if the scenario is of several; {} if it is of one."""
        if settings.scenario not in scenarios.SEVERAL or settings.host:
            return {}
        return {name: replace(settings, host=name) for name in self.datacenter(settings.scenario).hosts}

    def cluster_of(self, settings: MockSettings) -> str:
        return self.datacenter(settings.scenario).hosts[settings.host].world.cluster

    def datacenter(self, scenario: str) -> Datacenter:
        """Return the hosts of a scenario of several, which tests may inspect and change."""
        if scenario not in self._datacenters:
            self._datacenters[scenario] = scenarios.SEVERAL[scenario](self._clock, seed=self._seed)
        return self._datacenters[scenario]

    def _host(self, settings: MockSettings) -> scenarios.SimulatedHost:
        if settings.scenario not in scenarios.SEVERAL:
            return self.host(settings.scenario)
        found = self.datacenter(settings.scenario)
        if settings.host in found.unreachable:
            raise HostUnreachable(
                f"{settings.host} does not answer.", hint="Is it on, and is its name right?"
            )
        return found.hosts[settings.host]

    def host(self, scenario: str) -> scenarios.SimulatedHost:
        """Return the host of a scenario, which tests may inspect and change. Raises `SettingsError`."""
        if scenario not in scenarios.NAMES:
            raise SettingsError(
                f"There is no scenario “{scenario}”.",
                hint=f"Available scenarios: {', '.join(scenarios.ALL_NAMES)}.",
            )
        if scenario not in self._hosts:
            self._hosts[scenario] = scenarios.build(scenario, self._clock, seed=self._seed)
        return self._hosts[scenario]
