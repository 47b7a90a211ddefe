"""Stop or save a VM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Button

from backends.contract import StopHow
from tui.screens.dialog import Dialog, said
from tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from backends.model import Vm


class StopDialog(Dialog[StopHow | None]):
    heading = "Stop virtual machine"

    def __init__(self, vm: Vm) -> None:
        super().__init__()
        self._vm = vm

    def body(self) -> Iterable[Widget]:
        yield said(f"Stop {safe(self._vm.name)}?", "strong")
        yield said("Shut down asks the guest. Turn off cuts its power: what it has not written is lost.")

    def buttons(self) -> Iterable[Button]:
        yield Button("Shut down", id="shut-down", compact=True)
        yield Button("Turn off", id="turn-off", compact=True)
        yield Button("Cancel", id="cancel", compact=True)

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        ways = {"shut-down": StopHow.SHUT_DOWN, "turn-off": StopHow.TURN_OFF}
        self.dismiss(ways.get(event.button.id or ""))


class SaveDialog(Dialog[bool | None]):
    heading = "Save virtual machine"

    def __init__(self, vm: Vm) -> None:
        super().__init__()
        self._vm = vm

    def body(self) -> Iterable[Widget]:
        yield said(f"Save {safe(self._vm.name)}?", "strong")
        yield said("It stops where it is, with its memory kept on disk. Starting it goes on from there.")

    def buttons(self) -> Iterable[Button]:
        yield Button("Save", id="save", compact=True)
        yield Button("Cancel", id="cancel", compact=True)

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "save" or None)
