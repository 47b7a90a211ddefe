"""A dialog with a few answers. The last one changes nothing and has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.widgets import Button

from hvtui.tui.dialogs.controls import AnswerButton
from hvtui.tui.dialogs.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")


class QuestionDialog(Dialog[T]):
    stay: ClassVar[str] = "Cancel"
    """The label of the answer that changes nothing."""
    dangerous: ClassVar[frozenset[str]] = frozenset()
    """The labels of the answers that lose something."""

    @property
    def answers(self) -> Mapping[str, T]:
        """The label of each button but the last, and its answer."""
        raise NotImplementedError

    def buttons(self) -> Iterable[Button]:
        for label in self.answers:
            yield AnswerButton(label, id=_id(label), dangerous=label in self.dangerous)
        yield AnswerButton(self.stay, id="cancel")

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        by_id = {_id(label): answer for label, answer in self.answers.items()}
        self.dismiss(by_id.get(event.button.id or ""))


def _id(label: str) -> str:
    return label.lower().replace(" ", "-")
