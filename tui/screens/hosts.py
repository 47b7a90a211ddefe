"""Where to go: the saved hosts, this computer, the demo, or a host that is typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from hvtui.backends.errors import BackendError
from hvtui.tui.dialogs.help import show_keys
from hvtui.tui.screens.connecting import Reaching
from hvtui.tui.text.problems import problem
from hvtui.tui.text.safe import lines, safe
from hvtui.tui.widgets.host_list import HostList
from hvtui.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.worker import Worker

    from hvtui.backends.hosts.targets import Target, Targets
    from hvtui.tui.app import HvtuiApp


class AddressField(Input):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Connect", id="hosts.submit")]


class HostsScreen(Screen[None]):
    app: HvtuiApp
    CSS_PATH = "hosts.tcss"
    AUTO_FOCUS = "HostList"
    BINDINGS: ClassVar[list[BindingType]] = [
        # Before the next key is taken: what is typed after it belongs into the field.
        Binding("n", "other", "Another host", id="hosts.other", tooltip="by its address", priority=True),
        Binding("escape", "back", "Back", id="hosts.back", tooltip="from what is under way"),
        Binding("question_mark", "help", "Help", id="app.help", tooltip="with all keys"),
        Binding("q", "app.quit", "Quit", id="app.quit", tooltip="hvtui"),
    ]

    def __init__(self, places: Targets, *, cursor: str = "", at_once: Target | None = None) -> None:
        """The cursor starts on that place. With `at_once`, it goes there without being told to."""
        super().__init__()
        self._places = places
        self._cursor, self._at_once = at_once.id if at_once else cursor, at_once
        self._shown: dict[str | None, Target] = {}
        self._reaching = Reaching(self, places)
        self._attempt: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        yield Static("hvtui  Hyper-V checkpoints in a terminal", id="title", markup=False)
        hosts = HostList()
        hosts.show_title(Content("Hosts"))
        yield hosts
        with Horizontal(id="other"):
            yield Static("Another host", markup=False)
            yield AddressField(placeholder="user@host", id="address", compact=True)
        with VerticalScroll(id="told", can_focus=False):
            yield Static(id="words", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        self._fill()
        if (place := self._at_once) is not None:
            if place.saved is None:
                user = f"{place.settings.user}@" if place.settings.user else ""
                self.query_one("#address", Input).value = f"{user}{place.settings.host}"
            self.call_after_refresh(self._go, place)

    def say(self, words: str) -> None:
        """In place of what was said before; the words are safe."""
        self.query_one("#words", Static).update(Content(words))

    def tell(self, error: BackendError) -> None:
        """It stays until something else is tried."""
        told = problem(error)
        parts = [f"{told.title}: {safe(told.message)}", safe(told.hint), *lines(told.detail)]
        self.say("\n".join(part for part in parts if part))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        typing = isinstance(self.focused, Input)
        match action:
            case "other":
                return not typing
            case "back":
                return typing or self._attempt is not None
            case _:
                return True

    def action_other(self) -> None:
        self.set_focus(self.query_one("#address"))

    def action_help(self) -> None:
        self.run_worker(show_keys(self, self.app), name="help")

    def action_back(self) -> None:
        if self._attempt is not None:
            self._attempt.cancel()
            self._attempt = None
            self.app.leave()
            self.say("Cancelled.")
        else:
            self.query_one(HostList).focus()

    @on(HostList.Chosen)
    def go_to_chosen(self, event: HostList.Chosen) -> None:
        self._go(self._shown[event.row_id])

    @on(Input.Submitted)
    def go_to_typed(self, event: Input.Submitted) -> None:
        if event.value.strip():
            try:
                self._go(self._places.named(event.value), typed=True)
            except BackendError as error:
                self.tell(error)

    def _go(self, place: Target, *, typed: bool = False) -> None:
        if self._attempt is None:
            self._attempt = self.run_worker(partial(self._try, place, typed=typed), name="connect")
            self.refresh_bindings()

    async def _try(self, place: Target, *, typed: bool) -> None:
        try:
            await self._reaching.reach(place, offer_to_save=typed and place.saved is None)
        except BackendError as error:
            self.tell(error)
        finally:
            if self._attempt is get_current_worker():
                self._attempt = None
                self.refresh_bindings()

    def _fill(self) -> None:
        found: list[Target] = []
        for places in (self._places.saved, lambda: [self._places.here()], lambda: [self._places.demo()]):
            try:
                found += [place for place in places() if place is not None]
            except BackendError as error:
                self.tell(error)
        self._shown = {place.id: place for place in found}
        self.query_one(HostList).show_places(found, self._cursor or None)
