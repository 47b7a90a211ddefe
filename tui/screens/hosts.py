"""The first screen: the saved hosts, this computer, the demo, and a field for the address of another host."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from hvtui.backends.errors import BackendError
from hvtui.backends.hosts.target import Group
from hvtui.tui.dialogs.help import show_help
from hvtui.tui.host.connection import HostConnection
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.screens.address import LABELS, AddressField, Choice
from hvtui.tui.screens.connecting import Connecting
from hvtui.tui.text.problems import problem
from hvtui.tui.text.safe import SafeText, compose, lines, safe
from hvtui.tui.widgets.hosts.host_list import HostList
from hvtui.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.worker import Worker

    from hvtui.backends.hosts.target import Target
    from hvtui.backends.hosts.targets import Targets
    from hvtui.tui.connection import Connection
    from hvtui.tui.dialogs.dialog_app import DialogApp

T = TypeVar("T")


class HostsScreen(Screen[None]):
    app: DialogApp
    CSS_PATH = "hosts.tcss"
    AUTO_FOCUS = "HostList"
    PLACES = (Place.HOSTS_SCREEN, Place.SCREENS)
    BINDINGS: ClassVar[list[BindingType]] = bindings(*PLACES)

    def __init__(
        self,
        targets: Targets,
        *,
        connect: Callable[[Target | Group], Connection],
        stop_connecting: Callable[[], None],
        connected: Callable[[Connection], None],
        behind: Callable[[], Connection | None],
        may_leave: Callable[[], Awaitable[bool]],
        cursor: str = "",
        connect_to: Target | None = None,
    ) -> None:
        """The cursor starts on the target with the id `cursor`. The screen connects to `connect_to` immediately.

        `behind` returns the connection of the screen below, which Escape goes back to. `may_leave` asks the person
        whether that may be left.
        """
        super().__init__()
        self._targets, self._connect_to = targets, connect_to
        self._cursor = connect_to.id if connect_to else cursor
        self._shown: dict[str | None, Target | Group] = {}
        self._start_connection, self._stop_connecting, self._connected = connect, stop_connecting, connected
        self._behind, self._may_leave = behind, may_leave
        self._attempt: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        yield Static("hvtui  Hyper-V checkpoints in a terminal", id="title", markup=False)
        hosts = HostList()
        hosts.show_title(Content("Hosts"))
        yield hosts
        with Horizontal(id="other"):
            yield Static("Another host", markup=False)
            yield AddressField()
        for name, (values, value) in self._choices().items():
            with Horizontal(classes="choice"):
                yield Static(LABELS.get(name, name.capitalize()), markup=False)
                yield Choice(name, values, value)
        with VerticalScroll(id="message", can_focus=False):
            yield Static(id="words", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        self._connecting = Connecting(
            self.app,
            self._targets,
            connect=self._start_connection,
            disconnect=self._stop_connecting,
            show=self._show,
        )
        self._fill()
        if (behind := self._behind()) is not None:
            key = self.app.key_of("hosts.back")
            self._show(
                compose("Still connected to {name}. {key} goes back.", name=behind.target.name, key=key)
            )
        if (target := self._connect_to) is not None:
            if target.saved is None:
                user = f"{target.settings.user}@" if target.settings.user else ""
                self.query_one("#address", Input).value = f"{user}{target.settings.host}"
            self.call_after_refresh(self._connect, target)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        typing = isinstance(self.focused, Input)
        match action:
            case "other":
                return not typing
            case "back":
                return typing or self._attempt is not None or self._behind() is not None
            case _:
                return True

    def action_other(self) -> None:
        self.set_focus(self.query_one("#address"))

    def action_help(self) -> None:
        self.run_worker(show_help(self, self.app, (*self.PLACES, Place.APP)), name="help")

    def action_back(self) -> None:
        if self._attempt is not None:
            self._attempt.cancel()
            self._attempt = None
            self._stop_connecting()
            self._show(SafeText("Cancelled."))
        elif isinstance(self.focused, Input):
            self.query_one(HostList).focus()
        else:
            self.app.pop_screen()

    @on(HostList.Chosen)
    def connect_to_chosen(self, event: HostList.Chosen) -> None:
        target, behind = self._shown[event.row_id], self._behind()
        if behind is not None and behind.target.id == target.id and behind.state.failure is None:
            self.app.pop_screen()
        else:
            self._connect(target)

    @on(Input.Submitted)
    @on(Choice.Submitted)
    def connect_to_typed(self) -> None:
        address = self.query_one(AddressField).value
        chosen = {choice.name or "": choice.value for choice in self.query(Choice) if choice.changed}
        if address.strip():
            try:
                self._connect(self._targets.named(address, chosen), typed=True)
            except BackendError as error:
                self._show_error(error)

    def _connect(self, target: Target | Group, *, typed: bool = False) -> None:
        if self._attempt is None:
            self._attempt = self.run_worker(partial(self._try, target, typed=typed), name="connect")
            self.refresh_bindings()

    async def _try(self, target: Target | Group, *, typed: bool) -> None:
        try:
            if not self._only_signs_in_anew(target) and not await self._may_leave():
                return
            connection: Connection | None
            if isinstance(target, Group):  # each of its hosts asks for what it needs on the main screen
                connection = self._start_connection(target)
            else:
                offer_to_save = typed and target.saved is None
                connection = await self._connecting.connect(target, offer_to_save=offer_to_save)
            if connection is not None and not isinstance(target, Group) and target.cluster:
                connection = await self._connect_to_nodes(connection)
            if connection is not None:
                while self.app.screen is not self:
                    self.app.pop_screen()  # the help or the palette, which was opened meanwhile
                self._connected(connection)
        except BackendError as error:
            self._show_error(error)
        finally:
            if self._attempt is get_current_worker():
                self._attempt = None
                self.refresh_bindings()

    def _only_signs_in_anew(self, target: Target | Group) -> bool:
        """Return whether this only signs in anew to the host of the screen below, which is not read without that.

        While that host is read, the later steps of a running command would be lost with its session.
        """
        behind = self._behind()
        if behind is None or isinstance(target, Group) or target.cluster or isinstance(behind.target, Group):
            return False
        state = behind.state
        return state.failure is not None and not state.retries and behind.target.is_same_host(target)

    async def _connect_to_nodes(self, seed: Connection) -> Connection:
        """Connect to all nodes of the cluster that was connected to. Raises `BackendError`."""
        assert isinstance(seed, HostConnection)
        assert seed.active is not None
        try:
            group = self._targets.of_cluster(seed.target, await seed.active.cluster_nodes())
        finally:
            self._stop_connecting()
        return self._start_connection(group)

    def _show(self, text: SafeText) -> None:
        """Replace the message below the field."""
        self.query_one("#words", Static).update(Content(text))

    def _show_error(self, error: BackendError) -> None:
        """Show an error until the next message."""
        failed = problem(error)
        parts = [f"{failed.title}: {safe(failed.message)}", safe(failed.hint), *lines(failed.detail)]
        self._show(SafeText("\n".join(part for part in parts if part)))

    def _choices(self) -> dict[str, tuple[tuple[str, ...], str]]:
        try:
            return self._targets.choices()
        except BackendError:
            return {}  # this backend takes no address: who types one is told so

    def _fill(self) -> None:
        targets = self._targets
        groups = [
            self._read(partial(targets.chosen, [name])) for name in self._read(targets.group_names) or ()
        ]
        found: list[Target | Group | None] = [*groups, *(self._read(targets.saved) or ())]
        found += [self._read(targets.this_computer), self._read(targets.demo)]
        self._shown = {target.id: target for target in found if target is not None}
        self.query_one(HostList).show_targets([*self._shown.values()], self._cursor or None)

    def _read(self, read: Callable[[], T]) -> T | None:
        """Return what is read of the config file; None, with the error on screen, if it cannot be."""
        try:
            return read()
        except BackendError as error:
            self._show_error(error)
            return None
