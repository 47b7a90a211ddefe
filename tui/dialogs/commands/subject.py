"""The data that the dialog of a command shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, DiskReading, Vm, VmDisks
    from hvtui.backends.operations.command import Selection


class Subject(Struct, frozen=True, kw_only=True):
    selection: Selection
    """It has a VM, and a checkpoint if the command needs one: `actions.why_not` has checked that."""
    reading: DiskReading | None
    """The last reading of the disks of the selected VM; None if they were not read yet."""
    now: datetime

    @property
    def vm(self) -> Vm:
        vm = self.selection.vm
        assert vm is not None
        return vm

    @property
    def checkpoint(self) -> Checkpoint:
        checkpoint = self.selection.checkpoint
        assert checkpoint is not None
        return checkpoint

    @property
    def disks(self) -> VmDisks | None:
        return self.reading.disks if self.reading else None
