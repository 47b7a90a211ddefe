"""Asks whether to quit hvtui, or to disconnect from the host, while a command is running there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hvtui.tui.dialogs.dialog import paragraph
from hvtui.tui.dialogs.question import QuestionDialog
from hvtui.tui.text.reasons import operation_words
from hvtui.tui.text.safe import SafeText, compose, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.widget import Widget

    from hvtui.backends.operations.command import Command


class QuitDialog(QuestionDialog[bool]):
    heading = SafeText("Quit hvtui?")
    leave: ClassVar[str] = "Quit"
    stay = "Stay"

    def __init__(self, running: Sequence[Command]) -> None:
        super().__init__()
        self._running_commands = running

    @property
    def answers(self) -> Mapping[str, bool]:
        return {self.leave: True}

    def body(self) -> Iterable[Widget]:
        lines = [safe(operation_words(command)) for command in self._running_commands]
        yield paragraph(SafeText("\n".join(lines)), "strong")
        yield paragraph(
            SafeText(
                "The host finishes the current step; later steps may not be sent. You will not see the outcome."
            )
        )


class DisconnectDialog(QuitDialog):
    leave = "Disconnect"

    def __init__(self, host: str, running: Sequence[Command]) -> None:
        self.heading = compose("Disconnect from {host}?", host=host)
        super().__init__(running)
