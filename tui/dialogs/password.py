"""Who signs in, where that is not known, and with which password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Button, Input

from hvtui.backends.secret import Secret
from hvtui.tui.dialogs.dialog import Dialog, said
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    user: str
    password: Secret
    keep: bool
    """The password is wanted in the keyring, once it has proved right."""


class PasswordDialog(Dialog[SignIn | None]):
    heading = "Sign in"
    harmless = "Input"

    def __init__(self, place: str, user: str, *, why: str = "", can_keep: bool = False) -> None:
        """`why` says why a person is asked, where that needs saying."""
        super().__init__()
        self._place, self._user, self._why, self._can_keep = place, user, why, can_keep

    def body(self) -> Iterable[Widget]:
        if self._why:
            yield said(safe(self._why), "warning")
        if self._user:
            yield said(f"The password of {safe(self._user)} on {safe(self._place)}:")
        else:
            yield said(f"Who signs in on {safe(self._place)}, and the password:")
            yield Input(placeholder=r"CORP\you or you@corp.example", id="user", compact=True)
        yield Input(password=True, placeholder="password", id="password", compact=True)

    def buttons(self) -> Iterable[Button]:
        yield Button("Sign in", id="sign-in", compact=True)
        if self._can_keep:
            yield Button("Sign in and keep it in the keyring", id="keep", compact=True)
        yield Button("Cancel", id="cancel", compact=True)

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        if event.input.id == "user":
            self.query_one("#password").focus()
        else:
            self._answer(keep=False)

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        if event.button.id == "cancel":
            self.dismiss(None)
        else:
            self._answer(keep=event.button.id == "keep")

    def _answer(self, *, keep: bool) -> None:
        """Where something is missing, the cursor goes there instead."""
        for field in self.query(Input):
            if not field.value:
                field.focus()
                return
        user = self._user or self.query_one("#user", Input).value.strip()
        self.dismiss(SignIn(user=user, password=Secret(self.query_one("#password", Input).value), keep=keep))
