"""Leave hvtui, or the host, while a write runs there?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hvtui.tui.dialogs.dialog import said
from hvtui.tui.dialogs.question import QuestionDialog
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from hvtui.backends.operations.runner import Operation


class QuitDialog(QuestionDialog[bool]):
    heading = "Quit hvtui?"
    answers: ClassVar = {"Quit": True}
    stay = "Stay"

    def __init__(self, running: Sequence[Operation]) -> None:
        super().__init__()
        self._writes = running

    def body(self) -> Iterable[Widget]:
        yield said("\n".join(safe(operation.sentence) for operation in self._writes), "strong")
        yield said("The host goes on with it, or stops between two steps. You will not see how it ends.")


class LeaveDialog(QuitDialog):
    answers: ClassVar = {"Leave": True}

    def __init__(self, place: str, running: Sequence[Operation]) -> None:
        self.heading = f"Leave {safe(place)}?"
        super().__init__(running)
