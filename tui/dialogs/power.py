"""Stop or save a VM."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hvtui.backends.contract import StopHow
from hvtui.tui.dialogs.dialog import said
from hvtui.tui.dialogs.question import QuestionDialog
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from hvtui.backends.model import Vm


class PowerDialog(QuestionDialog[StopHow | bool]):
    verb: ClassVar[str]
    consequence: ClassVar[str]

    def __init__(self, vm: Vm) -> None:
        self.heading = f"{self.verb} virtual machine"
        super().__init__()
        self._vm = vm

    def body(self) -> Iterable[Widget]:
        yield said(f"{self.verb} {safe(self._vm.name)}?", "strong")
        yield said(self.consequence)


class StopDialog(PowerDialog):
    verb = "Stop"
    consequence = "Shut down asks the guest. Turn off cuts its power: what it has not written is lost."
    answers: ClassVar = {"Shut down": StopHow.SHUT_DOWN, "Turn off": StopHow.TURN_OFF}


class SaveDialog(PowerDialog):
    verb = "Save"
    consequence = "It stops where it is, with its memory kept on disk. Starting it goes on from there."
    answers: ClassVar = {"Save": True}
