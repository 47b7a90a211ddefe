"""What every dialog shares: its box, its buttons, and its guard against keys that were not meant for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from hvtui.backends.operations.naming import wrong_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.widget import Widget

T = TypeVar("T")
_HELD_GAP = 1.0
"""Seconds between two repeats of a key that is held down, at the very most."""


@dataclass(frozen=True, slots=True)
class Opener:
    """The key that opened a dialog, and when it was last heard."""

    key: str
    time: float

    def repeats(self, event: events.Key) -> bool:
        """It is still held down, for all that can be known."""
        return event.key == self.key and event.time - self.time < _HELD_GAP


class Dialog(ModalScreen[T]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="dialog.cancel"),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]
    AUTO_FOCUS = ""  # it would give the first button a frame of its own
    heading: str = ""
    harmless: ClassVar[str] = "#cancel"
    """Selects what has the focus from the first frame on: of these, the first that is enabled."""

    def __init__(self) -> None:
        super().__init__()
        self.opener: Opener | None = None
        self._seen_at: float | None = None

    def body(self) -> Iterable[Widget]:
        """What stands between the heading and the buttons."""
        return ()

    def buttons(self) -> Iterable[Button]:
        """From left to right."""
        return ()

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="box", can_focus=False) as box:
            box.border_title = Content(self.heading)
            yield from self.body()
            with Horizontal(id="buttons"):
                yield from self.buttons()

    def on_mount(self) -> None:
        self.set_focus(next(widget for widget in self.query(self.harmless) if widget.focusable))
        self.call_after_refresh(self._seen)

    @property
    def is_ready(self) -> bool:
        """Its first frame is painted: it takes keys."""
        return self._seen_at is not None

    def refuses(self, event: events.Event) -> bool:
        """Keys and clicks from before its first frame, and the key that opened it while that is held down."""
        if self._seen_at is None or event.time < self._seen_at:
            self._still_held(event)
            return True
        return self._still_held(event)

    def _still_held(self, event: events.Event) -> bool:
        opener = self.opener
        if opener is None or not isinstance(event, events.Key):
            return False
        if not opener.repeats(event):
            self.opener = None  # let go: a key that is held down sends nothing but itself
            return False
        self.opener = Opener(opener.key, event.time)
        return True

    def _seen(self) -> None:
        self._seen_at = Message().time

    def action_cancel(self) -> None:
        self.dismiss(None)


def said(words: str | Content, classes: str = "") -> Static:
    """A paragraph. A string is taken as it is: never as markup."""
    return Static(Content(words) if isinstance(words, str) else words, classes=classes)


class NameField(Vertical):
    """A name to type, and a line that says what is wrong with it; meanwhile some buttons are off."""

    DEFAULT_CSS = "NameField { height: auto; }"

    def __init__(self, value: str, *, holds: str, wrong: Callable[[str], str | None] = wrong_with) -> None:
        """`holds` selects those buttons. What `wrong` says is safe."""
        super().__init__()
        self._prefilled, self._holds, self._wrong = value, holds, wrong

    def compose(self) -> ComposeResult:
        yield Input(self._prefilled, compact=True, id="name")
        yield Static("", id="wrong", classes="warning", markup=False)

    @property
    def value(self) -> str:
        return self.query_one(Input).value

    @property
    def wrong(self) -> str | None:
        return self._wrong(self.value)

    @on(Input.Changed)
    def tell_what_is_wrong(self) -> None:
        wrong = self.wrong
        self.query_one("#wrong", Static).update(wrong or "")
        self.screen.query(self._holds).set(disabled=wrong is not None)
