"""Asks whether to delete one checkpoint, or one and all below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hvtui.backends.operations.command import Command
from hvtui.backends.operations.commands import DeleteCheckpoint, DeleteSubtree
from hvtui.tui.dialogs.box import Names
from hvtui.tui.dialogs.dialog import paragraph
from hvtui.tui.dialogs.question import QuestionDialog
from hvtui.tui.text.disks.amounts import merge_amount
from hvtui.tui.text.impact import current_text
from hvtui.tui.text.kinds import kind_warnings
from hvtui.tui.text.questions import (
    delete_question,
    may_be_deleted_too_text,
    names_text,
    unchanged_text,
)
from hvtui.tui.text.safe import SafeText

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.widget import Widget

    from hvtui.tui.dialogs.commands.subject import Subject


class DeleteDialog(QuestionDialog[Command]):
    heading = SafeText("Delete checkpoint")
    dangerous = frozenset({"Delete"})
    kind: ClassVar[type[DeleteCheckpoint]] = DeleteCheckpoint

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        self._command = self.kind(vm=subject.vm, checkpoint=subject.checkpoint)
        self._deleted = self._command.deleted(subject.selection)

    @property
    def answers(self) -> Mapping[str, Command]:
        return {"Delete": self._command}

    def body(self) -> Iterable[Widget]:
        yield paragraph(delete_question(self._deleted, self._subject.vm))
        if len(self._deleted) == 1:
            yield paragraph(names_text(self._deleted), "strong")
        merge = merge_amount(self._subject.reading, self._subject.selection, self._deleted)
        yield paragraph(merge.words, "warning" if merge.warns else "")
        for warning in kind_warnings(self._deleted):
            yield paragraph(warning, "warning")
        yield paragraph(current_text(self._subject.selection, self._deleted))
        below = self._command.may_be_deleted_too(self._subject.selection)
        for warning in may_be_deleted_too_text(below):
            yield paragraph(warning, "warning")
        yield paragraph(unchanged_text(self._subject.selection, self._deleted, below))
        if len(self._deleted) > 1:
            with Names():
                yield paragraph(names_text(self._deleted), "strong")


class DeleteSubtreeDialog(DeleteDialog):
    heading = SafeText("Delete checkpoint subtree")
    kind = DeleteSubtree
