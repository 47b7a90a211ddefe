"""The app: shows the first screen, with the hosts to choose from, or the screen of the connected host."""

from __future__ import annotations

import gc
import os
import sys
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual import events, work
from textual._compositor import CompositorUpdate

from hvtui.backends.hosts.target import Group
from hvtui.backends.operations.readings.polling import Pauses
from hvtui.tui.host.connection import HostConnection
from hvtui.tui.host.state_publisher import StatePublisher
from hvtui.tui.keys.names import key_name
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.palette.commands import Commands
from hvtui.tui.palette.destinations import Destinations
from hvtui.tui.preferences.preferences import DEFAULTS
from hvtui.tui.quitting_app import QuittingApp
from hvtui.tui.screens.main import MainScreen
from hvtui.tui.terminal.ascii_fallback import ascii_fallback
from hvtui.tui.terminal.changed_cells import TerminalCells
from hvtui.tui.terminal.driver import DRIVER
from hvtui.tui.text.problems import problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType
    from textual.binding import Binding, BindingType
    from textual.filter import LineFilter
    from textual.screen import Screen
    from textual.worker import Worker

    from hvtui.backends.errors import BackendError
    from hvtui.backends.hosts.target import Target
    from hvtui.backends.hosts.targets import Targets
    from hvtui.tui.connection import Connection
    from hvtui.tui.group.signing_in import SigningIn
    from hvtui.tui.preferences.preferences import Preferences
    from hvtui.tui.screens.hosts import HostsScreen

_now = partial(datetime.now, UTC)


class _Session(NamedTuple):
    connection: Connection
    worker: Worker[None]


def _leave(session: _Session | None) -> None:
    if session is not None:
        session.connection.leave()
        session.worker.cancel()


