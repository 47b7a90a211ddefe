"""What ends the app; it asks or waits first, so that no command is lost."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.worker import WorkerCancelled, WorkerFailed

from hvtui.backends.secret import redact
from hvtui.tui.screens.main import MainScreen
from hvtui.tui.text.safe import compose
from hvtui.tui.themed_app import ThemedApp

if TYPE_CHECKING:
    from hvtui.backends.operations.command import Command
    from hvtui.backends.operations.operation import Operation
    from hvtui.tui.connection import Connection

_log = logging.getLogger(__name__)


class QuittingApp(ThemedApp):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked_how_to_quit = -self.NOTIFICATION_TIMEOUT

    @property
    def connection(self) -> Connection | None:
        """The host on screen; it stays connected until another one is."""
        raise NotImplementedError

    @property
    def running_commands(self) -> list[Command]:
        return list(self.connection.state.commands.values()) if self.connection else []

    def operation_ended(self, operation: Operation) -> None:
        super().operation_ended(operation)
        from hvtui.tui.dialogs.quit import QuitDialog

        if isinstance(self.screen, QuitDialog):
            self.screen.show_running(self.running_commands)

    async def on_unmount(self) -> None:
        """Wait until the sessions are closed: Textual cancels their workers next."""
        self.window_title.restore()
        for worker in [worker for worker in self.workers if worker.group == "sessions"]:
            with suppress(WorkerCancelled, WorkerFailed):
                await worker.wait()

    async def action_quit(self) -> None:
        from hvtui.tui.dialogs.quit import QuitDialog

        if isinstance(self.screen, MainScreen) and self.screen.asking:
            return  # typed ahead, for a dialog that is about to open
        if not self.running_commands:
            self.exit()
        elif not isinstance(self.screen, QuitDialog):
            self.run_worker(self._ask_to_quit(), name="quit", exclusive=True, group="quit")

    async def _ask_to_quit(self) -> None:
        from hvtui.tui.dialogs.quit import QuitDialog

        if await self.open(QuitDialog(self.running_commands)):
            self.exit()

    def action_help_quit(self) -> None:
        """Say how to quit. The same key once more, within some seconds, quits."""
        last, self._asked_how_to_quit = self._asked_how_to_quit, monotonic()
        if self._asked_how_to_quit - last < self.NOTIFICATION_TIMEOUT:
            self.run_worker(self.action_quit(), name="quit")
            return
        here = any(each.binding.id == "app.quit" for each in self.screen.active_bindings.values())
        key = self.key_of("app.quit" if here else "app.quit_anywhere")
        self.say(compose("To quit, press {key}, or Ctrl+C again.", key=key))

    def exit_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None:
                with suppress(NotImplementedError, ValueError, RuntimeError):
                    loop.add_signal_handler(number, partial(self._exit_on_signal, 128 + number))

    def _exit_on_signal(self, code: int) -> None:
        if self.connection:
            self.connection.hang_up()
        self.exit(return_code=code)

    def _handle_exception(self, error: Exception) -> None:
        """Exit with one sentence: Textual's traceback would show local variables, which may contain secrets."""
        _log.critical("hvtui ends because of an error", exc_info=error)
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fatal_error()

    def _fatal_error(self) -> None:
        error = self._exception
        words = redact(f"{type(error).__name__}: {error}") if error else "unknown"
        self._exit_renderables.append(Text(f"hvtui has to stop because of an error: {words}"))
        self._close_messages_no_wait()
