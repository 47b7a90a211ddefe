"""Asks whether to delete a checkpoint that a backup left behind. The name of the VM has to be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Button, Input

from hvtui.backends.operations.command import Command
from hvtui.backends.operations.commands import RemoveBackupCheckpoint
from hvtui.tui.dialogs.controls import AnswerButton, NameField
from hvtui.tui.dialogs.dialog import Dialog, paragraph
from hvtui.tui.text.disks.amounts import merge_amount
from hvtui.tui.text.impact import current_text
from hvtui.tui.text.safe import SafeText, compose
from hvtui.tui.text.ways_out.confirmations import CHECK_BACKUP_FIRST, remove_backup_question, word_to_type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from hvtui.tui.dialogs.commands.subject import Subject


class RemoveBackupDialog(Dialog[Command]):
    heading = SafeText("Delete a backup's checkpoint")
    initial_focus = "#name"

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        self._word = word_to_type(subject.vm)

    def body(self) -> Iterable[Widget]:
        checkpoint, vm = self._subject.checkpoint, self._subject.vm
        yield paragraph(remove_backup_question(checkpoint, vm, self._subject.now), "strong")
        yield paragraph(CHECK_BACKUP_FIRST, "warning")
        merge = merge_amount(self._subject.reading, self._subject.selection, [checkpoint])
        yield paragraph(merge.words, "warning" if merge.warns else "")
        yield paragraph(current_text(self._subject.selection, [checkpoint]))
        yield paragraph(
            compose("Type the name of the VM to enable Delete: {name}", name=self._word), "joined"
        )
        yield NameField("", disables="#delete", problem=self._problem)

    def buttons(self) -> Iterable[Button]:
        yield AnswerButton("Delete", id="delete", dangerous=True, disabled=True)
        yield AnswerButton("Cancel", id="cancel")

    def _problem(self, typed: str) -> SafeText | None:
        return None if typed.strip() == self._word else SafeText("This is not the name of the VM.")

    @on(Input.Submitted)
    def go_to_cancel(self) -> None:
        """Leave the field. Enter alone never confirms: Delete has to be chosen."""
        self.query_one("#cancel").focus()

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        delete = event.button.id == "delete" and self._problem(self.query_one(NameField).value) is None
        checkpoint = self._subject.checkpoint
        self.dismiss(RemoveBackupCheckpoint(vm=self._subject.vm, checkpoint=checkpoint) if delete else None)
