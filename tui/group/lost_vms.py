"""Keeps a VM in the list that a node of a cluster no longer has, until the other nodes were read too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.model import Unread, UnreadPart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hvtui.backends.model import Inventory, VmId
    from hvtui.backends.operations.readings.joined import Part


class LostVms:
    def __init__(self) -> None:
        self._lost: dict[str, tuple[frozenset[VmId], datetime]] = {}
        """The VMs that a node of a cluster no longer has, and when the last of them was no longer there, by the node's name."""

    def update(self, parts: Sequence[Part], before: Sequence[Part]) -> list[str]:
        """Compare new readings with those before them. Return the nodes that have just lost a VM."""
        new = []
        listed = {vm.id for part in parts if part.inventory for vm in part.inventory.vms}
        for part, earlier in zip(parts, before, strict=True):
            if not part.cluster:
                continue
            vms = earlier.inventory.vms if earlier.inventory else ()
            lost = frozenset(vm.id for vm in vms if vm.id not in listed)
            known = self._lost.pop(part.host, None)
            if not lost or part.inventory is None:
                continue
            if known is None or not lost <= known[0]:
                known = lost, part.inventory.taken
                new.append(part.host)
            self._lost[part.host] = known
        return new

    def kept_in(self, parts: Sequence[Part], before: Sequence[Part]) -> list[Part]:
        """Return the readings, with the one before for a node that lost a VM: it may be on a node that was not read since."""
        return [
            replace(part, inventory=_before(part, earlier)) if self._waits(part, parts) else part
            for part, earlier in zip(parts, before, strict=True)
        ]

    def _waits(self, part: Part, parts: Sequence[Part]) -> bool:
        lost = self._lost.get(part.host)
        return lost is not None and any(
            _read_before(other, lost[1])
            for other in parts
            if other is not part and other.cluster == part.cluster
        )


def _read_before(part: Part, moment: datetime) -> bool:
    """Return whether a later reading of the host may list what this one does not."""
    return not part.trouble and (part.inventory is None or part.inventory.taken < moment)


def _before(part: Part, earlier: Part) -> Inventory | None:
    """Return the earlier reading, with the VMs that the node no longer has marked as not read."""
    if earlier.inventory is None or part.inventory is None:
        return earlier.inventory
    words = f"It is not on {part.host} any more, and the other nodes are being read."
    lost = [vm.id for vm in earlier.inventory.vms if part.inventory.vm(vm.id) is None]
    known = [each for each in earlier.inventory.unread if each.vm_id not in lost]
    unread = [Unread(vm_id=id, part=UnreadPart.VM, words=words, since=earlier.inventory.taken) for id in lost]
    return replace(earlier.inventory, unread=(*known, *unread))
