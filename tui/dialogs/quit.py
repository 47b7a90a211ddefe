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


_STEPS: Final = "The host finishes the current step; later steps may not be sent."
_UNSEEN: Final = "You will not see the outcome."
_SHOWN_LATER: Final = "The outcome is shown when you connect to this host by itself again."


class QuitDialog(QuestionDialog[bool]):
    heading = SafeText("Quit hvtui?")
    leave: ClassVar[str] = "Quit"
    stay = "Stay"
    outcome = _UNSEEN

    def __init__(self, running: Sequence[Command]) -> None:
        super().__init__()
        self._asked_about = running

    @property
    def answers(self) -> Mapping[str, bool]:
        return {self.leave: True}

    def body(self) -> Iterable[Widget]:
        yield Static(self._commands(self._asked_about), id="commands", classes="strong")
        yield Static(f"{_STEPS} {self.outcome}", id="consequence", markup=False)

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

    def __init__(self, host: str, running: Sequence[Command], *, shown_later: bool) -> None:
        """`shown_later`: the operations are kept for the next connection to the host."""
        self.heading = compose("Disconnect from {host}?", host=host)
        self.outcome = _SHOWN_LATER if shown_later else _UNSEEN
        super().__init__(running)
