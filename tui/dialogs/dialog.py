"""The base of all dialogs: the box, the buttons, and a guard against keys that were not meant for the dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from msgspec import Struct
from textual import events
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from hvtui.tui.dialogs.box import Box
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.safe import SafeText
from hvtui.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

T = TypeVar("T")
ORDER = (
    "dialog.choose", "dialog.accept", "dialog.check", "dialog.cancel", "dialog.close", "dialog.page_down", "dialog.copy",
    "error.report", "report.save", "report.names", "dialog.next",
)  # fmt: skip
"""Binding ids in the order in which the key bar of a dialog shows them."""
_HIGH = 21
"""From this height of the terminal on, there are empty lines between the paragraphs."""
_REPEAT_SECONDS = 1.0
"""The longest time between two repeats of a key that is held down."""
BURST_SECONDS = 0.1
"""The longest time between two keys that no person typed one after the other."""


class Opener(Struct, frozen=True):
    """The key that opened a dialog, and when it was received last."""

    key: str
    time: float

    def repeats(self, event: events.Key) -> bool:
        """Whether the key may still be held down."""
        return event.key == self.key and event.time - self.time < _REPEAT_SECONDS


class Dialog(ModalScreen[T]):
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Place.DIALOG),
        Binding("ctrl+c", "copy_selected_or_help_quit", show=False),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (_HIGH, "-high")]  # noqa: RUF012 - so Textual declares it
    AUTO_FOCUS = ""  # otherwise the first frame would show the focus on the first button
    heading: SafeText = SafeText("")
    initial_focus: ClassVar[str] = "#cancel"
    """A selector: the first matching widget that is enabled gets the focus. Activating it must change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.opener: Opener | None = None
        self._painted_at: float | None = None
        self._burst_at: float | None = None
        """When the last key was received before the dialog was opened, or of one burst with that key."""

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
        yield KeyBar()

    def on_mount(self) -> None:
        self.set_class(self.app.size.height < _HIGH, "-low")  # or the first frame would be painted without
        self.query_one(KeyBar).order = ORDER
        self.set_focus(next(widget for widget in self.query(self.initial_focus) if widget.focusable))
        self.call_after_refresh(self._painted)

    def opened_after(self, key: Opener | None) -> None:
        """Set the last key that was received before the dialog was opened."""
        self.opener = key
        self._burst_at = key.time if key else None

    @property
    def is_ready(self) -> bool:
        """Whether the first frame is painted, so that the dialog accepts keys."""
        return self._painted_at is not None

    def refuses(self, event: events.Event) -> bool:
        """Return whether to ignore the event.

        It precedes the first frame; or it is of one burst with the key that opened the dialog, as in a paste that the
        terminal does not mark as one; or it repeats that key.
        """
        early = self._painted_at is None or event.time < self._painted_at
        held = self._still_held(event)
        if early or self._is_of_the_burst(event):
            self._burst_at = event.time
            return True
        return held

    def _is_of_the_burst(self, event: events.Event) -> bool:
        if self._burst_at is None or (isinstance(event, events.Key) and event.key == "escape"):
            return False
        return event.time - self._burst_at < BURST_SECONDS

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
        self.refresh_bindings()  # whether the box scrolls is known from now on

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Put the buttons below each other where a row of them is too wide."""
        row = self.query_one("#buttons")
        needed = sum(button.outer_size.width + button.styles.margin.width for button in row.children)
        row.set_class(needed > row.size.width, "stacked")
        self.refresh_bindings()

    def say(self, words: SafeText) -> None:
        """Show a short message on the lower border of the box: a toast would cover something."""
        self.query_one(Box).border_subtitle = Content(words)

    def action_scroll(self, action: str) -> None:
        """Perform a scroll action of the box, which cannot have the focus."""
        getattr(self.query_one("#box"), f"action_{action}")()

    def action_previous(self) -> None:
        """Go to the previous button or field."""
        self.focus_previous()

    def action_cancel(self) -> None:
        self.dismiss(None)

    async def action_copy_selected_or_help_quit(self) -> None:
        if text := self.get_selected_text():
            self.app.copy_to_clipboard(text)
        else:
            await self.run_action("app.help_quit")


def paragraph(text: SafeText | Content, classes: str = "") -> Static:
    """Return a paragraph of a dialog. A string is never parsed as markup."""
    return Static(Content(text) if isinstance(text, str) else text, classes=classes)
