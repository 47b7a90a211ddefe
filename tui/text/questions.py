"""What a person is asked before a command: a dialog and the command line ask the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.tui.text.impact import checkpoint_type
from hvtui.tui.text.reasons import reason_text
from hvtui.tui.text.safe import SafeText, compose
from hvtui.tui.text.words import vm_on_host

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import Checkpoint, Vm
    from hvtui.backends.operations.actions import Reason
    from hvtui.backends.operations.command import Selection

APPLY_CANNOT_BE_UNDONE = SafeText("“Apply” without a checkpoint cannot be undone.")
SAVE_CONSEQUENCE = SafeText(
    "The VM stops and its memory is saved to disk. When it is started again, it resumes from there."
)
_VM_UNCHANGED = SafeText("The virtual machine itself does not change.")
_OTHERS_UNCHANGED = SafeText("The virtual machine itself and its other checkpoints do not change.")


def apply_question(checkpoint: Checkpoint, vm: Vm) -> SafeText:
    return compose("Apply “{checkpoint}” to {vm}?", checkpoint=checkpoint.name, vm=vm_on_host(vm))


def no_safety_text(reason: Reason) -> SafeText:
    """Return why no safety checkpoint can be created."""
    return compose("A safety checkpoint cannot be created. {why}", why=reason_text(reason))


def safety_type_text(vm: Vm) -> SafeText:
    return compose("Safety checkpoint type: {type}", type=checkpoint_type(vm))


def delete_question(deleted: Sequence[Checkpoint], vm: Vm) -> SafeText:
    which = f"these {len(deleted)} checkpoints" if len(deleted) > 1 else "this checkpoint"
    return compose("Delete {which} of {vm}?", which=which, vm=vm_on_host(vm))


def may_be_deleted_too_text(below: Sequence[Checkpoint]) -> list[SafeText]:
    """Return the warning that these may be deleted too, and their names, one in each line."""
    if not below:
        return []
    count = len(below)
    which = "The checkpoint below it" if count == 1 else f"The {count} checkpoints below it"
    return [SafeText(f"{which} may be deleted too: this kind of host does not say."), names_text(below)]


def unchanged_text(
    selection: Selection, deleted: Sequence[Checkpoint], below: Sequence[Checkpoint]
) -> SafeText:
    """Return what does not change when `deleted` are deleted, and perhaps those `below` too."""
    inventory, vm_id = selection.inventory, selection.vm_id
    all_of_them = (
        inventory is not None
        and inventory.lists_checkpoints_of(vm_id)
        and len(deleted) == len(inventory.checkpoints_of(vm_id))
    )
    return _VM_UNCHANGED if below or all_of_them else _OTHERS_UNCHANGED


def names_text(checkpoints: Sequence[Checkpoint]) -> SafeText:
    """Return their names, one in each line."""
    return SafeText("\n".join(compose("“{name}”", name=checkpoint.name) for checkpoint in checkpoints))
