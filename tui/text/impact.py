"""The sentences for what a command would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.disk_chains.chains import written_since
from hvtui.backends.operations.impact import (
    AppliedState,
    CheckpointType,
    WarningCode,
    apply_warnings,
    current_id_after_delete,
    may_be_below,
    next_checkpoint_type,
    state_after_apply,
)
from hvtui.tui.text.absence import NO_CHECKPOINT, checkpoint_name
from hvtui.tui.text.kinds import KIND_NOT_TOLD
from hvtui.tui.text.safe import EMPTY, SafeText, compose
from hvtui.tui.text.words import moment_text, size, state

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, Vm, VmDisks
    from hvtui.backends.operations.command import Selection

_TYPES = {
    CheckpointType.WITH_MEMORY: "standard, with memory",
    CheckpointType.OFF: "without memory, as the VM is off",
    CheckpointType.PRODUCTION: "production",
    CheckpointType.PRODUCTION_OR_STANDARD: "production (standard if that fails)",
    CheckpointType.UNKNOWN: "as the VM is configured",
}
_APPLIED = {
    AppliedState.IMPOSSIBLE: "Applying it is not possible.",
    AppliedState.OFF: "Applying it leaves the VM off.",
    AppliedState.RUNNING: "Applying it restores its memory if the host can still resume it.",
    AppliedState.NOT_TOLD: "The VM may be running, saved or off afterwards: the host does not say whether this checkpoint has"
    " memory.",
    AppliedState.SAVED: "Applying it leaves the VM saved; starting it restores its memory if the host can still resume it.",
}
AUTOMATIC = SafeText("The host creates a checkpoint each time the VM starts (automatic checkpoints).")
REPLICATED = SafeText(
    "The VM is replicated: applying a checkpoint forces a resynchronization, which deletes its recovery points."
)
CLUSTERED = SafeText("The VM is a clustered role: the cluster may restart or move it when it is turned off.")

_WARNINGS = {
    WarningCode.REPLICATED: REPLICATED,
    WarningCode.CLUSTERED_GOES_OFF: CLUSTERED,
    WarningCode.KIND_NOT_TOLD: KIND_NOT_TOLD,
    WarningCode.AUTOMATIC: SafeText("It is an automatic checkpoint: the host deletes it by itself."),
}
"""That its memory may not be resumed is said with the state that the VM will have."""


def apply_warning_texts(checkpoint: Checkpoint, vm: Vm) -> list[SafeText]:
    """Return what a person should know before applying the checkpoint, besides what is lost."""
    return [_WARNINGS[code] for code in apply_warnings(vm, checkpoint) if code in _WARNINGS]


def checkpoint_type(vm: Vm) -> SafeText:
    """Return the type that a new checkpoint of the VM would have now, as words without a verb."""
    return SafeText(_TYPES[next_checkpoint_type(vm)])


def applied_state(checkpoint: Checkpoint, vm: Vm) -> SafeText:
    """Return what applying the checkpoint does to the VM, as a sentence."""
    after = state_after_apply(checkpoint, vm)
    if after is AppliedState.UNKNOWN:
        return compose("The result cannot be predicted while the VM is {state}.", state=state(vm))
    return SafeText(_APPLIED[after])


def lost_by_apply(selection: Selection, disks: VmDisks | None, now: datetime) -> SafeText:
    """Return what is lost when a checkpoint is applied, as a sentence."""
    current, vm = selection.current, selection.vm
    if current is None and vm is not None and vm.current is not None:
        return SafeText(f"All changes since {_where(selection)} will be lost.")
    if current is None:
        return SafeText("The current state of the VM will be lost.")
    written = written_since(disks, None) if disks and vm and disks.vm_id == vm.id else None
    return compose(
        "All changes since “{name}” ({moment}{written}) will be lost.",
        name=current.name,
        moment=moment_text(current.created, now),
        written=f", {size(written)} written" if written is not None else EMPTY,
    )


def current_text(selection: Selection, deleted: Sequence[Checkpoint]) -> SafeText:
    """Return which checkpoint the VM runs on now and which after the deletion of `deleted`, as a sentence."""
    current = selection.current
    if may_be_below(selection, deleted):
        return SafeText(f"The VM currently runs on {_where(selection)}; it may be below {_these(deleted)}.")
    if current is None or current not in deleted:
        return SafeText(f"The VM currently runs on {_where(selection)}.")
    vm, inventory = selection.vm, selection.inventory
    assert vm is not None
    assert inventory is not None
    after = checkpoint_name(current_id_after_delete(selection, deleted), inventory, vm)
    return SafeText(f"The VM currently runs on {_where(selection)}; afterwards on {after}.")


def _these(deleted: Sequence[Checkpoint]) -> str:
    return "these" if len(deleted) > 1 else "this one"


def _where(selection: Selection) -> SafeText:
    """Return which checkpoint the VM runs on."""
    vm, inventory = selection.vm, selection.inventory
    return checkpoint_name(vm.current, inventory, vm) if vm and inventory else NO_CHECKPOINT
