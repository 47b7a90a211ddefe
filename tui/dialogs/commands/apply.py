"""Asks how to apply a checkpoint. The buttons are labelled as in Hyper-V Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Button, Input

from hvtui.backends.contract import Verb
from hvtui.backends.operations.actions import why_not
from hvtui.backends.operations.command import Command
from hvtui.backends.operations.commands import ApplyCheckpoint, CreateCheckpoint
from hvtui.backends.operations.impact import may_stop_vm
from hvtui.backends.operations.naming import safety_name
from hvtui.tui.dialogs.controls import AnswerButton, NameField, checkpoint_name_problem
from hvtui.tui.dialogs.dialog import Dialog, paragraph
from hvtui.tui.text.disks.amounts import create_amount
from hvtui.tui.text.impact import applied_state, apply_warning_texts, lost_by_apply
from hvtui.tui.text.questions import (
    APPLY_CANNOT_BE_UNDONE,
    apply_question,
    no_safety_text,
    safety_type_text,
)
from hvtui.tui.text.safe import SafeText
from hvtui.tui.widgets.checkbox import Checkbox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from hvtui.tui.dialogs.commands.subject import Subject


class ApplyDialog(Dialog[Command]):
    heading = SafeText("Apply checkpoint")
    initial_focus = "#create-and-apply, #cancel"

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        self._vm, self._checkpoint = subject.vm, subject.checkpoint
        self._no_safety = why_not(CreateCheckpoint, subject.selection)

    def body(self) -> Iterable[Widget]:
        yield paragraph(apply_question(self._checkpoint, self._vm), "strong")
        yield paragraph(lost_by_apply(self._subject.selection, self._subject.disks, self._subject.now))
        for warning in apply_warning_texts(self._checkpoint, self._vm):
            yield paragraph(warning, "warning")
        stops = may_stop_vm(self._checkpoint, self._vm)
        asks_for_start = stops and self._can_start
        yield paragraph(
            applied_state(self._checkpoint, self._vm),
            f"{'warning' if stops else ''} {'joined' if asks_for_start else ''}",
        )
        if asks_for_start:
            yield Checkbox(SafeText("Start it afterwards"), id="start")
        if self._no_safety:
            yield paragraph(no_safety_text(self._no_safety), "warning")
        else:
            yield paragraph(safety_type_text(self._vm), "joined")
            need = create_amount(self._subject.reading, self._vm)
            yield paragraph(need.words, "warning" if need.warns else "")
            yield paragraph(SafeText("Safety checkpoint name:"), "joined")
            yield NameField(
                safety_name(self._checkpoint, self._subject.now),
                disables="#create-and-apply",
                problem=checkpoint_name_problem,
            )
        yield paragraph(APPLY_CANNOT_BE_UNDONE, "muted")

    def buttons(self) -> Iterable[Button]:
        safest = AnswerButton("Create Checkpoint and Apply", id="create-and-apply")
        safest.disabled = self._no_safety is not None
        yield safest
        yield AnswerButton("Cancel", id="cancel")
        yield AnswerButton("Apply", id="apply", dangerous=True)

    def action_previous(self) -> None:
        """Go to the previous button or field. Before the first one is the last one that loses nothing."""
        if self.focused is not None and self.focused is self.focus_chain[0]:
            self.query_one("#cancel").focus()
        else:
            self.focus_previous()

    @on(Input.Submitted)
    def go_to_the_button(self) -> None:
        self.query_one("#create-and-apply").focus()

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "create-and-apply":
                self.dismiss(self._command(self.query_one(NameField).value))
            case "apply":
                self.dismiss(self._command(None))
            case _:
                self.dismiss(None)

    def _command(self, safety_name: str | None) -> ApplyCheckpoint:
        start = any(box.checked for box in self.query(Checkbox))
        return ApplyCheckpoint(vm=self._vm, checkpoint=self._checkpoint, safety_name=safety_name, start=start)

    @property
    def _can_start(self) -> bool:
        capabilities = self._subject.selection.capabilities
        return capabilities is not None and Verb.START in capabilities.verbs
