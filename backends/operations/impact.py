"""Predicts the effects of a command on a VM: the checkpoint type and the resulting state."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from hvtui.backends.model import CheckpointKind, CheckpointSetting, VmState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import Checkpoint, CheckpointId, Vm
    from hvtui.backends.operations.command import Selection


class CheckpointType(StrEnum):
    """The kind of checkpoint that the host would create of a VM now (facts §3)."""

    WITH_MEMORY = "with-memory"
    OFF = "off"
    PRODUCTION = "production"
    PRODUCTION_OR_STANDARD = "production-or-standard"
    UNKNOWN = "unknown"


class AppliedState(StrEnum):
    """The state of a VM after a checkpoint is applied to it (facts §4)."""

    OFF = "off"
    RUNNING = "running"
    SAVED = "saved"
    UNKNOWN = "unknown"
    """The present state of the VM does not allow to tell."""
    NOT_TOLD = "not-told"
    """The host does not say whether the checkpoint has memory, nor what it does with a running VM."""
    IMPOSSIBLE = "impossible"


class WarningCode(StrEnum):
    """What an apply does beyond the VM's disks, memory and settings."""

    REPLICATED = "replicated"
    """It forces a resynchronization of the replica, which deletes the recovery points."""
    CLUSTERED_GOES_OFF = "clustered-goes-off"
    """The VM goes off, and the failover cluster that manages it may act on that."""
    KIND_NOT_TOLD = "kind-not-told"
    """Backup or replication may need the checkpoint."""
    AUTOMATIC = "automatic-checkpoint"
    """The host deletes the checkpoint by itself when the VM stops."""


def next_checkpoint_type(vm: Vm) -> CheckpointType:
    setting = vm.checkpoint_setting
    if vm.state is VmState.OFF:
        return CheckpointType.OFF
    if vm.state in (VmState.RUNNING, VmState.PAUSED) and setting is CheckpointSetting.STANDARD:
        return CheckpointType.WITH_MEMORY
    if vm.state is VmState.RUNNING and setting is CheckpointSetting.PRODUCTION_ONLY:
        return CheckpointType.PRODUCTION
    if vm.state is VmState.RUNNING and setting is CheckpointSetting.PRODUCTION:
        return CheckpointType.PRODUCTION_OR_STANDARD
    return CheckpointType.UNKNOWN


def state_after_apply(checkpoint: Checkpoint, vm: Vm) -> AppliedState:
    if checkpoint.kind is CheckpointKind.MISSING:
        return AppliedState.IMPOSSIBLE
    if checkpoint.with_memory is None:
        return AppliedState.NOT_TOLD
    if not checkpoint.with_memory:
        return AppliedState.OFF
    if vm.state is VmState.RUNNING:
        return AppliedState.RUNNING
    if vm.state in (VmState.OFF, VmState.SAVED, VmState.PAUSED):
        return AppliedState.SAVED
    return AppliedState.UNKNOWN


def may_stop_vm(checkpoint: Checkpoint, vm: Vm) -> bool:
    """Return whether the VM is running now and would, or may, be off after the checkpoint is applied."""
    stopped = (AppliedState.OFF, AppliedState.NOT_TOLD)
    return vm.state is VmState.RUNNING and state_after_apply(checkpoint, vm) in stopped


def apply_warnings(vm: Vm, checkpoint: Checkpoint) -> tuple[WarningCode, ...]:
    """Return what a person should know before applying the checkpoint to the VM, besides what is lost."""
    found = []
    if vm.replicated:
        found.append(WarningCode.REPLICATED)
    if vm.clustered and may_stop_vm(checkpoint, vm):
        found.append(WarningCode.CLUSTERED_GOES_OFF)
    if checkpoint.kind is CheckpointKind.NOT_TOLD:
        found.append(WarningCode.KIND_NOT_TOLD)
    if checkpoint.automatic:
        found.append(WarningCode.AUTOMATIC)
    return tuple(found)


def has_unlisted(selection: Selection) -> bool:
    """Return whether the selected VM or one of its checkpoints is below a checkpoint that the host does not list."""
    listed = {checkpoint.id for checkpoint in selection.checkpoints}
    parents = {checkpoint.parent for checkpoint in selection.checkpoints}
    return not {selection.vm.current if selection.vm else None, *parents} <= {None, *listed}


def may_be_below(selection: Selection, deleted: Sequence[Checkpoint]) -> bool:
    """Return whether the VM may run below these checkpoints, because a checkpoint in between is not listed."""
    listed = {checkpoint.id: checkpoint for checkpoint in selection.checkpoints}
    gone = {checkpoint.id for checkpoint in deleted}
    current = selection.vm.current if selection.vm else None
    while current in listed and current not in gone:
        current = listed.pop(current).parent
    return current is not None and current not in gone


def current_id_after_delete(selection: Selection, deleted: Sequence[Checkpoint]) -> CheckpointId | None:
    """Return the id of the checkpoint that the VM runs on after these are deleted; None if it runs on none.

    The host may not list that checkpoint.
    """
    gone = {checkpoint.id: checkpoint for checkpoint in deleted}
    current = selection.vm.current if selection.vm else None
    while current in gone:
        current = gone.pop(current).parent
    return current
