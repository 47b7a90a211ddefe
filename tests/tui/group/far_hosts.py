"""Several remote hosts, each with a world of its own: those of one scenario have VMs with the same ids and names."""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from hvtui.backends.errors import AuthenticationFailed, BackendError, HostUnreachable
from hvtui.backends.mock.scenarios import SimulatedHost, build
from hvtui.backends.mock.session import MockSession
from hvtui.tui.app import HvtuiApp
from hvtui.tui.group.connection import GroupConnection
from hvtui.tui.widgets.hosts.host_rows import HostRow
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.far import PASSWORD, FarBackend, FarSettings, Visit, targets_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection
    from pathlib import Path

    from hvtui.backends.contract import Session
    from hvtui.backends.mock.world import World
    from hvtui.backends.model import Inventory, OrphanedWrite, VmId


@dataclass
class FarHosts(FarBackend):
    hosts: dict[str, SimulatedHost] = field(default_factory=dict)
    silent: dict[str, BackendError] = field(default_factory=dict)
    """Hosts that cannot be connected to, and why."""
    refusing: set[str] = field(default_factory=set)
    """Hosts that accept the sign-in of their open sessions no more."""
    refusing_at_write: set[str] = field(default_factory=set)
    """Hosts that do so from their next write on."""
    refused: list[str] = field(default_factory=list)
    """The host of each reading that was refused so."""
    dies_at_write: set[str] = field(default_factory=set)
    """Hosts that answer nothing more from their next write on."""
    dead: set[str] = field(default_factory=set)
    """Hosts that answer nothing in their open sessions."""
    orphans: dict[str, OrphanedWrite] = field(default_factory=dict)
    """The record of a write to each host, which its sessions find."""
    reads: Counter[str] = field(default_factory=Counter)
    """How often each host was read."""
    passwords: dict[str, str] = field(default_factory=dict)
    """The password of each host whose password is another one."""

    def host(self, name: str) -> SimulatedHost:
        if name not in self.hosts:
            self.hosts[name] = build(self.scenario(name), self.clock)
            self.hosts[name].world.host_name = name
        return self.hosts[name]

    def world(self, name: str) -> World:
        return self.host(name).world

    async def check_host(self, settings: FarSettings) -> None:
        if (error := self.silent.get(settings.host)) is not None:
            raise error
        await super().check_host(settings)

    @asynccontextmanager
    async def connect(self, settings: FarSettings) -> AsyncIterator[Session]:
        self.tried.append(settings)
        await self.answers.wait()
        await self.check_host(settings)
        if settings.password.reveal() != self.passwords.get(settings.host, PASSWORD):
            raise AuthenticationFailed(f"{settings.host} does not accept this user and password.")
        self.open.append(settings.host)
        try:
            yield FarSession(self, settings.host)
        finally:
            self.open.remove(settings.host)


class FarSession(MockSession):
    def __init__(self, far: FarHosts, name: str) -> None:
        host = far.host(name)
        super().__init__(host.world, far.clock, host.network)
        self._far, self._name = far, name

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        if self._name in self._far.refusing:
            self._far.refused.append(self._name)
            raise AuthenticationFailed(f"{self._name} does not accept this user and password any more.")
        found = await super().inventory(vm_ids)
        orphan = self._far.orphans.get(self._name)
        return replace(found, orphans=(orphan,) if orphan else ())

    async def forget_orphan(self, orphan_id: str) -> None:
        del self._far.orphans[self._name]

    async def _simulate_read(self) -> None:
        self._far.reads[self._name] += 1
        if self._name in self._far.dead:
            raise HostUnreachable(f"{self._name} does not answer.")
        await super()._simulate_read()

    async def _write(self, *args: Any) -> None:
        if self._name in self._far.dead:
            raise HostUnreachable(f"{self._name} does not answer.")
        try:
            await super()._write(*args)
        finally:
            if self._name in self._far.dies_at_write:
                self._far.dead.add(self._name)
            if self._name in self._far.refusing_at_write:
                self._far.refusing.add(self._name)


class GroupVisit(Visit):
    """A person before a group of hosts."""

    far: FarHosts

    @property
    def group(self) -> GroupConnection:
        assert isinstance(self.app.connection, GroupConnection)
        return self.app.connection

    @property
    def vms(self) -> VmList:
        return self.main.query_one(VmList)

    def troubles(self) -> dict[str, str]:
        """Why hosts cannot be read, as their rows say it."""
        return {row.name: row.trouble for row in self.vms._rows if isinstance(row, HostRow) and row.trouble}

    def rows(self) -> list[str]:
        """The names in the list, from the top."""
        return [row.name for row in self.vms._rows]

    async def go_to_vm_of(self, host: str, name: str) -> None:
        """Put the cursor on a VM of this host, by keys."""
        rows = self.vms._rows
        index = next(i for i, row in enumerate(rows) if getattr(row, "host", "") == host and row.name == name)
        await self.press("home", *["j"] * index)
        await self.until(lambda: self.vms.cursor == rows[index].id)
        await self.until(lambda: self.main.vm_id == rows[index].id)

    async def sees_created(self, name: str, *, on: str) -> None:
        """Create a checkpoint of the highlighted VM by keys, and see it on that host."""
        await self.open("c")
        await self.press("ctrl+u", *name, "enter")
        await self.until(lambda: name in [c.name for c in self.far.world(on).checkpoints.values()])
        await self.until(lambda: not self.state.running)

    async def go_to_host(self, name: str) -> None:
        index = next(
            i for i, row in enumerate(self.vms._rows) if isinstance(row, HostRow) and row.name == name
        )
        await self.press("home", *["j"] * index)
        await self.until(lambda: self.main.host_name == name)


@asynccontextmanager
async def visit_group(
    far: FarHosts, config: Path, *names: str, saved: str = "", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[GroupVisit]:
    """``hvtui NAME...``, with that config file."""
    targets = targets_of(far, config, saved, user="you")
    app = HvtuiApp(targets.chosen(names), targets, clock=far.clock.now)
    async with app.run_test(size=size, notifications=True) as pilot:
        try:
            yield GroupVisit(app, pilot, far, config)
        finally:
            far.answers.set()
