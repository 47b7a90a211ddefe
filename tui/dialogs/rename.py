"""Rename a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.naming import visible
from hvtui.tui.dialogs.name import NameDialog
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from hvtui.backends.model import Checkpoint, Vm


class RenameDialog(NameDialog):
    heading = "Rename checkpoint"
    confirm = "Rename"

    def __init__(self, vm: Vm, checkpoint: Checkpoint) -> None:
        words = f"“{safe(checkpoint.name)}” of {safe(vm.name)} will be called:"
        super().__init__(words, visible(checkpoint.name))
