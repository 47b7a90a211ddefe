"""Apply a checkpoint, in Hyper-V's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Button, Input, Static

from tui.descriptions import applying
from tui.disks import written_since
from tui.names import before_applying
from tui.safety import kind
from tui.screens.dialog import Dialog, NameField, said
from tui.state import Action, View, why_not
from tui.text import safe
from tui.words import ago, in_full, size

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from textual.widget import Widget

    from backends.model import Checkpoint, Vm, VmDisks


@dataclass(frozen=True, slots=True)
class Apply:
    safety_name: str | None
    """What the checkpoint taken before is called; None: none is taken."""


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

    def body(self) -> Iterable[Widget]:
        yield said(f"Apply “{safe(self._checkpoint.name)}” to {safe(self._vm.name)}?", "strong")
        yield said(self._lost())
        yield said(applying(self._checkpoint, self._vm))
        if self._no_safety:
            yield said(f"A checkpoint before it cannot be created. {self._no_safety}", "warning")
        else:
            yield said(f"The checkpoint created before it will be {kind(self._vm)}. It is called:")
            yield NameField(before_applying(self._checkpoint.name, self._now))
            yield Static("", id="wrong", classes="warning", markup=False)
        yield said("With “Apply” alone: You cannot undo this action.", "muted")

    def buttons(self) -> Iterable[Button]:
        safest = Button("Create Checkpoint and Apply", id="create-and-apply", compact=True)
        safest.disabled = self._no_safety is not None
        yield safest
        yield Button("Apply", id="apply", compact=True)
        yield Button("Cancel", id="cancel", compact=True)

    @on(Input.Changed)
    def tell_what_is_wrong(self) -> None:
        wrong = self.query_one(NameField).wrong
        self.query_one("#wrong", Static).update(wrong or "")
        self.query_one("#create-and-apply", Button).disabled = wrong is not None

    @on(Input.Submitted)
    def go_to_the_button(self) -> None:
        self.query_one("#create-and-apply").focus()

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "create-and-apply":
                self.dismiss(Apply(self.query_one(NameField).value))
            case "apply":
                self.dismiss(Apply(None))
            case _:
                self.dismiss(None)

    def _lost(self) -> str:
        parent = next((c for c in self._view.checkpoints if c.id == self._vm.current), None)
        if parent is None:
            return "What the VM is now will be lost."
        disks = self._disks if self._disks and self._disks.vm_id == self._vm.id else None
        written = written_since(disks) if disks else None
        grown = f", {size(written)} written" if written is not None else ""
        return (
            f"What the VM is now will be lost: all since “{safe(parent.name)}”, "
            f"{ago(parent.created, self._now)} ({in_full(parent.created)}{grown})."
        )
