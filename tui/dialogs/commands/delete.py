"""Asks whether to delete one checkpoint, or one and all below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.lineage import subtree
from hvtui.backends.operations.command import Command
from hvtui.backends.operations.commands import DeleteCheckpoint, DeleteSubtree
from hvtui.tui.dialogs.dialog import Names, paragraph
from hvtui.tui.dialogs.question import QuestionDialog
from hvtui.tui.text.disks.amounts import merge_amount
from hvtui.tui.text.impact import current_text
from hvtui.tui.text.questions import OTHERS_UNCHANGED, delete_question, names_text
from hvtui.tui.text.safe import SafeText

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.widget import Widget

    from hvtui.backends.model import Checkpoint
    from hvtui.tui.dialogs.commands.subject import Subject


class DeleteDialog(QuestionDialog[Command]):
    heading = SafeText("Delete checkpoint")

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        self._deleted = self.deleted(subject)

    @property
    def answers(self) -> Mapping[str, Command]:
        return {"Delete": DeleteCheckpoint(vm=self._subject.vm, checkpoint=self._subject.checkpoint)}

    def deleted(self, subject: Subject) -> Sequence[Checkpoint]:
        return [subject.checkpoint]

    def body(self) -> Iterable[Widget]:
        yield paragraph(delete_question(self._deleted, self._subject.vm))
        if len(self._deleted) == 1:
            yield paragraph(names_text(self._deleted), "strong")
        merge = merge_amount(self._subject.reading, self._subject.selection, self._deleted)
        yield paragraph(merge.words, "warning" if merge.warns else "")
        yield paragraph(current_text(self._subject.selection, self._deleted))
        yield paragraph(OTHERS_UNCHANGED)
        if len(self._deleted) > 1:
            with Names():
                yield paragraph(names_text(self._deleted), "strong")


class DeleteSubtreeDialog(DeleteDialog):
    heading = SafeText("Delete checkpoint subtree")

    @property
    def answers(self) -> Mapping[str, Command]:
        return {"Delete": DeleteSubtree(vm=self._subject.vm, checkpoint=self._subject.checkpoint)}

    def deleted(self, subject: Subject) -> Sequence[Checkpoint]:
        return subtree(subject.selection.checkpoints, subject.checkpoint.id)
