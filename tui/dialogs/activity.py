"""Shows all operations and messages of the session, so that nothing that was said is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content
from textual.widgets import Button, Static

from hvtui.tui.dialogs.controls import AnswerButton
from hvtui.tui.dialogs.dialog import Dialog, paragraph
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.safe import SafeText
from hvtui.tui.text.words import elapsed, time_of_day
from hvtui.tui.widgets.operation_strip import ending_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from textual.binding import BindingType
    from textual.widget import Widget

    from hvtui.tui.dialogs.dialog_app import Said
    from hvtui.tui.widgets.operation_strip import Shown

_REFRESH_SECONDS = 1.0


class ActivityDialog(Dialog[None]):
    heading = SafeText("Operations and messages")
    initial_focus = "#close"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.CLOSING, Place.COPYABLE, Place.READING)

    def __init__(
        self,
        operations: Callable[[], Sequence[Shown]],
        messages: Sequence[Said],
        clock: Callable[[], datetime],
    ) -> None:
        """`operations` returns the present ones, the most important first."""
        super().__init__()
        self._operations, self._messages, self._clock = operations, messages, clock
        self._painted_text = ""

    def body(self) -> Iterable[Widget]:
        yield paragraph(SafeText("Operations"), "strong help-heading")
        yield Static(id="operations")
        yield paragraph(SafeText("Messages, the latest first"), "strong help-heading")
        yield paragraph(SafeText("\n".join(map(_message, reversed(self._messages))) or "None so far."))

    def buttons(self) -> Iterable[Button]:
        yield AnswerButton("Copy", id="copy")
        yield AnswerButton("Close", id="close")

    def on_mount(self) -> None:
        super().on_mount()
        self._show_operations()
        self.set_interval(_REFRESH_SECONDS, self._show_operations)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(
            "\n".join(["Operations", self._painted_text, "", *map(_message, self._messages)])
        )
        self.say(SafeText("Copied."))

    def _show_operations(self) -> None:
        text = "\n".join(_operation(each, self._clock()) for each in self._operations()) or "None so far."
        if text != self._painted_text:
            self._painted_text = text
            self.query_one("#operations", Static).update(Content(text))

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        if event.button.id == "copy":
            self.action_copy()
        else:
            self.dismiss(None)


def _operation(shown: Shown, now: datetime) -> str:
    glyph, outcome = ending_of(shown)
    seconds = ((shown.ended or now) - shown.started).total_seconds()
    lasted = f"after {elapsed(seconds)}" if shown.ended else f"{elapsed(seconds)} so far"
    percent = f"{shown.percent} %" if shown.percent is not None and not shown.ended else ""
    facts = "  ".join(part for part in (outcome, percent, lasted) if part)
    first = f"{time_of_day(shown.started)}  {glyph} {shown.what}  {facts}"
    return f"{first}\n          {shown.detail}" if shown.detail else first


def _message(said: Said) -> str:
    title = f"{said.title}: " if said.title else ""
    return f"{time_of_day(said.at)}  {title}{said.text}"
