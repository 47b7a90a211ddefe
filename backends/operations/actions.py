"""Decides whether a command is possible for the selection. If not, the reason is a code and the objects concerned."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.limits import is_plausible
from hvtui.backends.lineage import subtree
from hvtui.backends.model import Activity, CheckpointKind, CheckpointSetting, UnreadPart, VmState
from hvtui.backends.operations.command import is_locked
from hvtui.backends.operations.orphans import target

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, Inventory, OrphanedWrite, Unread, Vm
    from hvtui.backends.operations.command import Command, Selection


ABANDONED_AFTER = timedelta(days=1)
"""The age after which a backup's checkpoint counts as abandoned if nothing is at work on the VM."""

_STARTING_OR_STOPPING = frozenset({VmState.STARTING, VmState.STOPPING})


class ReasonCode(StrEnum):
    """Stable names, which the command line prints as JSON."""

    NOT_CONNECTED = "not-connected"
    READ_ONLY = "read-only"
    UNSUPPORTED = "unsupported"
    NO_VM = "no-vm"
    NO_CHECKPOINT = "no-checkpoint"
    LOCKED = "locked"
    """Other software, such as backup or replication, owns the checkpoint."""
    LOCKED_BELOW = "locked-below"
    """A checkpoint of the subtree is locked."""
    NOT_ABANDONED = "not-abandoned"
    """The checkpoint is not one that a backup may have left behind."""
    BACKUP_TOO_YOUNG = "backup-too-young"
    """A backup may still need the checkpoint."""
    BACKUP_AGE_UNKNOWN = "backup-age-unknown"
    """The host gives no date of the backup's checkpoint that can be true."""
    OBSTACLE = "obstacle"
    """Something outside hvtui keeps the VM from being changed: `Vm.obstacle`."""
    NOT_PERMITTED = "not-permitted"
    """The account does not have the right to do this to the VM."""
    VM_UNREAD = "vm-unread"
    """The VM could not be read: what is shown of it is of an earlier time."""
    CHECKPOINTS_UNREAD = "checkpoints-unread"
    """The checkpoints of the VM could not be read: those that are shown are of an earlier time."""
    BUSY = "busy"
    """This hvtui is running a command on the VM."""
    ORPHAN_RUNNING = "earlier-write-running"
    OUTCOME_UNKNOWN = "outcome-unknown"
    """The outcome of a command is not known yet that this or an earlier hvtui sent to the node that the VM was on before."""
    HOST_BUSY = "host-busy"
    JOBS_UNREAD = "jobs-unread"
    """What the host works on was not read: a backup may be at work on the VM."""
    CRITICAL = "critical"
    """The VM's storage is full or cannot be reached, and the command needs space."""
    CHECKPOINTS_DISABLED = "checkpoints-disabled"
    TOO_MANY_CHECKPOINTS = "too-many-checkpoints"
    WRONG_STATE = "wrong-state"
    STUCK = "stuck"
    """The VM is starting or stopping: it leaves that state by itself, or is stuck in it."""
    NAME_EMPTY = "name-empty"
    NAME_TOO_LONG = "name-too-long"
    NAME_CONTROL_CHARACTERS = "name-control-characters"
    NAME_UNCHANGED = "name-unchanged"


class Reason(Struct, frozen=True, kw_only=True):
    code: ReasonCode
    command: type[Command] | None = None
    """The command that is not possible."""
    vm: Vm | None = None
    checkpoint: Checkpoint | None = None
    """The locked checkpoint."""
    running: Command | None = None
    """The command that is running on the VM, or whose outcome is not known."""
    orphan: OrphanedWrite | None = None
    orphan_target: str = ""
    """The name of the checkpoint that the orphaned write changes or creates."""
    unread: Unread | None = None
    """What could not be read."""
    activity: Activity = Activity.NONE
    """What the host does with the VM, NONE if it does not say."""
    limit: int = 0
    count: int = 0


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
        unread_reason(command, selection)
        or _vm_reason(command, selection.vm)
        or _checkpoint_reason(command, selection)
        or _busy_reason(command, selection.vm, selection)
        or _state_reason(command, selection.vm, selection)
    )


def unread_reason(command: type[Command], selection: Selection) -> Reason | None:
    """Return why the command cannot be given while the VM, or its checkpoints, cannot be read; None if it can."""
    unread = selection.inventory.unread_of(selection.vm_id) if selection.inventory else None
    if unread is None:
        return None
    if unread.part is UnreadPart.VM:
        return Reason(code=ReasonCode.VM_UNREAD, command=command, vm=selection.vm, unread=unread)
    if command.on_checkpoint or command.creates_checkpoint:
        return Reason(code=ReasonCode.CHECKPOINTS_UNREAD, command=command, vm=selection.vm, unread=unread)
    return None


