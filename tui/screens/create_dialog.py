"""Create a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backends.limits import MAX_NAME_UNITS, cut
from tui.names import visible
from tui.safety import kind
from tui.screens.name_dialog import NameDialog
from tui.text import safe

if TYPE_CHECKING:
    from datetime import datetime

    from backends.model import Vm


class CreateDialog(NameDialog):
    heading = "Create checkpoint"
    confirm = "Create"

    def __init__(self, vm: Vm, now: datetime) -> None:
        tail = f" – {now.astimezone():%Y-%m-%d %H:%M}"
        super().__init__(
            f"A checkpoint of {safe(vm.name)} will be {kind(vm)}. It is called:",
            cut(visible(vm.name), MAX_NAME_UNITS - len(tail)) + tail,
        )
