"""What is on screen, frozen, and what can be done with it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from hvtui.backends.contract import Verb
from hvtui.backends.limits import MAX_CHECKPOINTS
from hvtui.backends.lineage import subtree
from hvtui.backends.model import CheckpointSetting, VmState
from hvtui.backends.operations import orphans as left_behind
from hvtui.backends.operations.health import FULL_OR_LOST
from hvtui.tui.text.kinds import locked_because
from hvtui.tui.text.safe import safe
from hvtui.tui.text.words import state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hvtui.backends.contract import Capabilities
    from hvtui.backends.model import Checkpoint, CheckpointId, Inventory, Vm, VmId


class Action(StrEnum):
    """What a person can do to a VM: the names of the screen's actions."""

    CREATE = "create"
    APPLY = "apply"
    RENAME = "rename"
    DELETE = "delete"
    DELETE_SUBTREE = "delete_subtree"
    START = "start"
    STOP = "stop"
    SAVE = "save"


_VERBS = {
    Action.CREATE: Verb.CREATE,
    Action.APPLY: Verb.APPLY,
    Action.RENAME: Verb.RENAME,
    Action.DELETE: Verb.DELETE,
    Action.DELETE_SUBTREE: Verb.DELETE,
    Action.START: Verb.START,
    Action.STOP: Verb.STOP,
    Action.SAVE: Verb.SAVE,
}
ON_A_CHECKPOINT = (Action.APPLY, Action.RENAME, Action.DELETE, Action.DELETE_SUBTREE)
_SETTLED = (VmState.RUNNING, VmState.OFF, VmState.SAVED, VmState.PAUSED)
_FROM = {
    Action.CREATE: _SETTLED,
    Action.APPLY: _SETTLED,
    Action.START: (VmState.OFF, VmState.SAVED, VmState.PAUSED, VmState.FAST_SAVED, VmState.HIBERNATED),
    Action.STOP: (VmState.RUNNING, VmState.PAUSED),
    Action.SAVE: (VmState.RUNNING, VmState.PAUSED),
}


_WRITES_A_LOT = (Action.CREATE, Action.SAVE)
"""What needs room for files of the VM. To start it is how a paused one goes on once there is room again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    inventory: Inventory | None = None
    vm_id: VmId | None = None
    checkpoint_id: CheckpointId | None = None
    """None: Now."""
    busy: Mapping[VmId, str] = field(default_factory=lambda: MappingProxyType({}))
    """The operations of ours that run, in words: ``applying Before CU-11``."""
    capabilities: Capabilities | None = None
    read_only: bool = False

    @property
    def vm(self) -> Vm | None:
        return self.inventory.vm(self.vm_id) if self.inventory else None

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """All of this VM."""
        return self.inventory.checkpoints_of(self.vm_id) if self.inventory else ()

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The highlighted one, where it is of this VM."""
        return self._of_vm(self.checkpoint_id)

    @property
    def current(self) -> Checkpoint | None:
        """Where Now hangs from."""
        return self._of_vm(self.vm.current) if self.vm else None

    def _of_vm(self, id: CheckpointId | None) -> Checkpoint | None:
        found = self.inventory.checkpoint(id) if self.inventory else None
        return found if found and found.vm_id == self.vm_id else None


def why_not(action: Action, view: View) -> str | None:
    """Why this cannot be done now, as a sentence; None when it can."""
    if view.capabilities is None:
        return "There is no connection to the host."
    if view.read_only:
        return "This host is set to read only in your config."
    if _VERBS[action] not in view.capabilities.verbs:
        return f"This backend cannot {action.value.replace('_', ' ')}."
    vm = view.vm
    if vm is None:
        return "No virtual machine is highlighted."
    return _wrong_target(action, view) or _occupied(vm, view) or _forbidden(action, vm, view)


def _wrong_target(action: Action, view: View) -> str | None:
    if action not in ON_A_CHECKPOINT:
        return None
    checkpoint = view.checkpoint
    if checkpoint is None:
        return "Now is no checkpoint: put the cursor on one."
    if locked := locked_because(checkpoint):
        return locked
    if action is Action.DELETE_SUBTREE:
        for below in subtree(view.checkpoints, checkpoint.id):
            if locked := locked_because(below):
                return f"“{safe(below.name)}” below it is locked. {locked}"
    return None


def _occupied(vm: Vm, view: View) -> str | None:
    if words := view.busy.get(vm.id):
        return f"{safe(vm.name)} is busy: {safe(words)}."
    if view.inventory:
        for left in view.inventory.orphans:
            if left.vm_id == vm.id and left.running:
                words = f"{left_behind.verb(left)} {left_behind.target(left, view.inventory)}".strip()
                return f"An earlier hvtui may still be at work on it: {safe(words)}."
    if vm.in_service:
        return f"The host is busy with {safe(vm.name)}: {vm.activity.value}."
    return None


def _forbidden(action: Action, vm: Vm, view: View) -> str | None:
    if vm.critical and action in _WRITES_A_LOT:
        return f"{FULL_OR_LOST} Mend that first."
    if action is Action.CREATE:
        if vm.checkpoint_setting is CheckpointSetting.DISABLED:
            return "Checkpoints are disabled for this VM."
        if len(view.checkpoints) >= MAX_CHECKPOINTS:
            return (
                f"It has {MAX_CHECKPOINTS} checkpoints, which is as many as Hyper-V allows: delete one first."
            )
    if action in _FROM and vm.state not in _FROM[action]:
        return f"The VM is {state(vm)}: it cannot {_can(action)}."
    return None


def _can(action: Action) -> str:
    match action:
        case Action.CREATE:
            return "be given a checkpoint now"
        case Action.APPLY:
            return "go back to a checkpoint now"
        case _:
            return {"start": "be started", "stop": "be stopped", "save": "be saved"}[action.value]
