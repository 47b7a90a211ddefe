"""Asks for the password of a host, and for the user if that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from textual import on
from textual.widgets import Button, Input

from hvtui.backends.secret import Secret
from hvtui.tui.dialogs.controls import AnswerButton, Field
from hvtui.tui.dialogs.dialog import Dialog, paragraph
from hvtui.tui.text.safe import SafeText, compose, safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget


class SignIn(Struct, frozen=True, kw_only=True):
    user: str
    password: Secret
    keep: bool
    """Store the password in the keyring if the sign-in succeeds."""


class PasswordDialog(Dialog[SignIn]):
    heading = SafeText("Sign in")
    initial_focus = "Input"

    def __init__(self, host: str, user: str, *, why: str = "", can_keep: bool = False) -> None:
        """`why` explains why the person is asked; "" if no explanation is needed."""
        super().__init__()
        self._host, self._user, self._why, self._can_keep = host, user, why, can_keep

    def body(self) -> Iterable[Widget]:
        if self._why:
            yield paragraph(safe(self._why), "warning")
        if self._user:
            yield paragraph(compose("Password of {user} on {host}:", user=self._user, host=self._host))
        else:
            yield paragraph(compose("User and password for {host}:", host=self._host))
            yield Field(placeholder=r"CORP\you or you@corp.example", id="user")
        yield Field(password=True, placeholder="password", id="password")

    def buttons(self) -> Iterable[Button]:
        yield AnswerButton("Sign in", id="sign-in")
        if self._can_keep:
            yield AnswerButton("Sign in and keep it in the keyring", id="keep")
        yield AnswerButton("Cancel", id="cancel")

    @on(Input.Submitted)
    def submit(self, event: Input.Submitted) -> None:
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
        """Close with the answer, or focus the first empty field."""
        for field in self.query(Input):
            if not field.value:
                field.focus()
                return
        user = self._user or self.query_one("#user", Input).value.strip()
        self.dismiss(SignIn(user=user, password=Secret(self.query_one("#password", Input).value), keep=keep))
