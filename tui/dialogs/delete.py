"""Delete one checkpoint, or one and all below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hvtui.backends.lineage import ancestors, subtree
from hvtui.backends.operations.impact import disks_of
from hvtui.tui.dialogs.dialog import said
from hvtui.tui.dialogs.question import QuestionDialog
from hvtui.tui.text.safe import safe
from hvtui.tui.text.words import size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from hvtui.backends.model import Checkpoint, VmDisks
    from hvtui.backends.operations.actions import View


class DeleteDialog(QuestionDialog[bool]):
    answers: ClassVar = {"Delete": True}

    def __init__(self, view: View, checkpoint: Checkpoint, disks: VmDisks | None, *, below: bool) -> None:
        self.heading = "Delete checkpoint subtree" if below else "Delete checkpoint"
        super().__init__()
        self._view, self._checkpoint = view, checkpoint
        self._disks = disks if disks and disks.vm_id == view.vm_id else None
        self._going = subtree(view.checkpoints, checkpoint.id) if below else [checkpoint]

    def body(self) -> Iterable[Widget]:
        vm = self._view.vm
        name = safe(vm.name) if vm else ""
        many = len(self._going) > 1
        yield said(
            f"Delete these {len(self._going)} checkpoints of {name}?"
            if many
            else f"Delete this checkpoint of {name}?"
        )
        yield said("\n".join(f"“{safe(c.name)}”" for c in self._going), "strong")
        yield said(self._where_now_is())
        yield said("The virtual machine itself and its other checkpoints do not change.")
        yield said(self._merge())

    def _where_now_is(self) -> str:
        current = self._view.vm.current if self._view.vm else None
        line = ancestors(self._view.checkpoints, current)
        if not line:
            return "Now hangs from no checkpoint."
        where = f"Now hangs from “{safe(line[-1].name)}”"
        going = {c.id for c in self._going}
        if line[-1].id not in going:
            return f"{where}."
        kept = next((c for c in reversed(line) if c.id not in going), None)
        return f"{where}; afterwards from " + (f"“{safe(kept.name)}”." if kept else "no checkpoint.")

    def _merge(self) -> str:
        """At most: what was read of the files that the host may have to merge."""
        if self._disks is None:
            return "How much will be merged is not known."
        files = [file for c in self._going for _, file in disks_of(self._disks, c.id)]
        if not files or None in files:
            return "How much will be merged is not known."
        total = sum(file.size for file in files if file and file.differencing)
        volume = self._disks.volume
        free = f"; {safe(volume.name)} has {size(volume.free)} free" if volume else ""
        return f"Their own disk files hold {size(total)}; what is still needed of it is merged{free}."
