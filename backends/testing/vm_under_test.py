"""The VM that the contract suite tests. Each access reads it again through the session."""

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
"""A name of 101 UTF-16 code units, though of only 51 characters."""
NAMES = tuple(
    name for name in HOSTILE_NAMES if name.strip() and not any(unicodedata.category(c) == "Cc" for c in name)
)
"""Valid names that break a program which interprets them, as markup or a script for example."""


@dataclass(frozen=True, slots=True)
class VmUnderTest:
    session: Session
    id: VmId

    async def read(self) -> Vm:
        (vm,) = (await self.session.inventory([self.id])).vms
        return vm

    async def checkpoints(self) -> dict[CheckpointId, Checkpoint]:
        inventory = await self.session.inventory([self.id])
        return {checkpoint.id: checkpoint for checkpoint in inventory.checkpoints}

    async def parent_with_child(self) -> tuple[Checkpoint, Checkpoint]:
        """Return a checkpoint that has a child, and that child."""
        found = await self.checkpoints()
        return next((found[c.parent], c) for c in found.values() if c.parent)


def find_vm(inventory: Inventory) -> VmId:
    """Return a running VM that has a checkpoint with a child."""
    nested = {checkpoint.vm_id for checkpoint in inventory.checkpoints if checkpoint.parent}
    found = [vm.id for vm in inventory.vms if vm.state is VmState.RUNNING and vm.id in nested]
    assert found, "the suite needs a host with a running VM that has a checkpoint with a child"
    return found[0]
