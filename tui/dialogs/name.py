"""Asks for a checkpoint's name: of a new one, or another one for one that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Button, Input

from hvtui.tui.dialogs.dialog import Dialog, NameField, said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget


class NameDialog(Dialog[str | None]):
    confirm: str = ""
    harmless = "#name"

    def __init__(self, words: str, name: str) -> None:
        """`words` say what the name is for; they are safe."""
        super().__init__()
        self._words, self._prefilled = words, name

    def body(self) -> Iterable[Widget]:
        yield said(self._words)
        yield NameField(self._prefilled, holds="#confirm")

    def buttons(self) -> Iterable[Button]:
        yield Button(self.confirm, id="confirm", compact=True)
        yield Button("Cancel", id="cancel", compact=True)

    @on(Input.Submitted)
    def take_name(self) -> None:
        field = self.query_one(NameField)
        if field.wrong is None:
            self.dismiss(field.value)

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        if event.button.id == "confirm":
            self.take_name()
        else:
            self.dismiss(None)
