"""Leave while a write runs?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Button

from tui.screens.dialog import Dialog, said
from tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from tui.operations import Operation


class QuitDialog(Dialog[bool | None]):
    heading = "Quit hvtui?"

    def __init__(self, running: Sequence[Operation]) -> None:
        super().__init__()
        self._writes = running

    def body(self) -> Iterable[Widget]:
        yield said("\n".join(safe(f"{o.words} on {o.vm.name}") for o in self._writes), "strong")
        yield said("The host goes on with it, or stops between two steps. You will not see how it ends.")

    def buttons(self) -> Iterable[Button]:
        yield Button("Quit", id="quit", compact=True)
        yield Button("Stay", id="cancel", compact=True)

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "quit" or None)
