"""The selection, and whether a command can be given for it now: if not, the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from hvtui.backends.lineage import subtree
from hvtui.backends.model import CheckpointKind, CheckpointSetting
from hvtui.backends.operations.orphans import target
from hvtui.backends.operations.reasons import Reason, ReasonCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hvtui.backends.contract import Capabilities
    from hvtui.backends.model import Checkpoint, CheckpointId, Inventory, Vm, VmId
    from hvtui.backends.operations.commands import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The selected VM and checkpoint, if any, in the inventory that the person sees."""

    inventory: Inventory | None = None
    vm_id: VmId | None = None
    checkpoint_id: CheckpointId | None = None
    """None: the present state of the VM, which the tree calls Now."""
    running: Mapping[VmId, Command] = field(default_factory=lambda: MappingProxyType({}))
    """The commands of this hvtui that are running."""
    capabilities: Capabilities | None = None
    """None while there is no connection to the host."""

    @property
    def vm(self) -> Vm | None:
        return self.inventory.vm(self.vm_id) if self.inventory else None

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """All checkpoints of the selected VM."""
        return self.inventory.checkpoints_of(self.vm_id) if self.inventory else ()

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The selected checkpoint, if it belongs to the selected VM."""
        return self._of_vm(self.checkpoint_id)

    @property
    def current(self) -> Checkpoint | None:
        """The checkpoint that the VM currently runs on: the parent of Now."""
        return self._of_vm(self.vm.current) if self.vm else None

    def _of_vm(self, id: CheckpointId | None) -> Checkpoint | None:
        found = self.inventory.checkpoint(id) if self.inventory else None
        return found if found and found.vm_id == self.vm_id else None


def why_not(command: type[Command], selection: Selection) -> Reason | None:
    """Return why this kind of command cannot be given for the selection now; None if it can."""
    capabilities = selection.capabilities
    if capabilities is None:
        return Reason(code=ReasonCode.NOT_CONNECTED, command=command)
    if capabilities.read_only:
        return Reason(code=ReasonCode.READ_ONLY, command=command)
    if command.verb not in capabilities.verbs:
        return Reason(code=ReasonCode.UNSUPPORTED, command=command)
    if selection.vm is None:
        return Reason(code=ReasonCode.NO_VM, command=command)
    return (
        _checkpoint_reason(command, selection)
        or _busy_reason(selection.vm, selection)
        or _state_reason(command, selection.vm, selection)
    )


def is_locked(checkpoint: Checkpoint) -> bool:
    """Return whether hvtui must not change the checkpoint, because backup, replication or the like owns it."""
    return checkpoint.kind is not CheckpointKind.STANDARD


def _checkpoint_reason(command: type[Command], selection: Selection) -> Reason | None:
    if not command.on_checkpoint:
        return None
    checkpoint = selection.checkpoint
    if checkpoint is None:
        return Reason(code=ReasonCode.NO_CHECKPOINT, command=command)
    if is_locked(checkpoint):
        return Reason(code=ReasonCode.LOCKED, command=command, checkpoint=checkpoint)
    if command.on_subtree:
        for below in subtree(selection.checkpoints, checkpoint.id):
            if is_locked(below):
                return Reason(code=ReasonCode.LOCKED_BELOW, command=command, checkpoint=below)
    return None


def _busy_reason(vm: Vm, selection: Selection) -> Reason | None:
    if running := selection.running.get(vm.id):
        return Reason(code=ReasonCode.BUSY, vm=vm, running=running)
    inventory = selection.inventory
    for orphan in inventory.orphans if inventory else ():
        if orphan.vm_id == vm.id and orphan.running:
            name = target(orphan, inventory) if inventory else ""
            return Reason(code=ReasonCode.ORPHAN_RUNNING, vm=vm, orphan=orphan, orphan_target=name)
    if vm.in_service:
        return Reason(code=ReasonCode.HOST_BUSY, vm=vm)
    return None


def _state_reason(command: type[Command], vm: Vm, selection: Selection) -> Reason | None:
    if vm.critical and command.needs_space:
        return Reason(code=ReasonCode.CRITICAL, command=command, vm=vm)
    if command.creates_checkpoint:
        if vm.checkpoint_setting is CheckpointSetting.DISABLED:
            return Reason(code=ReasonCode.CHECKPOINTS_DISABLED, command=command, vm=vm)
        limit = selection.capabilities.max_checkpoints if selection.capabilities else None
        count = len(selection.checkpoints)
        if limit is not None and count >= limit:
            return Reason(
                code=ReasonCode.TOO_MANY_CHECKPOINTS, command=command, vm=vm, limit=limit, count=count
            )
    if command.states and vm.state not in command.states:
        return Reason(code=ReasonCode.WRONG_STATE, command=command, vm=vm)
    return None
