"""Writes whose answer nobody saw, in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.model import Vm, VmState
from hvtui.backends.operations.runner import Operation
from hvtui.tui.text.words import where
from hvtui.tui.widgets.operation_strip import Ending, Shown

if TYPE_CHECKING:
    from hvtui.backends.model import Inventory, OrphanedWrite


def verb(left: OrphanedWrite) -> str:
    return left.verb.replace("_", " ")


def target(left: OrphanedWrite, inventory: Inventory) -> str:
    """The checkpoint's name where the target is the id of one that is still there; a new one's name as it was."""
    checkpoint = inventory.checkpoint(left.target)
    return checkpoint.name if checkpoint else left.target


def at_work(left: OrphanedWrite, inventory: Inventory) -> Shown:
    """As the strip shows it while whatever runs it lives."""
    return Shown(
        verb=f"an earlier {verb(left)}",
        target=target(left, inventory),
        vm=_vm(left, inventory).name,
        started=left.started,
    )


def over(left: OrphanedWrite, inventory: Inventory) -> Operation:
    """As an operation that ended, nobody saw how."""
    return Operation(
        vm=_vm(left, inventory),
        verb=f"an earlier {verb(left)}",
        target=target(left, inventory),
        started=left.started,
        ended=left.started,
        ending=Ending.UNKNOWN,
        detail=f"Its answer was lost. {where(left.vm_id, inventory)}",
    )


def _vm(left: OrphanedWrite, inventory: Inventory) -> Vm:
    return inventory.vm(left.vm_id) or Vm(id=left.vm_id, name=left.vm_id, state=VmState.UNKNOWN)
