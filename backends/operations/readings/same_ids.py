"""Finds VMs that two nodes of a cluster have under one id, and gives each of them an id of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.model import Obstacle
from hvtui.backends.operations.readings.joined import same_machines
from hvtui.backends.operations.readings.suffixes import with_suffixes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from hvtui.backends.model import Inventory, VmId
    from hvtui.backends.operations.readings.joined import Part


class SameIds:
    """Finds ids that two VMs share. A VM that moves is listed twice only until its former node is read again."""

    def __init__(self) -> None:
        self.shared: Mapping[VmId, str] = {}
        """The ids of which there are two VMs, each with the host that had it first."""
        self.perhaps_shared: frozenset[VmId] = frozenset()
        """The ids that two nodes list, both of which answer, and of which it is not known yet whether there are two VMs."""
        self._noticed: dict[VmId, tuple[str, datetime]] = {}
        """The host that had an id first, and the later one of the readings that listed it twice."""

    def update(self, parts: Sequence[Part], before: Sequence[Part]) -> frozenset[str]:
        """Compare new readings with each other and with those before them.

        Return the hosts to read again because an id may be of two VMs.
        """
        twice = _listed_twice(parts)
        noticed = {
            vm_id: (_first_host(vm_id, before) or readings[0][1], readings[-1][0])
            for vm_id, readings in twice.items()
        }
        new = noticed.keys() - self._noticed.keys()
        self._noticed = {vm_id: self._noticed.get(vm_id, found) for vm_id, found in noticed.items()}
        self.shared = {
            vm_id: host
            for vm_id, (host, since) in self._noticed.items()
            if vm_id in self.shared or all(taken > since for taken, _ in twice[vm_id])
        }
        silent = {part.host for part in parts if part.trouble}
        self.perhaps_shared = frozenset(
            vm_id
            for vm_id in self._noticed.keys() - self.shared.keys()
            if not any(host in silent for _, host in twice[vm_id])
        )
        return frozenset(host for vm_id in new for _, host in twice[vm_id])


def _first_host(vm_id: VmId, parts: Sequence[Part]) -> str:
    """Return the first host that lists the id; "" if none does."""
    return next((part.host for part in parts if part.inventory and part.inventory.vm(vm_id)), "")


def _listed_twice(parts: Sequence[Part]) -> dict[VmId, list[tuple[datetime, str]]]:
    """Return the ids that several nodes of a cluster list, each with the readings that do and their hosts, oldest first.

    A VM that a node could not read, or that is only kept because its list was incomplete, is not listed by it.

    One node may be in the list under two names; which ones are one machine is told by their full names.
    """
    seen: set[VmId] = set()
    twice: set[VmId] = set()
    same = same_machines(parts)
    nodes = [
        (part.host, part.inventory)
        for part in parts
        if part.cluster and part.inventory and part.inventory.host.full_name and part.host not in same
    ]
    for _, found in nodes:
        twice |= seen & found.ids_read
        seen |= found.ids_read
    return {
        vm_id: sorted((found.taken, host) for host, found in nodes if vm_id in found.ids_read)
        for vm_id in twice
    }


def with_own_ids(parts: Sequence[Part], shared: Mapping[VmId, str]) -> list[Part]:
    """Return readings in which VMs of a shared id cannot be changed, and each has an id of its own."""
    return [
        replace(part, inventory=_own_ids(part.inventory, part.host, shared)) if part.inventory else part
        for part in parts
    ]


def _own_ids(found: Inventory, host: str, shared: Mapping[VmId, str]) -> Inventory:
    own = {vm.id for vm in found.vms if vm.id in shared}
    if not own:
        return found
    vms = tuple(replace(vm, obstacle=Obstacle.SAME_ID) if vm.id in own else vm for vm in found.vms)
    second = {vm_id for vm_id in own if shared[vm_id] != host}
    return with_suffixes(replace(found, vms=vms), lambda vm_id: f"@{host}" if vm_id in second else "")
