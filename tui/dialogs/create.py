"""Create a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.limits import MAX_NAME_UNITS, cut
from hvtui.backends.operations.naming import visible
from hvtui.backends.operations.safety import kind
from hvtui.tui.dialogs.name import NameDialog
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model import Vm


class CreateDialog(NameDialog):
    heading = "Create checkpoint"
    confirm = "Create"

    def __init__(self, vm: Vm, now: datetime) -> None:
        tail = f" – {now.astimezone():%Y-%m-%d %H:%M}"
        super().__init__(
            f"A checkpoint of {safe(vm.name)} will be {kind(vm)}. It is called:",
            cut(visible(vm.name), MAX_NAME_UNITS - len(tail)) + tail,
        )
