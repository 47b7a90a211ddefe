"""Asks for the name of a new checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.commands import CreateCheckpoint
from hvtui.backends.operations.naming import default_name
from hvtui.tui.dialogs.commands.name import NameDialog
from hvtui.tui.dialogs.dialog import paragraph
from hvtui.tui.text.disks.amounts import create_amount
from hvtui.tui.text.impact import checkpoint_type
from hvtui.tui.text.safe import SafeText, compose
from hvtui.tui.text.words import vm_on_host

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from hvtui.backends.operations.command import Command
    from hvtui.tui.dialogs.commands.subject import Subject


class CreateDialog(NameDialog):
    heading = SafeText("Create checkpoint")
    confirm = "Create"

    def __init__(self, subject: Subject) -> None:
        words = compose(
            "Checkpoint of {vm}. Type: {type}", vm=vm_on_host(subject.vm), type=checkpoint_type(subject.vm)
        )
        super().__init__(words, default_name(subject.vm, subject.now))
        self._amount = create_amount(subject.reading, subject.vm)
        self._vm = subject.vm

    def facts(self) -> Iterable[Widget]:
        yield paragraph(self._amount.words, "warning" if self._amount.warns else "")

    def command(self, name: str) -> Command:
        return CreateCheckpoint(vm=self._vm, checkpoint_name=name)
