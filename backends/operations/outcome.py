"""After a lost answer: what a re-read shows of the write, and what it cannot show. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hvtui.backends.lineage import subtree
from hvtui.backends.model import Activity, VmState
from hvtui.backends.operations.actions import Action
from hvtui.tui.text.safe import safe
from hvtui.tui.text.words import where

if TYPE_CHECKING:
    from hvtui.backends.model import Checkpoint, Inventory, Vm
    from hvtui.backends.operations.actions import View


def seen(action: Action, asked: View, answer: Any, found: Inventory) -> str:
    """Of the write that `answer` led to, when the VM was as in `asked`; safe to show."""
    before = asked.vm
    assert before is not None
    vm = found.vm(before.id)
    if vm is None:
        return where(before.id, found)
    if vm.activity not in (Activity.NONE, Activity.MERGING):
        return f"The host is still at work on it: {vm.activity.value}. {where(vm.id, found)}"
    said = _of_checkpoints(action, asked, answer, vm, found)
    return f"{said} {where(vm.id, found)}".strip()


def _of_checkpoints(action: Action, asked: View, answer: Any, vm: Vm, found: Inventory) -> str:
    there = {c.id: c for c in found.checkpoints}
    checkpoint = asked.checkpoint
    if action is Action.CREATE:
        return _created(answer, asked, found)
    if checkpoint is None:
        return ""
    match action:
        case Action.RENAME if checkpoint.id in there:
            return f"It is called “{safe(there[checkpoint.id].name)}” now."
        case Action.RENAME:
            return "The checkpoint is not there any more."
        case Action.APPLY if answer.safety_name is not None:
            return f"{_created(answer.safety_name, asked, found)} {_applied(checkpoint, asked, vm)}"
        case Action.APPLY:
            return _applied(checkpoint, asked, vm)
        case Action.DELETE:
            return "It is still there." if checkpoint.id in there else "It is gone."
        case Action.DELETE_SUBTREE:
            going = subtree(asked.checkpoints, checkpoint.id)
            left = sum(c.id in there for c in going)
            return f"{left} of {len(going)} are still there." if left else "All of it is gone."
    return ""


def _created(name: str, asked: View, found: Inventory) -> str:
    known = {c.id for c in asked.checkpoints}
    new = [c.name for c in found.checkpoints if c.id not in known and c.vm_id == asked.vm_id]
    if name in new:
        return f"“{safe(name)}” was created."
    if new:
        return f"A checkpoint “{safe(new[-1])}” was created, which is not the name it was to have."
    return "No checkpoint was created."


def _applied(checkpoint: Checkpoint, asked: View, vm: Vm) -> str:
    before = asked.vm
    assert before is not None
    stopped = before.state is VmState.RUNNING and vm.state is VmState.SAVED
    if vm.current != checkpoint.id:
        return "The VM was saved, and nothing was applied." if stopped else "Nothing was applied."
    if before.current == checkpoint.id:
        return "Now hung from it before as well: whether it was applied cannot be seen."
    return "It was applied, and the VM was not started again." if stopped else "It was applied."
