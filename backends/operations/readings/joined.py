"""Joins the inventories of several hosts to one, in which each VM names its host."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hvtui.backends.model import Host, Inventory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hvtui.backends.model import VmId


class Part(Struct, frozen=True, kw_only=True):
    """What is known of one of the hosts."""

    host: str
    """The name by which it is told from the others, and which its VMs have."""
    cluster: str = ""
    """The cluster that it is read as a node of; "" if none."""
    label: str = ""
    """The label with which it is saved; "" if none."""
    read_only: bool = False
    """Every change of it is refused."""
    inventory: Inventory | None = None
    """The last reading of it; None if there is none yet."""
    trouble: str = ""
    """Why it cannot be read now, as a sentence; "" if it can."""


def joined(name: str, parts: Sequence[Part], now: datetime) -> Inventory:
    """Return the inventory of all hosts, which together are called `name`.

    Where two nodes of a cluster list the same VM, because it moves from one to the other, the newer reading counts.
    """
    read = [(part, part.inventory) for part in parts if part.inventory is not None]
    owners = owners_of(parts)
    inventories = [inventory for _, inventory in read]
    jobs = tuple(job for inventory in inventories for job in inventory.jobs or ())
    unknown_jobs = any(inventory.jobs is None for inventory in inventories)
    return Inventory(
        host=Host(name=name),
        hosts=tuple(host for part in parts for host in _hosts(part)),
        vms=tuple(vm for part, found in read for vm in found.vms if owners[vm.id] is part),
        checkpoints=tuple(
            c for part, found in read for c in found.checkpoints if owners.get(c.vm_id) is part
        ),
        unread=tuple(u for part, found in read for u in found.unread if owners.get(u.vm_id, part) is part),
        jobs=None if not jobs and (unknown_jobs or not read) else jobs,
        orphans=tuple(orphan for found in inventories for orphan in found.orphans),
        taken=max((inventory.taken for inventory in inventories), default=now),
    )


def owners_of(parts: Sequence[Part]) -> dict[VmId, Part]:
    """Return for each VM the part that it is read from."""
    never = datetime.min.replace(tzinfo=UTC)
    by_age = sorted(parts, key=lambda part: part.inventory.taken if part.inventory else never)
    return {vm.id: part for part in by_age if part.inventory for vm in part.inventory.vms}


def _hosts(part: Part) -> Iterator[Host]:
    """Yield the host, or those that it manages: then itself only if something is to be said of it."""
    found = part.inventory
    if found is None or not found.hosts or part.trouble or found.incomplete or found.host.unread:
        yield _host(part)
    for host in found.hosts if found is not None else ():
        yield replace(
            host,
            label=part.label,
            read_only=part.read_only,
            trouble=part.trouble or host.trouble,
            jobs_unread=found is None or found.jobs is None,
            taken=host.taken or (found.taken if found else None),
        )


def _host(part: Part) -> Host:
    found = part.inventory
    if found is None:
        return Host(
            name=part.host,
            cluster=part.cluster,
            label=part.label,
            read_only=part.read_only,
            trouble=part.trouble,
            jobs_unread=True,
        )
    return replace(
        found.host,
        cluster=found.host.cluster or part.cluster,
        label=part.label,
        read_only=part.read_only,
        trouble=part.trouble,
        incomplete=found.incomplete,
        jobs_unread=found.jobs is None,
        taken=found.taken,
    )
