"""Apply a checkpoint, in Hyper-V's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Button, Input

from hvtui.backends.contract import Verb
from hvtui.backends.model import VmState
from hvtui.backends.operations.actions import Action, View, why_not
from hvtui.backends.operations.impact import written_since
from hvtui.backends.operations.naming import before_applying
from hvtui.backends.operations.safety import kind
from hvtui.tui.dialogs.dialog import Dialog, NameField, said
from hvtui.tui.text.descriptions import applying
from hvtui.tui.text.safe import safe
from hvtui.tui.text.words import ago, in_full, size
from hvtui.tui.widgets.checkbox import Checkbox

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from textual.widget import Widget

    from hvtui.backends.model import Checkpoint, Vm, VmDisks


@dataclass(frozen=True, slots=True)
class Apply:
    safety_name: str | None
    """What the checkpoint taken before is called; None: none is taken."""
    start: bool = False
    """Whether the VM, which this leaves off, is to be started afterwards."""


class ApplyDialog(Dialog[Apply | None]):
    heading = "Apply checkpoint"
    harmless = "#create-and-apply, #cancel"

    def __init__(
        self, view: View, vm: Vm, checkpoint: Checkpoint, disks: VmDisks | None, now: datetime
    ) -> None:
        super().__init__()
        self._view, self._vm, self._checkpoint = view, vm, checkpoint
        self._disks, self._now = disks, now
        self._no_safety = why_not(Action.CREATE, view)
        self._can_start = view.capabilities is not None and Verb.START in view.capabilities.verbs

    def body(self) -> Iterable[Widget]:
        yield said(f"Apply “{safe(self._checkpoint.name)}” to {safe(self._vm.name)}?", "strong")
        yield said(self._lost())
        stops = self._vm.state is VmState.RUNNING and not self._checkpoint.with_memory
        yield said(applying(self._checkpoint, self._vm), "warning" if stops else "")
        if stops and self._can_start:
            yield Checkbox("Start it afterwards", id="start")
        if self._no_safety:
            yield said(f"A checkpoint before it cannot be created. {self._no_safety}", "warning")
        else:
            yield said(f"The checkpoint before it will be {kind(self._vm)}. Its name:")
            yield NameField(before_applying(self._checkpoint.name, self._now), holds="#create-and-apply")
        yield said("With “Apply” alone: You cannot undo this action.", "muted")

    def buttons(self) -> Iterable[Button]:
        safest = Button("Create Checkpoint and Apply", id="create-and-apply", compact=True)
        safest.disabled = self._no_safety is not None
        yield safest
        yield Button("Apply", id="apply", compact=True)
        yield Button("Cancel", id="cancel", compact=True)

    @on(Input.Submitted)
    def go_to_the_button(self) -> None:
        self.query_one("#create-and-apply").focus()

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "create-and-apply":
                self.dismiss(Apply(self.query_one(NameField).value, self._start))
            case "apply":
                self.dismiss(Apply(None, self._start))
            case _:
                self.dismiss(None)

    @property
    def _start(self) -> bool:
        return any(tick.ticked for tick in self.query(Checkbox))

    def _lost(self) -> str:
        parent = self._view.current
        if parent is None:
            return "All that the VM is now will be lost."
        disks = self._disks if self._disks and self._disks.vm_id == self._vm.id else None
        written = written_since(disks) if disks else None
        grown = f", {size(written)} written" if written is not None else ""
        return (
            f"All since “{safe(parent.name)}”, {ago(parent.created, self._now)} "
            f"({in_full(parent.created)}{grown}), will be lost."
        )
