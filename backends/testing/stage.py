"""The VM that the suite works on, seen afresh through the session each time it is looked at."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hvtui.backends.mock.hostile import HOSTILE_NAMES
from hvtui.backends.model import CheckpointId, Inventory, Vm, VmId, VmState

if TYPE_CHECKING:
    from hvtui.backends.contract import Session
    from hvtui.backends.model import Checkpoint

NO_VM = VmId("00000000-0000-4000-8000-000000000000")
NO_CHECKPOINT = CheckpointId("00000000-0000-4000-8000-000000000001")
TOO_LONG = "\U0001f40b" * 50 + "n"
"""101 UTF-16 units, though only 51 characters."""
NAMES = tuple(
    name for name in HOSTILE_NAMES if name.strip() and not any(unicodedata.category(c) == "Cc" for c in name)
)
"""Names that are allowed, and that hurt whoever takes them for more than data."""


@dataclass(frozen=True, slots=True)
class Stage:
    session: Session
    vm_id: VmId

    async def vm(self) -> Vm:
        (vm,) = (await self.session.inventory([self.vm_id])).vms
        return vm

    async def checkpoints(self) -> dict[CheckpointId, Checkpoint]:
        inventory = await self.session.inventory([self.vm_id])
        return {checkpoint.id: checkpoint for checkpoint in inventory.checkpoints}

    async def parent_with_child(self) -> tuple[Checkpoint, Checkpoint]:
        """The first checkpoint that has one below it, and that one."""
        found = await self.checkpoints()
        return next((found[c.parent], c) for c in found.values() if c.parent)


def pick(inventory: Inventory) -> VmId:
    """A running VM that has a checkpoint below a checkpoint."""
    deep = {checkpoint.vm_id for checkpoint in inventory.checkpoints if checkpoint.parent}
    found = [vm.id for vm in inventory.vms if vm.state is VmState.RUNNING and vm.id in deep]
    assert found, "the suite needs a host with a running VM that has a checkpoint below a checkpoint"
    return found[0]
