"""What a person is asked before a saved state or a backup's checkpoint is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.tui.text.safe import SafeText, compose, safe
from hvtui.tui.text.words import moment_text, vm_on_host

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, Vm

DISCARD_CONSEQUENCE = SafeText(
    "The memory of the VM is lost, with everything that its programs have not written to disk. The VM is off"
    " afterwards, and starts as after a power cut. Its disks and checkpoints do not change."
)
CHECK_BACKUP_FIRST = SafeText(
    "Check first: no backup job of this VM is running or waiting, and the console of the backup product"
    " does not offer to remove the checkpoint itself. A backup that still needs it fails without it."
)


def discard_question(vm: Vm) -> SafeText:
    return compose("Discard the saved state of {vm}?", vm=vm_on_host(vm))


def remove_backup_question(checkpoint: Checkpoint, vm: Vm, now: datetime) -> SafeText:
    return compose(
        "Delete “{checkpoint}” of {vm}? Backup software created it: {moment}.",
        checkpoint=checkpoint.name,
        vm=vm_on_host(vm),
        moment=moment_text(checkpoint.created, now),
    )


def word_to_type(vm: Vm) -> SafeText:
    """Return what a person types to confirm: the name of the VM as it is shown, or its id if it has no name."""
    return SafeText(safe(vm.name).strip() or vm.id)
