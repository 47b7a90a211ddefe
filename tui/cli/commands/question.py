"""Asks for confirmation on the terminal, where the app shows a dialog."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from hvtui.tui.cli import output
from hvtui.tui.cli.interrupts import interrupts_end_it

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.operations.actions import Reason
    from hvtui.tui.text.safe import SafeText


class Refused(Exception):
    """A rule or the person does not allow the command. Nothing was sent."""

    def __init__(self, message: str, *, hint: str = "", reason: Reason | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.reason = reason


def confirm(question: Sequence[SafeText], *, as_json: bool) -> None:
    """Ask on the terminal. Raises `Refused` if the answer is not yes, or if there is no terminal."""
    if as_json or not _is_terminal():
        raise Refused("Confirmation is required, and there is no terminal to ask at.", hint="Add --yes.")
    with interrupts_end_it():
        for line in question:
            output.warn(line)
        sys.stderr.write("Continue? [yes/no] ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
    if answer.strip().lower() not in ("y", "yes"):
        raise Refused("Not confirmed. Nothing was done.")


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stderr is not None and sys.stdin.isatty() and sys.stderr.isatty()
