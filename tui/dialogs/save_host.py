"""Save a host that was typed?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Button, Input

from hvtui.backends.hosts.config import PasswordFrom
from hvtui.tui.dialogs.dialog import Dialog, NameField, said
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Save:
    name: str
    password: PasswordFrom


class SaveHostDialog(Dialog[Save | None]):
    heading = "Save this host?"
    harmless = "#name"

    def __init__(self, name: str, taken: Collection[str], *, can_keep: bool, why_not: str) -> None:
        """`can_keep`: its password can go into the keyring; else `why_not` may say why not."""
        super().__init__()
        self._suggested, self._taken = name, taken
        self._can_keep, self._why_not = can_keep, why_not

    def body(self) -> Iterable[Widget]:
        yield said("Connected. Saved in your config file, it is in the list next time. It is called:")
        yield NameField(self._suggested, holds="#keyring, #prompt", wrong=self._wrong)
        if self._can_keep:
            yield said("Its password can be kept in the keyring of this system; it never goes into the file.")
        else:
            yield said(f"Its password is asked for each time. {safe(self._why_not)}".strip(), "muted")

    def buttons(self) -> Iterable[Button]:
        if self._can_keep:
            yield Button("Save, with its password", id=PasswordFrom.KEYRING, compact=True)
        yield Button("Save", id=PasswordFrom.PROMPT, compact=True)
        yield Button("Not now", id="cancel", compact=True)

    def _wrong(self, name: str) -> str | None:
        if not name.strip():
            return "It needs a name."
        return "There is one of this name." if name.strip() in self._taken else None

    @on(Input.Submitted)
    def take_name(self) -> None:
        if self.query_one(NameField).wrong is None:
            self._save(PasswordFrom.PROMPT)

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        if event.button.id == "cancel":
            self.dismiss(None)
        else:
            self._save(PasswordFrom(event.button.id or ""))

    def _save(self, password: PasswordFrom) -> None:
        self.dismiss(Save(self.query_one(NameField).value.strip(), password))
