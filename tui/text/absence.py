"""The words for what is not there, not listed, not read yet, or could not be read: each has its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.model import UnreadPart
from hvtui.tui.text.safe import SafeText, compose
from hvtui.tui.text.words import ago

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model import CheckpointId, Inventory, Unread, Vm

NOT_READ_YET = SafeText("not read yet")
NOT_READ_OF_TWO = SafeText("not read: two VMs have this ID")
NO_CHECKPOINT = SafeText("no checkpoint")
NOT_LISTED = SafeText("a checkpoint that the host does not list")
NOT_READ = SafeText("a checkpoint that could not be read")
_NOT_KNOWN = SafeText("not known")
VM_NOT_FOUND = SafeText("The VM is not on this host any more.")
"""Only for a VM that is missing from a reading: the host proved there that it answers."""


def could_not_be_read(words: str) -> SafeText:
    """Return that it could not be read, with the host's own words if there are any."""
    return compose("could not be read: {words}", words=words) if words else SafeText("could not be read")


def checkpoint_name(id: CheckpointId | None, inventory: Inventory, vm: Vm) -> SafeText:
    """Return the name of a checkpoint of the VM in quotes. Without a name, return why there is none."""
    if id is None:
        return _NOT_KNOWN if _never_read(inventory.unread_of(vm.id)) else NO_CHECKPOINT
    found = inventory.checkpoint(id)
    if found is not None:
        return compose("“{name}”", name=found.name)
    return NOT_LISTED if inventory.lists_checkpoints_of(vm.id) else NOT_READ


def checkpoint_count(vm: Vm, inventory: Inventory, count: int) -> SafeText:
    """Return the number for a column: a dash for none, ``?`` if the checkpoints could not be read."""
    if inventory.unread and inventory.unread_of(vm.id) is not None:
        return SafeText("?")
    return SafeText(str(count) if count else "–")


def incomplete_text(words: str) -> SafeText:
    """Return that the host may have VMs that are not listed, with its own words."""
    return compose("The host may have VMs that are not listed: {words}", words=words)


def unread_text(unread: Unread, now: datetime) -> SafeText:
    """Return what could not be read of a VM and how old the shown data is, as sentences."""
    what = "The VM" if unread.part is UnreadPart.VM else "Its checkpoints"
    said = compose("{what} {not_read}", what=what, not_read=could_not_be_read(unread.words)).rstrip(".")
    if unread.since is None:
        return SafeText(f"{said}.")
    return SafeText(f"{said}. Shown as read {ago(unread.since, now)}.")


def _never_read(unread: Unread | None) -> bool:
    return unread is not None and unread.part is UnreadPart.VM and unread.since is None
