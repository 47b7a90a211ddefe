"""From an action to its dialog, and from the dialog's answer to what is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hvtui.backends.contract import StopHow
from hvtui.backends.operations.actions import Action
from hvtui.backends.operations.safety import apply
from hvtui.tui.dialogs.apply import ApplyDialog
from hvtui.tui.dialogs.create import CreateDialog
from hvtui.tui.dialogs.delete import DeleteDialog
from hvtui.tui.dialogs.power import SaveDialog, StopDialog
from hvtui.tui.dialogs.rename import RenameDialog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from hvtui.backends.contract import Session
    from hvtui.backends.model import Inventory, VmDisks, VmId
    from hvtui.backends.operations.actions import View
    from hvtui.tui.dialogs.dialog import Dialog

    Read = Callable[[VmId], Awaitable[Inventory]]


@dataclass(frozen=True, slots=True)
class Write:
    verb: str
    """As the strip says it: ``applying``."""
    target: str
    send: Callable[[], Awaitable[object]]


def dialog(action: Action, view: View, disks: VmDisks | None, now: datetime) -> Dialog[Any] | None:
    """What asks the person; None where nothing need be asked."""
    vm, checkpoint = view.vm, view.checkpoint
    assert vm is not None
    match action:
        case Action.CREATE:
            return CreateDialog(vm, now)
        case Action.STOP:
            return StopDialog(vm)
        case Action.SAVE:
            return SaveDialog(vm)
        case Action.START:
            return None
    assert checkpoint is not None
    match action:
        case Action.APPLY:
            return ApplyDialog(view, vm, checkpoint, disks, now)
        case Action.RENAME:
            return RenameDialog(vm, checkpoint)
        case _:
            return DeleteDialog(view, checkpoint, disks, below=action is Action.DELETE_SUBTREE)


def write(action: Action, view: View, answer: Any, session: Session, read: Read) -> Write:
    vm, checkpoint = view.vm, view.checkpoint
    assert vm is not None
    match action:
        case Action.CREATE:
            return Write("creating", answer, lambda: session.create_checkpoint(vm.id, name=answer))
        case Action.START:
            return Write("starting", "", lambda: session.start_vm(vm.id))
        case Action.STOP:
            verb = "shutting down" if answer is StopHow.SHUT_DOWN else "turning off"
            return Write(verb, "", lambda: session.stop_vm(vm.id, how=answer))
        case Action.SAVE:
            return Write("saving", "", lambda: session.save_vm(vm.id))
    assert checkpoint is not None
    target = checkpoint.name
    match action:
        case Action.APPLY:
            ways = {"safety_name": answer.safety_name, "start": answer.start}
            return Write("applying", target, lambda: apply(session, read, vm, checkpoint, **ways))
        case Action.RENAME:
            return Write(
                "renaming", target, lambda: session.rename_checkpoint(vm.id, checkpoint.id, name=answer)
            )
        case _:
            below = action is Action.DELETE_SUBTREE
            verb = "deleting subtree" if below else "deleting"
            return Write(verb, target, lambda: session.delete_checkpoint(vm.id, checkpoint.id, subtree=below))