def _vm_reason(command: type[Command], vm: Vm) -> Reason | None:
    if vm.obstacle is not None:
        return Reason(code=ReasonCode.OBSTACLE, command=command, vm=vm)
    if command.verb in vm.not_permitted:
        return Reason(code=ReasonCode.NOT_PERMITTED, command=command, vm=vm)
    return None


def _checkpoint_reason(command: type[Command], selection: Selection) -> Reason | None:
    if not command.on_checkpoint:
        return None
    checkpoint = selection.checkpoint
    if checkpoint is None:
        return Reason(code=ReasonCode.NO_CHECKPOINT, command=command, count=len(selection.checkpoints))
    if command.on_abandoned_backup:
        return _not_abandoned(command, checkpoint, selection)
    if is_locked(checkpoint):
        return Reason(code=ReasonCode.LOCKED, command=command, checkpoint=checkpoint)
    if command.on_subtree:
        for below in subtree(selection.checkpoints, checkpoint.id):
            if is_locked(below):
                return Reason(code=ReasonCode.LOCKED_BELOW, command=command, checkpoint=below)
    return None


def _not_abandoned(command: type[Command], checkpoint: Checkpoint, selection: Selection) -> Reason | None:
    """Return why this checkpoint of a backup must not be removed; None if the backup seems to have abandoned it."""
    inventory, vm = selection.inventory, selection.vm
    assert inventory is not None
    assert vm is not None
    code = why_not_abandoned(checkpoint, vm, inventory, inventory.taken)
    if code is None:
        return None
    return Reason(
        code=code, command=command, vm=vm, checkpoint=checkpoint, activity=activity_on(vm, inventory)
    )


def why_not_abandoned(
    checkpoint: Checkpoint, vm: Vm, inventory: Inventory, now: datetime
) -> ReasonCode | None:
    """Return why the checkpoint does not count as left behind by a backup; None if it does."""
    if checkpoint.kind is not CheckpointKind.RECOVERY:
        return ReasonCode.NOT_ABANDONED
    if not is_plausible(checkpoint.created):
        return ReasonCode.BACKUP_AGE_UNKNOWN
    if now - checkpoint.created < ABANDONED_AFTER:
        return ReasonCode.BACKUP_TOO_YOUNG
    if is_at_work(vm, inventory):
        return ReasonCode.HOST_BUSY
    return ReasonCode.JOBS_UNREAD if inventory.jobs is None else None


def is_at_work(vm: Vm, inventory: Inventory) -> bool:
    """Return whether the host is known to be working on the VM."""
    return vm.activity is not Activity.NONE or vm.in_service or bool(inventory.jobs_of(vm.id))


def activity_on(vm: Vm, inventory: Inventory) -> Activity:
    """Return what the host does with the VM, NONE if it does not say."""
    if vm.activity is not Activity.NONE:
        return vm.activity
    return next((job.activity for job in inventory.jobs_of(vm.id)), Activity.NONE)


def _busy_reason(command: type[Command], vm: Vm, selection: Selection) -> Reason | None:
    if running := selection.running.get(vm.id):
        return Reason(code=ReasonCode.BUSY, vm=vm, running=running)
    inventory = selection.inventory
    assert inventory is not None
    orphans = [orphan for orphan in inventory.orphans if orphan.vm_id == vm.id]
    if orphan := next((orphan for orphan in orphans if orphan.running), None):
        name = target(orphan, inventory)
        return Reason(code=ReasonCode.ORPHAN_RUNNING, vm=vm, orphan=orphan, orphan_target=name)
    if command.changes_power and vm.state in _STARTING_OR_STOPPING:
        return Reason(code=ReasonCode.STUCK, command=command, vm=vm)
    if vm.in_service:
        return Reason(code=ReasonCode.HOST_BUSY, vm=vm, activity=activity_on(vm, inventory))
    if inventory.unread_of(vm.id):
        return None  # the outcome may stay unknown for long: the VM can still be started and stopped
    if selection.open_elsewhere:
        return Reason(code=ReasonCode.OUTCOME_UNKNOWN, vm=vm, running=selection.open_elsewhere)
    if orphan := next((orphan for orphan in orphans if orphan.node), None):
        name = target(orphan, inventory)
        return Reason(code=ReasonCode.OUTCOME_UNKNOWN, vm=vm, orphan=orphan, orphan_target=name)
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
