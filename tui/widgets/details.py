"""What is known of the highlighted checkpoint, or of Now: as it is, and what applying it would do."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from textual.content import Content
from textual.geometry import Size
from textual.reactive import var

from hvtui.tui.text.descriptions import Fact, of_checkpoint, of_now, other_zone
from hvtui.tui.text.safe import safe, wrapped
from hvtui.tui.widgets.lines import Lines, Spans

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model import CheckpointId, Inventory, VmDisks, VmId

_LABEL = 9


class Details(Lines, can_focus=True):
    HELP = """\
Details
What the host says of the highlighted checkpoint. Sizes are shown only where the disks could be read.
"""

    inventory: var[Inventory | None] = var(None, init=False, always_update=True)  # comparing two is dear
    vm_id: var[VmId | None] = var(None, init=False)
    checkpoint_id: var[CheckpointId | None] = var(None, init=False)
    """None: Now."""
    disks: var[VmDisks | None] = var(None, init=False)
    """None while unread; those of another VM count as unread."""
    now: var[datetime | None] = var(None, init=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=f"pane {classes or ''}")
        self._facts: tuple[Fact, ...] = ()
        self._lines: list[Spans] = []
        self.show_title(Content("Details"))

    def line(self, index: int) -> tuple[str, Spans]:
        return "", next(islice(self._lines, index, None), ())

    def on_resize(self) -> None:
        self._lay_out()

    def _show(self) -> None:
        inventory = self.inventory
        vm = inventory.vm(self.vm_id) if inventory else None
        if inventory is None or vm is None:
            self.show_title(Content("Details"))
            self._facts = ()
        else:
            now = self.now or inventory.taken
            disks = self.disks if self.disks and self.disks.vm_id == vm.id else None
            checkpoint = inventory.checkpoint(self.checkpoint_id)
            if checkpoint is None:
                self.show_title(Content.assemble("Now  ", safe(vm.name)))
                self._facts = tuple(of_now(vm, inventory, disks, now))
            else:
                self.show_title(Content(safe(checkpoint.name)))
                self._facts = (
                    *of_checkpoint(checkpoint, vm, inventory, disks, now),
                    *other_zone(inventory.host, now),
                )
        self._lay_out()

    watch_inventory = watch_vm_id = watch_checkpoint_id = watch_disks = watch_now = _show

    def _lay_out(self) -> None:
        lines: list[Spans] = []
        for fact in self._facts:
            label = f" {fact.label:{_LABEL}}"
            for words in wrapped(fact.words, max(10, self.room - len(label) - 1)):
                lines.append(
                    ((label, fact.tone or "muted"), (words, fact.tone if fact.tone == "muted" else ""))
                )
                label = " " * len(label)
        self._lines = lines
        if self.virtual_size.height != len(lines):
            self.virtual_size = Size(0, len(lines))
        self.repaint_changed()
