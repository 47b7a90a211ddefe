"""Asks whether to start, to stop or to save a VM."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hvtui.backends.contract import StopHow
from hvtui.backends.operations.command import Command
from hvtui.backends.operations.commands import SaveVm, StartVm, StopVm
from hvtui.tui.dialogs.dialog import paragraph
from hvtui.tui.dialogs.question import QuestionDialog
from hvtui.tui.text.questions import SAVE_CONSEQUENCE
from hvtui.tui.text.safe import SafeText, compose
from hvtui.tui.text.words import vm_on_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.widget import Widget

    from hvtui.tui.dialogs.commands.subject import Subject


class PowerDialog(QuestionDialog[Command]):
    verb: ClassVar[str]
    consequence: ClassVar[SafeText]

    def __init__(self, subject: Subject) -> None:
        self.heading = SafeText(f"{self.verb} virtual machine")
        super().__init__()
        self._vm = subject.vm

    def body(self) -> Iterable[Widget]:
        yield paragraph(compose("{verb} {vm}?", verb=self.verb, vm=vm_on_host(self._vm)), "strong")
        yield paragraph(self.consequence)


class StartDialog(PowerDialog):
    verb = "Start"
    consequence = SafeText("It resumes from its saved state if there is one; otherwise it boots.")

    @property
    def answers(self) -> Mapping[str, Command]:
        return {"Start": StartVm(vm=self._vm)}


class StopDialog(PowerDialog):
    verb = "Stop"
    dangerous = frozenset({"Turn off"})
    consequence = SafeText(
        "“Shut down” asks the guest to shut down. “Turn off” cuts its power: what it has not written to disk is lost."
    )

    @property
    def answers(self) -> Mapping[str, Command]:
        return {
            "Shut down": StopVm(vm=self._vm, how=StopHow.SHUT_DOWN),
            "Turn off": StopVm(vm=self._vm, how=StopHow.TURN_OFF),
        }


class SaveDialog(PowerDialog):
    verb = "Save"
    consequence = SAVE_CONSEQUENCE

    @property
    def answers(self) -> Mapping[str, Command]:
        return {"Save": SaveVm(vm=self._vm)}