class HvtuiApp(QuittingApp):
    TITLE = "hvtui"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[Any]] = {Commands, Destinations}
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.APP)

    def __init__(
        self,
        start: Target | Group | None,
        targets: Targets,
        clock: Callable[[], datetime] = _now,
        *,
        first_start: bool = False,
        preferences: Preferences = DEFAULTS,
    ) -> None:
        """Connect to `start`; if it is None, let the person choose from `targets`. `clock` returns aware UTC."""
        super().__init__(clock, preferences, first_start=first_start, driver_class=DRIVER)
        self.animation_level = "none"
        self._session: _Session | None = None
        self._opening: _Session | None = None
        self._left: list[tuple[Target, StatePublisher]] = []
        """Each host that was on screen by itself, without its password, and its operations for the next connection to it."""
        self._start_target, self._targets = start, targets
        self._signing_in: SigningIn | None = None
        self._ascii_fallback = ascii_fallback(
            getattr(sys.__stdout__, "encoding", None), os.environ.get("TERM", "")
        )
        self._terminal_cells = TerminalCells() if preferences.wire != "plain" else None

    @property
    def failure(self) -> BackendError | None:
        """The error that kept the screen from showing any data of the host; None if there is none."""
        return self.connection.failure if self.connection else None

    def get_key_display(self, binding: Binding) -> str:
        return key_name(binding.key)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *([self._ascii_fallback] if self._ascii_fallback else [])]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if self._terminal_cells and isinstance(renderable, CompositorUpdate):
            renderable = self._terminal_cells.changes(renderable)
        super()._display(screen, renderable)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Resize):  # also to its old size, after another program used the terminal
            self.action_redraw()
        await super().on_event(event)

    def action_redraw(self) -> None:
        """Paint the whole screen anew, in case another program wrote to the terminal."""
        if self._terminal_cells:
            self._terminal_cells.forget()
        self.screen.refresh()

    def get_default_screen(self) -> Screen[Any]:
        """Show the target of the command line at once if it can be: a screen below it would have to be laid out too."""
        target = self._start_target
        if target is None or (target.remote and not isinstance(target, Group)):
            return super().get_default_screen()
        connection = self.connect(target)
        self._take_opened()
        screen = MainScreen(connection)
        screen._push_result_callback(
            self, None
        )  # only pushed screens have one, and `switch_screen` expects it
        return screen

    def on_mount(self) -> None:
        self.exit_on_signals()
        connection = self.connection
        if connection is None:
            target = self._start_target
            assert not isinstance(target, Group)
            self.push_screen(self._hosts_screen(connect_to=target))
        elif isinstance(connection.target, Group):
            self._ask_for_passwords(connection)
        else:
            self._exit_if_it_fails(connection)

    def on_ready(self) -> None:
        """Say what is wrong with the settings, and enable garbage collection: the command line disabled it."""
        self.tell_mistakes()
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    # ---- the host that is connected ----

    @property
    def connection(self) -> Connection | None:
        """The host on screen; it stays connected until another one is."""
        return self._session.connection if self._session else None

    @property
    def targets(self) -> tuple[Target, ...]:
        session = self._opening or self._session
        if session is None:
            return ()
        target = session.connection.target
        return target.targets if isinstance(target, Group) else (target,)

    def connect(self, target: Target | Group) -> Connection:
        """Start to connect to a host, or to several. The caller waits for `opened`, and then shows them."""
        self.stop_connecting()
        preferences = self.preferences
        pauses = Pauses(preferences.refresh_seconds, preferences.refresh_others_seconds)
        connection: Connection
        if isinstance(target, Group):
            from hvtui.tui.group.connection import GroupConnection  # the first frame does not need it

            connection = GroupConnection(target, self.clock, pauses)
        else:
            connection = HostConnection(target, self.clock, pauses, before=self._before(target))
        worker: Worker[None] = self.run_worker(connection.run, name="session", group="sessions")
        self._opening = _Session(connection, worker)
        return connection

    def stop_connecting(self) -> None:
        """Give up the connection that is being opened. It is closed as soon as it is open."""
        opening, self._opening = self._opening, None
        _leave(opening)

    def disconnect(self) -> None:
        """Disconnect from the host on screen."""
        session, self._session = self._session, None
        _leave(session)
        if session is not None and isinstance(session.connection, HostConnection):
            self._keep(session.connection)

    def _keep(self, connection: HostConnection) -> None:
        """Keep the operations of a host that was left, and neither its connection nor its password."""
        kept = StatePublisher(connection)
        kept.leave()
        target = connection.target
        others = (each for each in self._left if not each[0].is_same_host(target))
        self._left = [*others, (target.without_password(), kept)]

    def _take_opened(self) -> None:
        """Disconnect from the host on screen: the one that was opened takes its place."""
        self.disconnect()
        self._session, self._opening = self._opening, None

    def _before(self, target: Target) -> StatePublisher | None:
        """Return what has the operations of a host that is or was on screen by itself; None if it was not yet."""
        now = self.connection
        if isinstance(now, HostConnection) and now.target.is_same_host(target):
            return now
        return next((kept for left, kept in self._left if left.is_same_host(target)), None)

    @work
    async def _exit_if_it_fails(self, connection: Connection) -> None:
        """Exit if the connection cannot be opened. Used for a target from the command line that is not remote."""
        await connection.opened.wait()
        if (failure := connection.failure) is not None:
            from hvtui.tui.dialogs.error import ErrorDialog  # the first frame does not need it

            await self.open(ErrorDialog(problem(failure)))
            self.exit(return_code=1)

    def _hosts_screen(self, *, cursor: str = "", connect_to: Target | None = None) -> HostsScreen:
        from hvtui.tui.screens.hosts import HostsScreen  # the first frame of a demo does not need it

        return HostsScreen(
            self._targets,
            connect=self.connect,
            stop_connecting=self.stop_connecting,
            connected=self._show_host,
            behind=lambda: self.connection,
            may_leave=self._may_leave,
            cursor=cursor,
            connect_to=connect_to,
        )

    def _show_host(self, connection: Connection) -> None:
        """Replace the screen of the hosts, and that of the host behind it, by the screen of this host."""
        self._take_opened()
        if isinstance(self.screen_stack[-2], MainScreen):
            self.pop_screen()
        self.switch_screen(MainScreen(connection))
        self._ask_for_passwords(connection)

    def _ask_for_passwords(self, connection: Connection) -> None:
        """Ask for the passwords that the hosts of a group wait for."""
        self._signing_in = None
        if isinstance(connection.target, Group):
            from hvtui.tui.group.connection import GroupConnection
            from hvtui.tui.group.signing_in import SigningIn

            assert isinstance(connection, GroupConnection)
            self._signing_in = SigningIn(self, self._targets, connection)
            self.run_worker(self._signing_in.ask_for_passwords(), name="sign in", group="sign in")

    def sign_in(self, hosts: Sequence[str]) -> bool:
        signing_in = self._signing_in
        found = [signing_in.member(host) for host in hosts] if signing_in else []
        waiting = [member for member in found if member and member.needs_person]
        if signing_in is None or not waiting:
            return False

        async def sign_in_each() -> None:
            for member in waiting:  # an accepted password may have served others too
                if member.needs_person and not await signing_in.sign_in(member):
                    return

        self.run_worker(sign_in_each(), name="sign in", group="sign in", exclusive=True)
        return True

    def action_hosts(self) -> None:
        main = self.screen
        if self.connection is not None and isinstance(main, MainScreen) and not main.asking:
            self.push_screen(self._hosts_screen(cursor=self.connection.target.id))

    async def _may_leave(self) -> bool:
        """Whether the host on screen may be left. While a command runs there, ask, and disconnect if so answered."""
        if self.connection is None or not (running := self.running_commands):
            return True
        from hvtui.tui.dialogs.quit import DisconnectDialog

        alone = isinstance(self.connection, HostConnection)
        if not await self.open(DisconnectDialog(self.connection.target.name, running, shown_later=alone)):
            return False
        self.disconnect()
        return True
