"""The VMs whose checkpoints VMM lists for another VM too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.scvmm.parse import shared_with

if TYPE_CHECKING:
    from hvtui.backends.model import CheckpointId, Inventory, Vm


class Doubles:
    """Remembers the owners of checkpoints: a reading of one VM does not show another one with the same."""

    def __init__(self) -> None:
        self._owners: dict[CheckpointId, Vm] = {}

    def learn(self, found: Inventory) -> None:
        """Take the owners from a reading of all VMs."""
        vms = {vm.id: vm for vm in found.vms}
        self._owners = {each.id: vms[each.vm_id] for each in found.checkpoints}

    def without(self, found: Inventory) -> Inventory:
        """Return the reading of some VMs, without the checkpoints of those that share them with another VM."""
        others = {
            each.vm_id: owner
            for each in found.checkpoints
            if (owner := self._owners.get(each.id)) and owner.id != each.vm_id
        }
        if not others:
            return found
        already = {each.vm_id for each in found.unread}
        return replace(
            found,
            checkpoints=tuple(each for each in found.checkpoints if each.vm_id not in others),
            unread=(
                *found.unread,
                *(shared_with(vm_id, other) for vm_id, other in others.items() if vm_id not in already),
            ),
        )
