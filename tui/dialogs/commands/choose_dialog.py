"""Maps each command to its dialog, and opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.commands import (
    ApplyCheckpoint,
    CreateCheckpoint,
    DeleteCheckpoint,
    DeleteSubtree,
    DiscardSavedState,
    RemoveBackupCheckpoint,
    RenameCheckpoint,
    SaveVm,
    StartVm,
    StopVm,
)
from hvtui.tui.dialogs.commands.apply import ApplyDialog
from hvtui.tui.dialogs.commands.create import CreateDialog
from hvtui.tui.dialogs.commands.delete import DeleteDialog, DeleteSubtreeDialog
from hvtui.tui.dialogs.commands.discard import DiscardSavedStateDialog
from hvtui.tui.dialogs.commands.power import SaveDialog, StartDialog, StopDialog
from hvtui.tui.dialogs.commands.remove_backup import RemoveBackupDialog
from hvtui.tui.dialogs.commands.rename import RenameDialog
from hvtui.tui.dialogs.commands.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from hvtui.backends.model import DiskReading, VmId
    from hvtui.backends.operations.command import Command, Selection
    from hvtui.tui.dialogs.dialog import Dialog
    from hvtui.tui.dialogs.dialog_app import DialogApp

DIALOGS: Mapping[type[Command], Callable[[Subject], Dialog[Command]]] = {
    CreateCheckpoint: CreateDialog,
    ApplyCheckpoint: ApplyDialog,
    RenameCheckpoint: RenameDialog,
    DeleteCheckpoint: DeleteDialog,
    DeleteSubtree: DeleteSubtreeDialog,
    StartVm: StartDialog,
    StopVm: StopDialog,
    SaveVm: SaveDialog,
    DiscardSavedState: DiscardSavedStateDialog,
    RemoveBackupCheckpoint: RemoveBackupDialog,
}


async def ask(
    app: DialogApp,
    kind: type[Command],
    selection: Selection,
    readings: Mapping[VmId, DiskReading],
    now: datetime,
) -> Command | None:
    """Ask the person for what the command needs, and return it; None if the person cancels."""
    reading = readings.get(selection.vm_id) if selection.vm_id else None
    subject = Subject(selection=selection, reading=reading, now=now)
    if kind is StartVm and not app.preferences.confirm_start:
        return StartVm(vm=subject.vm)
    return await app.open(DIALOGS[kind](subject))
