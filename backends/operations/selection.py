"""What a person has selected: a VM and perhaps one of its checkpoints, in the inventory that they see."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hvtui.backends.contract import Capabilities
    from hvtui.backends.model import Checkpoint, CheckpointId, Inventory, Vm, VmId
    from hvtui.backends.operations.commands import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    inventory: Inventory | None = None
    vm_id: VmId | None = None
    checkpoint_id: CheckpointId | None = None
    """None: the present state of the VM, which the tree calls Now."""
    running: Mapping[VmId, Command] = field(default_factory=lambda: MappingProxyType({}))
    """The commands of this hvtui that are running."""
    capabilities: Capabilities | None = None
    """None while there is no connection to the host."""

    @property
    def vm(self) -> Vm | None:
        return self.inventory.vm(self.vm_id) if self.inventory else None

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """All checkpoints of the selected VM."""
        return self.inventory.checkpoints_of(self.vm_id) if self.inventory else ()

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The selected checkpoint, if it belongs to the selected VM."""
        return self._of_vm(self.checkpoint_id)

    @property
    def current(self) -> Checkpoint | None:
        """The checkpoint that the VM currently runs on: the parent of Now."""
        return self._of_vm(self.vm.current) if self.vm else None

    def _of_vm(self, id: CheckpointId | None) -> Checkpoint | None:
        found = self.inventory.checkpoint(id) if self.inventory else None
        return found if found and found.vm_id == self.vm_id else None
