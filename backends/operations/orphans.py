"""Work on a host that no command of this hvtui is doing: the writes of an earlier hvtui, and the jobs of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hvtui.backends.model import Vm, VmState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, Inventory, OrphanedWrite, VmId


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherWork:
    vm: Vm
    started: datetime
    doing: str
    """What the host calls a job: ``merging``; or the verb of an orphaned write: ``apply checkpoint``."""
    target: str = ""
    """The name of the checkpoint that an orphaned write is about."""
    percent: int | None = None
    orphan: OrphanedWrite | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphanEnded:
    """An orphaned write whose process is gone, so that a reading shows its outcome."""

    orphan: OrphanedWrite
    target: str
    vm: Vm
    """With the id for a name and an unknown state where the VM was not found."""
    found: bool
    current: Checkpoint | None
    seen: datetime
    """When the reading was made."""


def other_work(inventory: Inventory, ours: Collection[VmId]) -> Iterator[OtherWork]:
    """What is going on with the VMs that are not among `ours`."""
    others = {vm.id: vm for vm in inventory.vms if vm.id not in ours}
    for job in inventory.jobs:
        if job.vm_id in others and job.started:
            yield OtherWork(
                vm=others[job.vm_id], doing=job.activity.value, percent=job.percent, started=job.started
            )
    for orphan in inventory.orphans:
        if orphan.running and orphan.vm_id in others:
            yield OtherWork(
                vm=others[orphan.vm_id],
                doing=verb(orphan),
                target=target(orphan, inventory),
                started=orphan.started,
                orphan=orphan,
            )


def ended(orphan: OrphanedWrite, inventory: Inventory) -> OrphanEnded:
    vm = inventory.vm(orphan.vm_id)
    return OrphanEnded(
        orphan=orphan,
        target=target(orphan, inventory),
        vm=vm or Vm(id=orphan.vm_id, name=orphan.vm_id, state=VmState.UNKNOWN),
        found=vm is not None,
        current=inventory.checkpoint(vm.current) if vm else None,
        seen=inventory.taken,
    )


def verb(orphan: OrphanedWrite) -> str:
    """``apply checkpoint``."""
    return orphan.verb.replace("_", " ")


def target(orphan: OrphanedWrite, inventory: Inventory) -> str:
    """The name of the checkpoint that the write is about, or the target as recorded if it is not listed."""
    checkpoint = inventory.checkpoint(orphan.target)
    return checkpoint.name if checkpoint else orphan.target
