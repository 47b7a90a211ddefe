"""The sentences for what a command would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.disk_chains.chains import written_since
from hvtui.backends.operations.disk_chains.merges import merge_of_delete
from hvtui.backends.operations.impact import (
    AppliedState,
    CheckpointType,
    current_after_delete,
    next_checkpoint_type,
    state_after_apply,
)
from hvtui.tui.text.safe import EMPTY, SafeText, compose
from hvtui.tui.text.words import ago, amount, in_full, state

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
    AppliedState.RUNNING: "Applying it restores its memory: the VM keeps running.",
    AppliedState.SAVED: "Applying it leaves the VM saved; starting it restores its memory.",
}


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
        return SafeText("All changes since a checkpoint that the host does not list will be lost.")
    if current is None:
        return SafeText("The present state of the VM will be lost completely.")
    written = written_since(disks, None) if disks and vm and disks.vm_id == vm.id else None
    return compose(
        "All changes since “{name}”, {ago} ({moment}{written}), will be lost.",
        name=current.name,
        ago=ago(current.created, now),
        moment=in_full(current.created),
        written=f", {amount(written)} written" if written is not None else EMPTY,
    )


def current_text(selection: Selection, deleted: Sequence[Checkpoint]) -> SafeText:
    """Return which checkpoint the VM runs on now and which after the deletion of `deleted`, as a sentence."""
    current, vm = selection.current, selection.vm
    if current is None and vm is not None and vm.current is not None:
        return SafeText(
            "The VM currently runs on a checkpoint that the host does not list; it may be below this one."
        )
    if current is None:
        return SafeText("The VM currently runs on no checkpoint.")
    if current not in deleted:
        return compose("The VM currently runs on “{name}”.", name=current.name)
    kept = current_after_delete(selection, deleted)
    after = compose("on “{name}”", name=kept.name) if kept else SafeText("on no checkpoint")
    return compose("The VM currently runs on “{name}”; afterwards {after}.", name=current.name, after=after)


def merge_text(disks: VmDisks | None, selection: Selection, deleted: Sequence[Checkpoint]) -> SafeText:
    """Return how much may be merged when `deleted` are deleted, and how much space is free, as sentences."""
    estimate = merge_of_delete(disks, selection, deleted)
    if estimate.amount is None:
        return SafeText("How much will be merged is not known.")
    if not estimate.amount:
        return SafeText("Nothing is merged.")
    merge = SafeText(f"Up to {amount(estimate.amount)} will be merged into the parent disk.")
    volume = estimate.volume
    if volume is None:
        return merge
    free = compose("{volume} has {free} free.", volume=volume.name, free=amount(volume.free))
    return SafeText(f"{merge} {free}")
