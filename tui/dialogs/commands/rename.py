"""Asks for the new name of a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.actions import Reason, ReasonCode
from hvtui.backends.operations.commands import RenameCheckpoint
from hvtui.backends.operations.naming import editable
from hvtui.tui.dialogs.commands.name import NameDialog
from hvtui.tui.dialogs.dialog import paragraph
from hvtui.tui.text.kinds import kind_warnings
from hvtui.tui.text.reasons import reason_text
from hvtui.tui.text.safe import SafeText, compose
from hvtui.tui.text.words import vm_on_host

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from hvtui.backends.operations.command import Command
    from hvtui.tui.dialogs.commands.subject import Subject


class RenameDialog(NameDialog):
    heading = SafeText("Rename checkpoint")
    confirm = "Rename"
    label = SafeText("New name:")

    def __init__(self, subject: Subject) -> None:
        self._vm, self._checkpoint = subject.vm, subject.checkpoint
        words = compose(
            "Rename “{checkpoint}” of {vm}.", checkpoint=self._checkpoint.name, vm=vm_on_host(self._vm)
        )
        super().__init__(words, editable(self._checkpoint.name))

    def facts(self) -> Iterable[Widget]:
        for warning in kind_warnings([self._checkpoint]):
            yield paragraph(warning, "warning")

    def name_problem(self, name: str) -> SafeText | None:
        if name == self._checkpoint.name:
            return reason_text(Reason(code=ReasonCode.NAME_UNCHANGED))
        return super().name_problem(name)

    def command(self, name: str) -> Command:
        return RenameCheckpoint(vm=self._vm, checkpoint=self._checkpoint, new_name=name)
