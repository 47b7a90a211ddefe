"""From an action to its dialog, and from the dialog's answer to what is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui.safety import create_and_apply
from tui.screens.apply_dialog import Apply, ApplyDialog
from tui.state import Action

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from backends.contract import Session
    from backends.model import Inventory, VmDisks, VmId
    from tui.screens.dialog import Dialog
    from tui.state import View

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
    if checkpoint is not None and action is Action.APPLY:
        return ApplyDialog(view, vm, checkpoint, disks, now)
    return None


def write(action: Action, view: View, answer: Any, session: Session, read: Read) -> Write:
    vm, checkpoint = view.vm, view.checkpoint
    assert vm is not None
    if action is Action.START:
        return Write("starting", "", lambda: session.start_vm(vm.id))
    assert checkpoint is not None
    if isinstance(answer, Apply):
        name = answer.safety_name
        if name is None:
            return Write("applying", checkpoint.name, lambda: session.apply_checkpoint(vm.id, checkpoint.id))
        return Write(
            "applying", checkpoint.name, lambda: create_and_apply(session, read, vm, checkpoint, name)
        )
    raise AssertionError(action)
