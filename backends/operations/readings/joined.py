"""Joins the inventories of several hosts to one, in which each VM names its host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hvtui.backends.model import Host, Inventory, bare_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from hvtui.backends.model import VmId


class Part(Struct, frozen=True, kw_only=True):
    """What is known of one of the hosts."""

    host: str
    """The name by which it is told from the others, and which its VMs have."""
    node_of: str = ""
    """The cluster that it is read as a node of; "" if none."""
    cluster: str = ""
    """The cluster on whose nodes VMs keep their ids; "" if they are of this host alone."""
    label: str = ""
    """The label with which it is saved; "" if none."""
    read_only: bool = False
    """Every change of it is refused."""
    inventory: Inventory | None = None
    """The last reading of it; None if there is none yet."""
    trouble: str = ""
    """Why it cannot be read now, as a sentence; "" if it can."""
    advice: str = ""
    """What can be done about that, as sentences."""
    needs_sign_in: bool = False
    """It is not tried again before a person signs in, or trusts its certificate."""


def join_inventories(name: str, parts: Sequence[Part], now: datetime) -> Inventory:
    """Return the inventory of all hosts, which together are called `name`.

    Where two nodes of a cluster list the same VM, because it moves from one to the other, the newer reading counts.
    A machine under two names is read-only if one of them is.
    """
    same = same_machines(parts)
    locked = {same[part.host] for part in parts if part.read_only and part.host in same}
    parts = [replace(part, read_only=part.read_only or part.host in locked) for part in parts]
    read = [(part, part.inventory) for part in parts if part.inventory is not None and part.host not in same]
    owners = owners_of(parts)
    inventories = [inventory for _, inventory in read]
    jobs = tuple(job for inventory in inventories for job in inventory.jobs or ())
    unknown_jobs = any(inventory.jobs is None for inventory in inventories)
    return Inventory(
        host=Host(name=name),
        hosts=tuple(host for part in parts for host in _hosts(part, same.get(part.host, ""))),
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
    """Return for each VM the part that it is read from: the newest that read it, else the newest that has it at all."""
    same = same_machines(parts)
    shown = [(part, part.inventory) for part in parts if part.inventory and part.host not in same]
    by_age = sorted(shown, key=lambda each: each[1].taken)
    kept = {vm.id: part for part, found in by_age if found.unread for vm in found.vms}
    read = {vm.id: part for part, found in by_age for vm in found.vms if vm.id in found.ids_read}
    return kept | read


def same_machines(parts: Sequence[Part]) -> dict[str, str]:
    """Return the hosts that are the same machine as one before them, each with the name of that one.

    Two machines of different domains, or of none, may have the same name, and others may have some VMs with the same
    ids: only the name and half of the VMs together say that it is one machine, which may have been read at two moments.
    One that cannot be read now stands for no other that can.
    """
    first: dict[str, list[Part]] = {}
    same: dict[str, str] = {}
    for part in parts:
        if part.inventory is None or not (full_name := part.inventory.host.full_name.casefold()):
            continue
        before = first.setdefault(full_name, [])
        own = _vm_ids(part) if before else frozenset()
        for other in before:
            theirs = _vm_ids(other)
            if 2 * len(own & theirs) >= max(1, len(own), len(theirs)) and (part.trouble or not other.trouble):
                same[part.host] = other.host
                break
        else:
            before.append(part)
    return same


def _vm_ids(part: Part) -> frozenset[str]:
    return frozenset(bare_id(vm.id) for vm in part.inventory.vms) if part.inventory else frozenset()


def _hosts(part: Part, same_as: str) -> Iterator[Host]:
    """Yield the host, or those that it manages: then itself only if something is to be said of it."""
    found = part.inventory
    if same_as or found is None or not found.hosts or part.trouble or found.incomplete or found.host.unread:
        yield _host(part, same_as)
    for host in found.hosts if found is not None and not same_as else ():
        yield replace(
            host,
            label=part.label,
            read_only=part.read_only,
            trouble=part.trouble or host.trouble,
            advice=part.advice,
            jobs_unread=found is None or found.jobs is None,
            taken=host.taken or (found.taken if found else None),
        )


def _host(part: Part, same_as: str) -> Host:
    found = part.inventory
    if same_as:
        return Host(
            name=part.host,
            cluster=part.node_of,
            label=part.label,
            read_only=part.read_only,
            same_as=same_as,
            taken=found.taken if found else None,
        )
    if found is None:
        return Host(
            name=part.host,
            cluster=part.node_of,
            label=part.label,
            read_only=part.read_only,
            trouble=part.trouble,
            advice=part.advice,
            needs_sign_in=part.needs_sign_in,
            jobs_unread=True,
        )
    return replace(
        found.host,
        cluster=found.host.cluster or part.cluster,
        label=part.label,
        read_only=part.read_only,
        trouble=part.trouble,
        advice=part.advice,
        needs_sign_in=part.needs_sign_in,
        incomplete=found.incomplete,
        jobs_unread=found.jobs is None,
        taken=found.taken,
    )
