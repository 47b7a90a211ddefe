"""What a person uses in a dialog: buttons, and fields for text."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical
from textual.widgets import Button, Input, Static

from hvtui.backends.operations.naming import name_problem
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.reasons import reason_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from hvtui.tui.text.safe import SafeText


class AnswerButton(Button):
    """A button in one line. The label of one that is `dangerous` is red."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.BUTTON)

    def __init__(self, label: str, *, id: str, dangerous: bool = False, disabled: bool = False) -> None:
        super().__init__(
            label, id=id, compact=True, disabled=disabled, classes="dangerous" if dangerous else ""
        )


class Field(Input):
    """A field for one line of text."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.FIELD)

    def __init__(self, value: str = "", *, id: str, placeholder: str = "", password: bool = False) -> None:
        super().__init__(value, id=id, placeholder=placeholder, password=password, compact=True)


class NameField(Vertical):
    """A field for a name. While the name is not valid, some buttons are disabled, and a line says why once it was edited."""

    DEFAULT_CSS = "NameField { height: auto; }"

    def __init__(
        self,
        value: str,
        *,
        disables: str,
        problem: Callable[[str], SafeText | None],
    ) -> None:
        """`disables` is a selector for those buttons; `problem` returns why a name is not valid."""
        super().__init__()
        self._prefilled, self._disables, self._problem = value, disables, problem
        self._edited = False

    def compose(self) -> ComposeResult:
        yield Field(self._prefilled, id="name")
        yield Static("", id="problem", classes="warning", markup=False)

    @property
    def value(self) -> str:
        return self.query_one(Input).value

    @property
    def problem(self) -> SafeText | None:
        return self._problem(self.value)

    @on(Input.Changed)
    def check(self) -> None:
        self._edited = self._edited or self.value != self._prefilled
        if self._edited:
            self.show_problem()
        self.screen.query(self._disables).set(disabled=self.problem is not None)

    def show_problem(self) -> None:
        self.query_one("#problem", Static).update(self.problem or "")


def checkpoint_name_problem(name: str) -> SafeText | None:
    """Return why a checkpoint cannot have this name, as a sentence; None if it can."""
    reason = name_problem(name)
    return reason_text(reason) if reason else None
