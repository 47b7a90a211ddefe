"""The base of all dialogs: the box, the buttons, and a guard against keys that were not meant for the dialog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events, on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from hvtui.backends.operations.naming import name_problem
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.reasons import reason_text
from hvtui.tui.text.safe import SafeText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

T = TypeVar("T")
_REPEAT_SECONDS = 1.0
"""The longest time between two repeats of a key that is held down."""


@dataclass(frozen=True, slots=True)
class Opener:
    """The key that opened a dialog, and when it was received last."""

    key: str
    time: float

    def repeats(self, event: events.Key) -> bool:
        """Whether the key may still be held down."""
        return event.key == self.key and event.time - self.time < _REPEAT_SECONDS


class Names(VerticalScroll, can_focus=False):
    """A list of names in a box of its own, so that the facts above it stay in view. The page keys scroll it too."""

    DEFAULT_CSS = """
    Names { height: auto; max-height: 8; border: round $border-blurred; }
    """


class Box(VerticalScroll, can_focus=False):
    """The box of a dialog. The page keys scroll by the lines above the buttons, which cover the last ones.

    A list of names in it is scrolled before this box on the way up, and after it on the way down.
    """

    def action_page_up(self) -> None:
        for names in self.query(Names):
            if names.scroll_y > 0:
                names.scroll_relative(y=-names.scrollable_content_region.height)
                return
        self._page(-1)

    def action_page_down(self) -> None:
        for names in self.query(Names):
            if self.scroll_y >= self.max_scroll_y:
                names.scroll_relative(y=names.scrollable_content_region.height)
                return
        self._page(1)

    def _page(self, pages: int) -> None:
        buttons = self.query_one("#buttons").outer_size.height
        self.scroll_relative(y=pages * (self.scrollable_content_region.height - buttons))


class Dialog(ModalScreen[T]):
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.DIALOG)
    AUTO_FOCUS = ""  # otherwise the first frame would show the focus on the first button
    heading: SafeText = SafeText("")
    initial_focus: ClassVar[str] = "#cancel"
    """A selector: the first matching widget that is enabled gets the focus. Activating it must change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.opener: Opener | None = None
        self._painted_at: float | None = None

    def body(self) -> Iterable[Widget]:
        """Return the widgets between the heading and the buttons."""
        return ()

    def buttons(self) -> Iterable[Button]:
        """Return the buttons from left to right."""
        return ()

    def compose(self) -> ComposeResult:
        with Box(id="box") as box:
            box.border_title = Content(self.heading)
            yield from self.body()
            with Horizontal(id="buttons"):
                yield from self.buttons()

    def on_mount(self) -> None:
        self.set_focus(next(widget for widget in self.query(self.initial_focus) if widget.focusable))
        self.call_after_refresh(self._painted)

    @property
    def is_ready(self) -> bool:
        """Whether the first frame is painted, so that the dialog accepts keys."""
        return self._painted_at is not None

    def refuses(self, event: events.Event) -> bool:
        """Return whether to ignore the event: it precedes the first frame or repeats the key that opened the dialog."""
        if self._painted_at is None or event.time < self._painted_at:
            self._still_held(event)
            return True
        return self._still_held(event)

    def _still_held(self, event: events.Event) -> bool:
        opener = self.opener
        if opener is None or not isinstance(event, events.Key):
            return False
        if not opener.repeats(event):
            self.opener = None  # the key was released: while it is held down, no other key is sent
            return False
        self.opener = Opener(opener.key, event.time)
        return True

    def _painted(self) -> None:
        self._painted_at = Message().time

    def action_scroll(self, action: str) -> None:
        """Perform a scroll action of the box, which cannot have the focus."""
        getattr(self.query_one("#box"), f"action_{action}")()

    def action_cancel(self) -> None:
        self.dismiss(None)


def paragraph(text: SafeText | Content, classes: str = "") -> Static:
    """Return a paragraph of a dialog. A string is never parsed as markup."""
    return Static(Content(text) if isinstance(text, str) else text, classes=classes)


def checkpoint_name_problem(name: str) -> SafeText | None:
    """Return why a checkpoint cannot have this name, as a sentence; None if it can."""
    reason = name_problem(name)
    return reason_text(reason) if reason else None


class NameField(Vertical):
    """An input field for a name. While the name is not valid, a line says why and some buttons are disabled."""

    DEFAULT_CSS = "NameField { height: auto; }"

    def __init__(
        self,
        value: str,
        *,
        disables: str,
        problem: Callable[[str], SafeText | None] = checkpoint_name_problem,
    ) -> None:
        """`disables` is a selector for those buttons; `problem` returns why a name is not valid."""
        super().__init__()
        self._prefilled, self._disables, self._problem = value, disables, problem

    def compose(self) -> ComposeResult:
        yield Input(self._prefilled, compact=True, id="name")
        yield Static("", id="problem", classes="warning", markup=False)

    @property
    def value(self) -> str:
        return self.query_one(Input).value

    @property
    def problem(self) -> SafeText | None:
        return self._problem(self.value)

    @on(Input.Changed)
    def show_problem(self) -> None:
        problem = self.problem
        self.query_one("#problem", Static).update(problem or "")
        self.screen.query(self._disables).set(disabled=problem is not None)
