"""Asks whether to save a host that was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from textual import on
from textual.widgets import Button, Input

from hvtui.backends.hosts.config import MAX_LABEL_WIDTH, PasswordSource, label_fits
from hvtui.tui.dialogs.controls import AnswerButton, Field, NameField
from hvtui.tui.dialogs.dialog import Dialog, paragraph
from hvtui.tui.text.hosts.keyrings import keyring_name
from hvtui.tui.text.safe import SafeText, compose
from hvtui.tui.widgets.checkbox import Checkbox

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from textual.widget import Widget


_LABEL_TOO_LONG = SafeText(f"The label is longer than {MAX_LABEL_WIDTH} letters; wide ones count twice.")


class Save(Struct, frozen=True):
    name: str
    label: str
    read_only: bool
    password: PasswordSource


class SaveHostDialog(Dialog[Save]):
    heading = SafeText("Save this host?")
    initial_focus = "#name"

    def __init__(self, name: str, taken: Collection[str], *, can_keep: bool, why_not: str) -> None:
        """`can_keep`: the password can be stored in the keyring; if not, `why_not` may say why."""
        super().__init__()
        self._suggested, self._taken = name, taken
        self._can_keep, self._why_not = can_keep, why_not

    def body(self) -> Iterable[Widget]:
        yield paragraph(SafeText("Connected. Save it in your config file under this name:"))
        yield NameField(self._suggested, disables="#keyring, #prompt", problem=self._name_problem)
        yield Field(id="label", placeholder="label in the title, such as PROD; or none")
        yield Checkbox(SafeText("Read-only: refuse every change"), id="read-only")
        if self._can_keep:
            yield paragraph(
                compose(
                    "Its password can be kept in {keyring}; it is never in the file.", keyring=keyring_name()
                )
            )
        else:
            yield paragraph(compose("Its password is asked for each time. {why}", why=self._why_not), "muted")

    def buttons(self) -> Iterable[Button]:
        if self._can_keep:
            yield AnswerButton("Save, with its password", id=PasswordSource.KEYRING)
        yield AnswerButton("Save", id=PasswordSource.PROMPT)
        yield AnswerButton("Not now", id="cancel")

    def _name_problem(self, name: str) -> SafeText | None:
        if not name.strip():
            return SafeText("Enter a name.")
        return SafeText("There is already a host of this name.") if name.strip() in self._taken else None

    @on(Input.Submitted)
    def take_name(self) -> None:
        if self.query_one(NameField).problem is None:
            self._save(PasswordSource.PROMPT)

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        if event.button.id == "cancel":
            self.dismiss(None)
        else:
            self._save(PasswordSource(event.button.id or ""))

    def _save(self, password: PasswordSource) -> None:
        label = self.query_one("#label", Input).value.strip()
        if not label_fits(label):
            self.say(_LABEL_TOO_LONG)
            self.query_one("#label").focus()
            return
        name, read_only = self.query_one(NameField).value.strip(), self.query_one(Checkbox).checked
        self.dismiss(Save(name, label, read_only, password))
