"""The composition root: one backend, one session, one screen, and what runs between them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import deque
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.widgets import Input

from backends.errors import BackendError
from backends.model import Activity
from backends.secret import redact
from tui import left_behind
from tui.aftermath import seen
from tui.commands import Commands
from tui.driver import DRIVER
from tui.elsewhere import elsewhere
from tui.operations import Operation, Operations
from tui.poor_terminal import stand_ins
from tui.problems import Problem, problem
from tui.readings import Readings
from tui.screens.dialog import Dialog, Opener
from tui.screens.error_dialog import ErrorDialog
from tui.screens.main import MainScreen
from tui.screens.quit_dialog import QuitDialog
from tui.staleness import hold_against
from tui.state import Action, View
from tui.text import safe
from tui.theme import THEMES
from tui.writes import dialog, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.filter import LineFilter

    from backends.contract import Backend, Session
    from backends.model import Inventory, VmId

_CLOSING = 0.4
"""Seconds that the session is given to close."""
_now = partial(datetime.now, UTC)


class HvtuiApp(App[None]):
    TITLE = "hvtui"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[Any]] = {Commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", "Palette", show=False, id="app.palette", priority=True),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(self, backend: Backend[Any], settings: Any, clock: Callable[[], datetime] = _now) -> None:
        super().__init__(driver_class=DRIVER)
        self.clock = clock
        """What ages on the screens count from, as aware UTC."""
        self.animation_level = "none"
        self.main = MainScreen()
        self.failure: BackendError | None = None
        """Why nothing of the host was ever seen."""
        self._backend, self._settings = backend, settings
        self._session: Session | None = None
        self._readings: Readings | None = None
        self._settled: set[str] = set()
        self._untold: deque[Problem] = deque()
        self._last_key: Opener | None = None
        self._stand_ins = stand_ins(getattr(sys.__stdout__, "encoding", None), os.environ.get("TERM", ""))
        self.operations = Operations(
            read=self._read_vm, changed=self._show_operations, ended=self._operation_ended, clock=clock
        )
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *([self._stand_ins] if self._stand_ins else [])]

    def on_mount(self) -> None:
        self._leave_on_signals()
        self.push_screen(self.main)
        self.call_after_refresh(self._serve)

    # ---- the way of a key ----

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent | events.Paste):
            # Also what the screen below was given and hands back now that a dialog is there.
            if isinstance(self.screen, Dialog) and self.screen.refuses(event):
                return
            if isinstance(event, events.Key) and not event.is_forwarded:
                last, self._last_key = self._last_key, Opener(event.key, event.time)
                held = last is not None and last.repeats(event)
                if held and event.key == "enter" and isinstance(self.screen, CommandPalette):
                    return  # it would choose once more, and leave once more
        await super().on_event(event)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, Input):
            event.widget.cursor_blink = (
                False  # each blink is sent through the SSH line, for as long as it is open
            )

    async def open(self, shown: Dialog[Any]) -> Any:
        """Show a dialog and return its answer. For workers."""
        shown.opener = self._last_key
        return await self.push_screen_wait(shown)

    async def ask_and_write(self, action: Action, view: View) -> None:
        session, readings, vm = self._session, self._readings, view.vm
        if session is None or readings is None or vm is None:
            return
        asked = dialog(action, view, self.main.disks, self.clock())
        answer = await self.open(asked) if asked else True
        if answer is None:
            return
        planned = write(action, view, answer, session, readings.read_vm)

        async def check() -> None:
            found = await readings.read_vm(vm.id)
            hold_against(action, view, View(
                inventory=found, vm_id=view.vm_id, checkpoint_id=view.checkpoint_id, capabilities=view.capabilities
            ))  # fmt: skip

        def shown(found: Inventory) -> str:
            return seen(action, view, answer, found)

        if not self.operations.begin(
            vm, planned.verb, planned.target, check=check, send=planned.send, seen=shown
        ):
            self.notify(f"{safe(vm.name)} is busy.", severity="warning", markup=False)

    # ---- the session ----

    def _serve(self) -> None:
        self.run_worker(self._hold_session(), name="session")

    async def _hold_session(self) -> None:
        closing = AsyncExitStack()
        try:
            session = await closing.enter_async_context(self._backend.connect(self._settings))
        except BackendError as error:
            self.failure = error
            await self.open(ErrorDialog(problem(error)))
            self.exit(return_code=1)
            return
        try:
            self._session = session
            self.main.capabilities = session.capabilities
            self.main.demo = session.capabilities.demo
            self._readings = Readings(
                session,
                show=self._show_inventory,
                trouble=self._show_trouble,
                watched=self._watched,
                on_screen=self.main.vms_on_screen,
            )
            await self._readings.keep_fresh()
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSING):
                    await closing.aclose()

    def refresh_now(self) -> None:
        if self._readings:
            self._readings.ask()

    @work(group="disks", exclusive=True)
    async def read_disks(self, vm_id: VmId | None) -> None:
        if vm_id is not None and self._session is not None:
            with suppress(BackendError):  # sizes stay "not read yet"
                for disks in await self._session.disks([vm_id]):
                    self.main.disks = disks

    async def _read_vm(self, vm_id: VmId) -> Inventory:
        assert self._readings is not None
        return await self._readings.read_vm(vm_id)

    def _watched(self) -> VmId | None:
        """The highlighted VM, while something goes on with it."""
        vm = View(inventory=self.main.inventory, vm_id=self.main.vm_id).vm
        if vm and (vm.id in self.operations.running or vm.in_service or vm.activity is not Activity.NONE):
            return vm.id
        return None

    def _show_inventory(self, inventory: Inventory) -> None:
        self.failure = None
        before = _chain_of(self.main.inventory, self.main.vm_id)
        self.main.inventory = inventory
        self.main.taken = self._readings.taken() if self._readings else inventory.taken
        self._show_operations()
        if before != _chain_of(inventory, self.main.vm_id):
            self.read_disks(self.main.vm_id)
        self._settle(inventory)

    def _show_trouble(self, error: BackendError | None) -> None:
        self.main.problem = error.message if error else ""
        if error is not None and self.main.inventory is None and self.failure is None:
            self.failure = error
            self._untold.append(problem(error))
            self.tell_next()

    def _settle(self, inventory: Inventory) -> None:
        """Tell what came of writes whose answer nobody saw, once nothing runs them any more."""
        for left in inventory.left_behind:
            if left.alive or left.id in self._settled or self._session is None:
                continue
            self._settled.add(left.id)
            if not left.told:
                self.operations.remember(left_behind.over(left, inventory))
            self.run_worker(self._session.settle(left.id), name="settle", exit_on_error=False)

    # ---- operations ----

    @property
    def busy_words(self) -> Mapping[VmId, str]:
        return {vm_id: operation.words for vm_id, operation in self.operations.running.items()}

    def _show_operations(self) -> None:
        running, inventory = self.operations.running, self.main.inventory
        percents = {job.vm_id: job.percent for job in inventory.jobs} if inventory else {}
        finished = [operation.shown() for operation in self.operations.finished]
        self.main.operations = (
            *(operation.shown(percents.get(vm_id)) for vm_id, operation in running.items()),
            *finished[:1],
            *(elsewhere(inventory, running) if inventory else ()),
            *finished[1:],
        )
        self.main.busy = {vm_id: operation.verb for vm_id, operation in running.items()}
        self.main.repaint_keys()

    def _operation_ended(self, operation: Operation) -> None:
        if operation.error is not None:
            self._untold.append(problem(operation.error, during=f"{operation.words} on {operation.vm.name}"))
            self.tell_next()

    def tell_next(self) -> None:
        """Show the next error that nobody has read, but never on top of another dialog."""
        if self._untold and self.screen is self.main:
            self.push_screen(ErrorDialog(self._untold.popleft()))

    # ---- leaving ----

    async def action_quit(self) -> None:
        if self.operations.running:
            if self.screen is self.main:
                self.run_worker(self._ask_to_quit(), name="quit", exclusive=True, group="quit")
        else:
            self.exit()

    async def _ask_to_quit(self) -> None:
        if await self.open(QuitDialog([*self.operations.running.values()])):
            self.exit()

    def action_command_palette(self) -> None:
        if self.screen is self.main:
            super().action_command_palette()

    def _leave_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None:
                with suppress(NotImplementedError, ValueError, RuntimeError):
                    loop.add_signal_handler(number, partial(self.exit, return_code=128 + number))

    def _handle_exception(self, error: Exception) -> None:
        """As Textual does it, but in a sentence: its traceback shows local variables, and they may be secret."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fatal_error()

    def _fatal_error(self) -> None:
        error = self._exception
        words = redact(f"{type(error).__name__}: {error}") if error else "unknown"
        self._exit_renderables.append(Text(f"hvtui broke and had to stop: {words}"))
        self._close_messages_no_wait()


def _chain_of(inventory: Inventory | None, vm_id: VmId | None) -> object:
    """What changes whenever a VM's disks become other files."""
    view = View(inventory=inventory, vm_id=vm_id)
    return view.vm and (view.vm.id, view.vm.current, view.vm.activity, {c.id for c in view.checkpoints})
