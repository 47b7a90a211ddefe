"""The composition root: the screen to choose a host from, and the one host that is held."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.widgets import Input
from textual.worker import WorkerCancelled, WorkerFailed

from hvtui.backends.secret import redact
from hvtui.tui.dialogs.dialog import Dialog, Opener
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.quit import LeaveDialog, QuitDialog
from hvtui.tui.host import Connection
from hvtui.tui.palette import Commands
from hvtui.tui.terminal.ascii_fallback import stand_ins
from hvtui.tui.terminal.driver import DRIVER
from hvtui.tui.terminal.theme import THEMES
from hvtui.tui.text.problems import problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.filter import LineFilter
    from textual.worker import Worker

    from hvtui.backends.errors import BackendError
    from hvtui.backends.hosts.targets import Target, Targets
    from hvtui.backends.operations.runner import Operations
    from hvtui.tui.screens.hosts import HostsScreen
    from hvtui.tui.screens.main import MainScreen

_now = partial(datetime.now, UTC)


class HvtuiApp(App[None]):
    TITLE = "hvtui"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[Any]] = {Commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+p",
            "command_palette",
            "Palette",
            show=False,
            id="app.palette",
            priority=True,
            tooltip="of all commands",
        ),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(self, start: Target | None, places: Targets, clock: Callable[[], datetime] = _now) -> None:
        """Without a `start`, it is chosen from `places`."""
        super().__init__(driver_class=DRIVER)
        self.clock = clock
        """What ages on the screens count from, as aware UTC."""
        self.animation_level = "none"
        self.connection: Connection | None = None
        self._start_at, self._places = start, places
        self._holding: Worker[None] | None = None
        self._last_key: Opener | None = None
        self._stand_ins = stand_ins(getattr(sys.__stdout__, "encoding", None), os.environ.get("TERM", ""))
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    @property
    def failure(self) -> BackendError | None:
        """Why nothing of the host was ever seen."""
        return self.connection.failure if self.connection else None

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *([self._stand_ins] if self._stand_ins else [])]

    def on_mount(self) -> None:
        self._leave_on_signals()
        place = self._start_at
        if place is None or place.remote:
            self.push_screen(self._hosts(at_once=place))
        else:
            connection = self.connect(place)
            self.push_screen(connection.main)
            self._leave_if_it_fails(connection)

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

    def show(self, shown: Dialog[Any]) -> None:
        """One that comes by itself: a key that happens to be held down does not answer it either."""
        shown.opener = self._last_key
        self.push_screen(shown)

    # ---- where it is ----

    @property
    def main(self) -> MainScreen:
        """The screen of the host that is held."""
        assert self.connection is not None
        return self.connection.main

    @property
    def operations(self) -> Operations:
        """What is done and was done there."""
        assert self.connection is not None
        return self.connection.operations

    def connect(self, place: Target) -> Connection:
        """Go there, leaving where it was. Watch `opened` of what is returned."""
        self.leave()
        self.connection = connection = Connection(place, self.clock)
        self._holding = self.run_worker(connection.hold, name="session", group="sessions")
        return connection

    def leave(self) -> None:
        """Hold no host. One that still connects is closed as soon as it has."""
        if self.connection is not None:
            self.connection.leave()
        if self._holding is not None:
            self._holding.cancel()
        self.connection = self._holding = None

    @work
    async def _leave_if_it_fails(self, connection: Connection) -> None:
        """For where a host was asked for that needs no choosing."""
        await connection.opened.wait()
        if (failure := connection.failure) is not None:
            await self.open(ErrorDialog(problem(failure)))
            self.exit(return_code=1)

    @work(group="hosts", exclusive=True)
    async def action_hosts(self) -> None:
        connection = self.connection
        if connection is None or self.screen is not connection.main or connection.main.asking:
            return
        running = [*connection.operations.running.values()]
        if running and not await self.open(LeaveDialog(connection.place.name, running)):
            return
        self.leave()
        while self.screen is not connection.main:
            self.pop_screen()  # an error that came while it was asked
        await self.switch_screen(self._hosts(cursor=connection.place.id))

    def _hosts(self, *, cursor: str = "", at_once: Target | None = None) -> HostsScreen:
        from hvtui.tui.screens.hosts import HostsScreen  # the first frame of a demo does without it

        return HostsScreen(self._places, cursor=cursor, at_once=at_once)

    # ---- leaving ----

    async def on_unmount(self) -> None:
        """Wait until the hosts are told: their sessions are being closed, and what is cancelled next is cut off."""
        for worker in [worker for worker in self.workers if worker.group == "sessions"]:
            with suppress(WorkerCancelled, WorkerFailed):
                await worker.wait()

    async def action_quit(self) -> None:
        if self.connection is not None and self.screen is self.main and self.main.asking:
            return
        if self.connection is not None and self.operations.running:
            if self.screen is self.main:
                self.run_worker(self._ask_to_quit(), name="quit", exclusive=True, group="quit")
        else:
            self.exit()

    async def _ask_to_quit(self) -> None:
        if await self.open(QuitDialog([*self.operations.running.values()])):
            self.exit()

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, Dialog):
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
