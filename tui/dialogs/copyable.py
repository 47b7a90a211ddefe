"""The base of dialogs that ask nothing and whose whole text can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.widgets import Button

from hvtui.tui.dialogs.controls import AnswerButton
from hvtui.tui.dialogs.dialog import Dialog
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.safe import SafeText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType

    from hvtui.tui.dialogs.dialog_app import DialogApp

T = TypeVar("T")


class CopyableDialog(Dialog[T]):
    app: DialogApp
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.CLOSING, Place.COPYABLE)
    initial_focus = "#close"

    @property
    def text(self) -> str:
        """The text that is copied."""
        raise NotImplementedError

    def buttons(self) -> Iterable[Button]:
        yield AnswerButton(self.app.with_key("Copy", "dialog.copy"), id="copy")
        yield AnswerButton("Close", id="close")

    @on(Button.Pressed, "#copy")
    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.text)
        self.say(SafeText("Copied."))

    @on(Button.Pressed, "#close")
    def close(self) -> None:
        self.dismiss(None)
