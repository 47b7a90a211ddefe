"""How often hosts are asked: 20 of 500 VMs each in one list, against each of them alone, in simulated time."""

from __future__ import annotations

import asyncio
import selectors
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.hosts.target import Group
from hvtui.backends.hosts.targets import Targets
from hvtui.backends.mock.backend import MockBackend, MockSettings
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.session import MockSession
from hvtui.backends.model import HostDetails
from hvtui.backends.operations.readings import host_details, polling
from hvtui.tui.group.connection import GroupConnection
from hvtui.tui.host.connection import HostConnection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection
    from datetime import datetime
    from pathlib import Path

    import pytest

    from hvtui.backends.contract import Session
    from hvtui.backends.mock.clock import AwaitableClock
    from hvtui.backends.model import Inventory, MergeEvent, VmDisks, VmId
    from hvtui.tui.host.state import HostState

ROWS = 20
"""How many VMs are on screen."""
MINUTE = 60
FIRST, LAST = "hv-01", "hv-20"


class Hurried(selectors.DefaultSelector):
    """Where a loop would wait until a moment, it is that moment."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout
        return ready


class HurriedLoop(asyncio.SelectorEventLoop):
    """An event loop in which time passes only while nothing is left to do."""

    def __init__(self) -> None:
        self._hurried = Hurried()
        super().__init__(self._hurried)

    def time(self) -> float:
        return self._hurried.now


class LoopClock(ManualClock):
    """The time of the loop."""

    def now(self) -> datetime:
        try:
            return super().now() + timedelta(seconds=asyncio.get_running_loop().time())
        except RuntimeError:  # while the hosts are built
            return super().now()

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep((moment - self.now()).total_seconds())


@dataclass
class Counted(MockBackend):
    """Counts what each host is asked."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often, by host and by verb."""

    def __post_init__(self) -> None:
        super().__init__(LoopClock())

    @asynccontextmanager
    async def connect(self, settings: MockSettings) -> AsyncIterator[Session]:
        async with super().connect(settings) as session:
            assert isinstance(session, MockSession)
            yield CountedSession(session, self._clock, self.calls)

    @property
    def clock(self) -> AwaitableClock:
        return self._clock

    def by_verb(self, host: str) -> dict[str, int]:
        return {verb: count for (name, verb), count in sorted(self.calls.items()) if name == host}


class CountedSession(MockSession):
    def __init__(self, session: MockSession, clock: AwaitableClock, calls: Counter[tuple[str, str]]) -> None:
        super().__init__(session.world, clock, session.network)
        self._calls = calls

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        self._count("all VMs" if vm_ids is None else "some VMs")
        return await super().inventory(vm_ids)

    async def host_details(self) -> HostDetails | None:
        self._count("details")
        return HostDetails(host=(await super().inventory([])).host)

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        self._count("disks")
        return await super().disks(vm_ids)

    async def events(self, vm_ids: Collection[VmId], *, since: datetime) -> tuple[MergeEvent, ...]:
        self._count("events")
        return await super().events(vm_ids, since=since)

    def _count(self, verb: str) -> None:
        self._calls[self.world.host_name, verb] += 1


class Idle:
    """A screen on which the first rows of the list are seen, and nothing is done."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._shown: list[VmId] = []
        self.oldest = timedelta()
        """How old the shown readings have been at most when something was shown."""

    @property
    def vm_id(self) -> VmId | None:
        return self._shown[0] if self._shown else None

    def vms_on_screen(self) -> Collection[VmId]:
        return self._shown

    def show_state(self, state: HostState) -> None:
        if state.oldest_reading:
            self.oldest = max(self.oldest, self._clock() - state.oldest_reading)
        if state.inventory and not self._shown:
            self._shown = [vm.id for vm in state.inventory.vms[:ROWS]]


def idle_minute(monkeypatch: pytest.MonkeyPatch, folder: Path, *, host: str = "") -> Counted:
    """Connect to all hosts, or to one; let the first minute pass, and count during the second one."""
    backend = Counted()
    targets = Targets(folder / "config.toml", {}, load=lambda name: backend)
    target = targets.demo(scenario="fleets", host=host)

    async def stay() -> None:
        now = asyncio.get_running_loop().time
        monkeypatch.setattr(polling, "monotonic", now)
        monkeypatch.setattr(host_details, "monotonic", now)
        clock = backend.clock.now
        screen = Idle(clock)
        connection = (
            GroupConnection(target, clock) if isinstance(target, Group) else HostConnection(target, clock)
        )
        connection.attach(screen)
        running = asyncio.create_task(connection.run())
        await asyncio.sleep(MINUTE + 5)
        backend.calls.clear()
        await asyncio.sleep(MINUTE)
        connection.leave()
        running.cancel()
        await asyncio.wait([running])
        assert screen.oldest < timedelta(seconds=15)

    with asyncio.Runner(loop_factory=HurriedLoop) as runner:
        runner.run(stay())
    return backend


def test_a_host_of_twenty_is_asked_no_more_than_one_alone_and_one_off_screen_hardly(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    alone = idle_minute(monkeypatch, tmp_path, host=FIRST).by_verb(FIRST)
    group = idle_minute(monkeypatch, tmp_path)
    assert alone == {"all VMs": 1, "details": 1, "some VMs": 5}
    assert group.by_verb(FIRST) == alone
    assert group.by_verb(LAST) == {"all VMs": 1, "details": 1}
    assert len({host for host, _ in group.calls}) == 20
    assert group.calls.total() == 7 + 19 * 2
