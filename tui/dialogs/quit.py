"""Asks whether to quit hvtui, or to disconnect from the host, while a command is running there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.content import Content
from textual.widgets import Static

from hvtui.tui.dialogs.question import QuestionDialog
from hvtui.tui.text.reasons import operation_words
from hvtui.tui.text.safe import SafeText, compose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.widget import Widget

    from hvtui.backends.operations.command import Command


_CONSEQUENCE: Final = (
    "The host finishes the current step; later steps may not be sent. You will not see the outcome."
)


class QuitDialog(QuestionDialog[bool]):
    heading = SafeText("Quit hvtui?")
    leave: ClassVar[str] = "Quit"
    stay = "Stay"

    def __init__(self, running: Sequence[Command]) -> None:
        super().__init__()
        self._asked_about = running

    @property
    def answers(self) -> Mapping[str, bool]:
        return {self.leave: True}

    def body(self) -> Iterable[Widget]:
        yield Static(self._commands(self._asked_about), id="commands", classes="strong")
        yield Static(_CONSEQUENCE, id="consequence", markup=False)

    def show_running(self, running: Sequence[Command]) -> None:
        """Show which of the commands have ended meanwhile."""
        self.query_one("#commands", Static).update(self._commands(running))
        if not any(command in running for command in self._asked_about):
            ended = "The command has ended." if len(self._asked_about) == 1 else "All commands have ended."
            self.query_one("#consequence", Static).update(ended)

    def _commands(self, running: Sequence[Command]) -> Content:
        lines = [
            compose(
                "{words}{ended}",
                words=operation_words(command),
                ended="" if command in running else " (ended)",
            )
            for command in self._asked_about
        ]
        return Content("\n".join(lines))


class DisconnectDialog(QuitDialog):
    leave = "Disconnect"

    def __init__(self, host: str, running: Sequence[Command]) -> None:
        self.heading = compose("Disconnect from {host}?", host=host)
        super().__init__(running)
