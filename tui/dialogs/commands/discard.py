"""Asks whether to discard the saved state of a VM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.command import Command
from hvtui.backends.operations.commands import DiscardSavedState
from hvtui.tui.dialogs.dialog import paragraph
from hvtui.tui.dialogs.question import QuestionDialog
from hvtui.tui.text.safe import SafeText
from hvtui.tui.text.ways_out.confirmations import DISCARD_CONSEQUENCE, discard_question

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.widget import Widget

    from hvtui.tui.dialogs.commands.subject import Subject


class DiscardSavedStateDialog(QuestionDialog[Command]):
    heading = SafeText("Discard saved state")
    dangerous = frozenset({"Discard"})

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._vm = subject.vm

    @property
    def answers(self) -> Mapping[str, Command]:
        return {"Discard": DiscardSavedState(vm=self._vm)}

    def body(self) -> Iterable[Widget]:
        yield paragraph(discard_question(self._vm), "strong")
        yield paragraph(DISCARD_CONSEQUENCE, "warning")
