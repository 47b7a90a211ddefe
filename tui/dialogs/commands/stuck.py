"""Shows what holds a VM that does not finish starting or stopping, and what may help. It gives no command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.tui.dialogs.copyable import CopyableDialog
from hvtui.tui.dialogs.dialog import paragraph
from hvtui.tui.text.safe import SafeText
from hvtui.tui.text.ways_out.stuck import (
    stuck_advice,
    stuck_causes,
    stuck_heading,
    stuck_text,
    where_to_type,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from hvtui.backends.operations.command import Selection


class StuckDialog(CopyableDialog[None]):
    def __init__(self, selection: Selection) -> None:
        assert selection.vm is not None
        assert selection.inventory is not None
        self._vm, self._inventory = selection.vm, selection.inventory
        self.heading = stuck_heading(self._vm)
        super().__init__()

    def body(self) -> Iterable[Widget]:
        for cause in stuck_causes(self._vm, self._inventory):
            yield paragraph(cause, "warning")
        yield paragraph(SafeText("hvtui forces nothing. What may help, the safest first:"), "strong")
        for number, advice in enumerate(stuck_advice(self._vm), 1):
            yield paragraph(SafeText(f"{number}. {advice.words}"), "joined" if advice.command else "")
            if advice.command:
                yield paragraph(advice.command, "muted")
        yield paragraph(where_to_type(self._vm))

    @property
    def text(self) -> str:
        return stuck_text(self._vm, self._inventory)
