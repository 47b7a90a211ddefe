"""The base of the dialogs that ask for the name of a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Button, Input

from hvtui.backends.operations.command import Command
from hvtui.tui.dialogs.controls import AnswerButton, NameField, checkpoint_name_problem
from hvtui.tui.dialogs.dialog import Dialog, paragraph
from hvtui.tui.text.safe import SafeText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget


class NameDialog(Dialog[Command]):
    confirm: str = ""
    """The label of the button that gives the command."""
    label = SafeText("Name:")
    initial_focus = "#name"

    def __init__(self, words: SafeText, name: str) -> None:
        """`words` is the question; `name` is the initial content of the field."""
        super().__init__()
        self._words, self._prefilled = words, name

    def command(self, name: str) -> Command:
        """Return the command, with this name for the checkpoint."""
        raise NotImplementedError

    def facts(self) -> Iterable[Widget]:
        """Return what a person should know before, between the question and the field."""
        return ()

    def name_problem(self, name: str) -> SafeText | None:
        """Return why this name is not valid, as a sentence; None if it is."""
        return checkpoint_name_problem(name)

    def body(self) -> Iterable[Widget]:
        yield paragraph(self._words)
        yield from self.facts()
        yield paragraph(self.label, "joined")
        yield NameField(self._prefilled, disables="#confirm", problem=self.name_problem)

    def buttons(self) -> Iterable[Button]:
        yield AnswerButton(self.confirm, id="confirm")
        yield AnswerButton("Cancel", id="cancel")

    @on(Input.Submitted)
    def take_name(self) -> None:
        field = self.query_one(NameField)
        field.show_problem()
        if field.problem is None:
            self.dismiss(self.command(field.value))

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        if event.button.id == "confirm":
            self.take_name()
        else:
            self.dismiss(None)
