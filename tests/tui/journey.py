"""Operates the real app by keys in front of a simulated host, for journeys and for pictures."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from textual import _wait
from textual._compositor import LayoutUpdate

from hvtui.backends.hosts.targets import Targets
from hvtui.backends.mock.backend import MockBackend
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.scenarios import MANAGED, SEVERAL
from hvtui.backends.operations.commands import SaveVm
from hvtui.tui.app import HvtuiApp
from hvtui.tui.dialogs import dialog
from hvtui.tui.dialogs.dialog import Dialog
from hvtui.tui.preferences.preferences import DEFAULTS
from hvtui.tui.screens.main import MainScreen
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from hvtui.tui.widgets.vm_list import VmList

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from rich.segment import Segment
    from textual.pilot import Pilot

    from hvtui.backends.contract import Session
    from hvtui.backends.errors import BackendError
    from hvtui.backends.operations.command import Pause, ReadVm
    from hvtui.backends.operations.operation import Ending
    from hvtui.tui.host.state import HostState
    from hvtui.tui.preferences.preferences import Preferences
    from hvtui.tui.widgets.rows import Rows

dialog.BURST_SECONDS = 0.0
"""The keys of a journey may follow each other faster than those of a person."""

R = TypeVar("R")
NOWHERE = Path("no-such-folder") / "config.toml"

# How long Textual's pilot watches the process to see whether it is idle, after each key and at each pause, and the
# processor time that it may take meanwhile. With Textual's own 0.02 and 0.001 a journey mostly waits.
_wait.SLEEP_GRANULARITY, _wait.SLEEP_IDLE = 0.01, 0.001


class HeldSave(SaveVm, frozen=True, kw_only=True):
    """A save that runs until the test sets `release`, and then fails if it has an `error`."""

    release: asyncio.Event
    error: BackendError | None = None

    async def send(self, session: Session, read: ReadVm, pause: Pause) -> None:
        await self.release.wait()
        if self.error is not None:
            raise self.error


class Journey:
    patience = 10
    """How many seconds it waits for something to be so."""

    def __init__(
        self, app: HvtuiApp, pilot: Pilot[None], backend: MockBackend, scenario: str, clock: ManualClock
    ) -> None:
        self.app, self.pilot, self.backend, self.clock = app, pilot, backend, clock
        several = "datacenter" if scenario == MANAGED else scenario if scenario in SEVERAL else ""
        host = next(iter(backend.datacenter(several).hosts.values())) if several else backend.host(scenario)
        self.world, self.network = host.world, host.network

    @property
    def main(self) -> MainScreen:
        """The screen of the host, which may be below a dialog."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    @property
    def state(self) -> HostState:
        """What the app knows of the host."""
        assert self.app.connection is not None
        return self.app.connection.state

    async def until(self, so: Callable[[], object]) -> None:
        async with asyncio.timeout(self.patience):
            while not so():
                await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def open(self, key: str) -> Dialog[Any]:
        """Open a dialog by key and wait until it takes keys."""
        await self.press(key)
        await self.until(lambda: isinstance(self.app.screen, Dialog) and self.app.screen.is_ready)
        opened = self.app.screen
        assert isinstance(opened, Dialog)
        return opened

    async def sees_dialog(self, kind: type[Dialog[Any]]) -> None:
        """Wait until a dialog of this kind takes keys."""
        await self.until(lambda: isinstance(self.app.screen, kind) and self.app.screen.is_ready)

    async def rests(self) -> None:
        """Return once all panes have followed the cursors."""
        main, tree = self.main, self.main.query_one(CheckpointTree)
        await self.until(lambda: main.vm_id == main.query_one(VmList).cursor)
        await self.until(lambda: main.disk_reading is not None and main.disk_reading.vm_id == main.vm_id)
        await self.until(lambda: main.checkpoint_id == (tree.checkpoint.id if tree.checkpoint else None))
        await self.until(lambda: main.now == self.clock.now())

    async def go_to(self, name: str) -> None:
        """Put the tree's cursor on a checkpoint, by keys."""
        tree = self.main.query_one(CheckpointTree)
        if not tree.has_focus:
            await self.press("enter")
            await self.until(lambda: tree.has_focus)
        await self._move_to(tree, lambda row: row.checkpoint is not None and row.checkpoint.name == name)

    async def go_to_vm(self, name: str) -> None:
        """Put the cursor of the list on a VM, by keys."""
        await self._move_to(self.main.query_one(VmList), lambda row: row.name == name)

    async def _move_to(self, rows: Rows[R], wanted: Callable[[R], bool]) -> None:
        """Press exactly as many keys as it takes: on a busy machine the cursor follows late."""
        await self.until(lambda: any(wanted(row) for row in rows._rows))
        index = next(index for index, row in enumerate(rows._rows) if wanted(row))
        await self.press("home", *["j"] * index)
        await self.until(lambda: rows.cursor_row is not None and wanted(rows.cursor_row))

    async def click(self, button: str) -> None:
        """Go to a button by Tab and press Enter on it."""
        while self.app.focused is None or self.app.focused.id != button:
            await self.press("tab")
        await self.press("enter")

    async def ended(self) -> Ending:
        await self.until(lambda: self.state.finished and not self.state.running)
        ending = self.state.finished[0].ending
        assert ending is not None
        return ending

    async def start_held_save(self, error: BackendError | None = None) -> asyncio.Event:
        """Start a save of the highlighted VM. It ends, with this error if there is one, when the returned event is set."""
        release, selection, connection = asyncio.Event(), self.main.take_selection(), self.app.connection
        assert selection.vm is not None
        assert connection is not None
        assert connection.start(HeldSave(vm=selection.vm, release=release, error=error), selection)
        return release

    def said(self) -> str:
        """All text on the screen, with that of a dialog."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line) for line in lines)

    async def cells(self) -> list[list[Segment]]:
        """All that is seen once it stays the same: a dialog, and what it leaves of the screen below it, by line."""
        before: list[list[Segment]] = []
        while before != (now := self._painted()):
            before = now
            await self.pilot.pause()
        return now

    def _painted(self) -> list[list[Segment]]:
        # The same call as in Textual's `export_screenshot`, which does not return cells.
        painted = self.app.screen._compositor.render_update(
            full=True, screen_stack=self.app._background_screens
        )
        assert isinstance(painted, LayoutUpdate)
        return [[cell for strip in line for cell in strip] for line in painted.strips]

    def toasts(self) -> list[str]:
        """The notifications that are shown, the oldest first."""
        return [str(toast.message) for toast in self.app._notifications]

    def names(self) -> list[str]:
        return [checkpoint.name for checkpoint in self.world.checkpoints.values()]

    @property
    def vm(self) -> Any:
        return next(iter(self.world.vms.values()))

    def checkpoint(self, name: str) -> Any:
        return next(c for c in self.world.checkpoints.values() if c.name == name)


@asynccontextmanager
async def journey(
    scenario: str = "one",
    size: tuple[int, int] = (80, 24),
    *,
    read_only: bool = False,
    first_start: bool = False,
    preferences: Preferences = DEFAULTS,
) -> AsyncIterator[Journey]:
    """The real app before a host of this scenario, once it shows its VMs. Time stands still for both."""
    clock = ManualClock()
    backend = MockBackend(clock)
    targets = Targets(NOWHERE, load=lambda name: backend, read_only=read_only)
    app = HvtuiApp(
        targets.demo(scenario=scenario),
        targets,
        clock=clock.now,
        first_start=first_start,
        preferences=preferences,
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        trip = Journey(app, pilot, backend, scenario, clock)
        await trip.until(lambda: trip.main.vm_id)
        yield trip
