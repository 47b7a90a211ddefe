"""Rename a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.names import visible
from tui.screens.name_dialog import NameDialog
from tui.text import safe

if TYPE_CHECKING:
    from backends.model import Checkpoint, Vm


class RenameDialog(NameDialog):
    heading = "Rename checkpoint"
    confirm = "Rename"

    def __init__(self, vm: Vm, checkpoint: Checkpoint) -> None:
        words = f"“{safe(checkpoint.name)}” of {safe(vm.name)} will be called:"
        super().__init__(words, visible(checkpoint.name))
