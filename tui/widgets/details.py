"""Shows the facts of the highlighted checkpoint, or of the present state of the VM."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.reactive import var

from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.descriptions import Fact, describe_checkpoint, describe_now, other_time_zone
from hvtui.tui.text.hosts.description import describe_hosts
from hvtui.tui.text.safe import SafeText, safe, wrapped
from hvtui.tui.text.words import vm_on_host
from hvtui.tui.widgets.lines import Lines, Spans

if TYPE_CHECKING:
    from datetime import datetime

    from textual.binding import BindingType

    from hvtui.backends.contract import Capabilities
    from hvtui.backends.model import CheckpointId, DiskReading, Inventory, VmId

_LABEL = 9


class Details(Lines, can_focus=True, inherit_bindings=False):
    PLACES = (Place.DETAILS,)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.DETAILS)
    HELP = """\
Details
What is known of the highlighted checkpoint. Sizes are shown only if the disks could be read.
"""

    inventory: var[Inventory | None] = var(None, init=False, always_update=True)  # comparing two takes long
    vm_id: var[VmId | None] = var(None, init=False)
    host_name: var[str] = var("", init=False)
    """The host or cluster that is described if there is no VM."""
    checkpoint_id: var[CheckpointId | None] = var(None, init=False)
    """None for Now."""
    disk_reading: var[DiskReading | None] = var(None, init=False)
    """The last reading of the disks of this VM; None until there is one. That of another VM is ignored."""
    now: var[datetime | None] = var(None, init=False)
    capabilities: var[Capabilities | None] = var(None, init=False)

    def __init__(self, *, sign_in_key: str = "", id: str | None = None, classes: str | None = None) -> None:
        """`sign_in_key` is the name of the key that signs in to one of several hosts."""
        super().__init__(id=id, classes=f"pane {classes or ''}")
        self._sign_in_key = sign_in_key
        self._facts: tuple[Fact, ...] = ()
        self._lines: list[Spans] = []
        self.show_title(Content("Details"))

    def line(self, index: int) -> tuple[str, Spans]:
        return "", next(islice(self._lines, index, None), ())

    def on_resize(self) -> None:
        super().on_resize()
        self._lay_out()

    def _show(self) -> None:
        inventory = self.inventory
        vm = inventory.vm(self.vm_id) if inventory else None
        if inventory is None or (vm is None and not self.host_name):
            self.show_title(Content("Details"))
            self._facts = ()
        elif vm is None:
            self.show_title(Content(safe(self.host_name)))
            now = self.now or inventory.taken
            self._facts = tuple(describe_hosts(self.host_name, inventory, now, sign_in_key=self._sign_in_key))
        else:
            now = self.now or inventory.taken
            reading = self.disk_reading if self.disk_reading and self.disk_reading.vm_id == vm.id else None
            checkpoint = inventory.checkpoint(self.checkpoint_id)
            limit = self.capabilities.max_checkpoints if self.capabilities else None
            if checkpoint is None:
                self.show_title(Content.assemble("Now  ", vm_on_host(vm)))
                self._facts = tuple(describe_now(vm, inventory, reading, now, limit=limit))
            else:
                self.show_title(Content(safe(checkpoint.name)))
                self._facts = (
                    *describe_checkpoint(checkpoint, vm, inventory, reading, now),
                    *other_time_zone(inventory.host_of(vm), now),
                )
        self._lay_out()

    watch_inventory = watch_disk_reading = watch_now = watch_capabilities = _show

    def watch_vm_id(self) -> None:
        self._show_from_top()

    def watch_host_name(self) -> None:
        self._show_from_top()

    def watch_checkpoint_id(self) -> None:
        self._show_from_top()

    def _show_from_top(self) -> None:
        """Show another object, scrolled to its top."""
        self.scroll_to(y=0, animate=False, force=True)
        self._show()

    def _lay_out(self) -> None:
        lines: list[Spans] = []
        for fact in self._facts:
            label = SafeText(f" {fact.label:{_LABEL}}")
            for words in wrapped(fact.text, max(10, self.room - len(label) - 1)):
                lines.append(
                    ((label, fact.tone or "muted"), (words, fact.tone if fact.tone == "muted" else ""))
                )
                label = SafeText(" " * len(label))
        self._lines = lines
        if self.virtual_size.height != len(lines):
            self.virtual_size = Size(0, len(lines))
        self.repaint_changed()
