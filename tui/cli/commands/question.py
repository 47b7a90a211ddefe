"""Asks for confirmation on the terminal, where the app shows a dialog."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from hvtui.tui.cli import output
from hvtui.tui.cli.interrupts import interrupts_end_it
from hvtui.tui.text.safe import EMPTY, SafeText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.operations.actions import Reason


class Refused(Exception):
    """A rule or the person does not allow the command. Nothing was sent."""

    def __init__(
        self, message: str, *, hint: str = "", reason: Reason | None = None, advice: SafeText = EMPTY
    ) -> None:
        """`advice` is what may help, in lines."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.reason = reason
        self.advice = advice


def confirm(question: Sequence[SafeText], *, as_json: bool) -> None:
    """Ask on the terminal. Raises `Refused` if the answer is not yes, or if there is no terminal."""
    answer = _answer([*question], "Continue? [yes/no] ", as_json=as_json, hint="Add --yes.")
    if answer.lower() not in ("y", "yes"):
        raise Refused("Not confirmed. Nothing was done.")


def confirm_by_word(
    question: Sequence[SafeText], word: SafeText, *, given: str | None, as_json: bool
) -> None:
    """Have a word typed on the terminal, unless `given` is it. Raises `Refused` if it is another one."""
    if given is None:
        given = _answer(
            question,
            f"Type “{word}” to continue: ",
            as_json=as_json,
            hint=f"To confirm, add --confirm={shlex.quote(word)}",
            advice=SafeText("\n".join(question)),
        )
    if given != word:
        raise Refused(f"Not confirmed: that is not “{word}”. Nothing was done.")


def _answer(
    question: Sequence[SafeText], prompt: str, *, as_json: bool, hint: str, advice: SafeText = EMPTY
) -> str:
    if as_json or not (output.is_terminal(sys.stdin) and output.is_terminal(sys.stderr)):
        raise Refused(
            "Confirmation is required, but there is no terminal to ask on.", hint=hint, advice=advice
        )
    with interrupts_end_it():
        for line in question:
            output.warn(line)
        sys.stderr.write(prompt)
        sys.stderr.flush()
        return sys.stdin.readline().strip()
