"""Asks for one of a few answers. The one that changes nothing comes last and has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.widgets import Button

from hvtui.tui.dialogs.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

T = TypeVar("T")


class QuestionDialog(Dialog[T | None]):
    answers: ClassVar[Mapping[str, Any]]
    """What the buttons say, and what each means to whoever asked."""
    stay: ClassVar[str] = "Cancel"

    def buttons(self) -> Iterable[Button]:
        for words in self.answers:
            yield Button(words, id=_id(words), compact=True)
        yield Button(self.stay, id="cancel", compact=True)

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        meanings = {_id(words): meaning for words, meaning in self.answers.items()}
        self.dismiss(meanings.get(event.button.id or ""))


def _id(words: str) -> str:
    return words.lower().replace(" ", "-")
