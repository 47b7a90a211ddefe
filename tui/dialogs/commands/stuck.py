"""Shows what holds a VM that does not finish starting or stopping, and what may help. It gives no command."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Button

from hvtui.tui.dialogs.controls import AnswerButton
from hvtui.tui.dialogs.dialog import Dialog, paragraph
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.safe import SafeText
from hvtui.tui.text.ways_out.stuck import stuck_advice, stuck_causes, stuck_heading, stuck_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from hvtui.backends.operations.command import Selection
    from hvtui.tui.dialogs.dialog_app import DialogApp


class StuckDialog(Dialog[None]):
    app: DialogApp
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.CLOSING, Place.COPYABLE)
    initial_focus = "#close"

    def __init__(self, selection: Selection) -> None:
        assert selection.vm is not None
        assert selection.inventory is not None
        self._vm, self._inventory = selection.vm, selection.inventory
        self.heading = stuck_heading(self._vm)
        super().__init__()

    def body(self) -> Iterable[Widget]:
        for cause in stuck_causes(self._vm, self._inventory):
            yield paragraph(cause, "warning")
        yield paragraph(SafeText("hvtui forces nothing. What may help, the safest first:"), "strong")
        for number, advice in enumerate(stuck_advice(self._vm), 1):
            yield paragraph(SafeText(f"{number}. {advice.words}"), "joined" if advice.command else "")
            if advice.command:
                yield paragraph(advice.command, "muted")

    def buttons(self) -> Iterable[Button]:
        yield AnswerButton(self.app.with_key("Copy", "dialog.copy"), id="copy")
        yield AnswerButton("Close", id="close")

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(stuck_text(self._vm, self._inventory))
        self.say(SafeText("Copied."))

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        if event.button.id == "copy":
            self.action_copy()
        else:
            self.dismiss(None)
