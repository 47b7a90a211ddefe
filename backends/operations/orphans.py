"""Operations on a host that this hvtui did not start: orphaned writes of an earlier hvtui, and jobs of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.model import Activity, Vm, unread_vm
from hvtui.backends.operations.commands import COMMANDS
from hvtui.backends.operations.outcome import has_settled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, Inventory, Job, OrphanedWrite, VmId

_NO_COMMANDS = frozenset({Activity.MERGING, Activity.EXPORTING, Activity.MIGRATING, Activity.BACKING_UP})


class OtherWork(Struct, frozen=True, kw_only=True):
    vm: Vm
    started: datetime
    doing: str
    """What a job or an orphaned write does: ``merging``."""
    target: str = ""
    """The name of the checkpoint that an orphaned write changes or creates."""
    percent: int | None = None
    orphan: OrphanedWrite | None = None


class OrphanEnded(Struct, frozen=True, kw_only=True):
    """An orphaned write whose process is gone, so that a reading shows its outcome."""

    orphan: OrphanedWrite
    target: str
    vm: Vm
    """If the VM was not found, its name is its id and its state is UNKNOWN."""
    found: bool
    current: Checkpoint | None
    seen: datetime
    """The time of the reading."""


def is_command(job: Job) -> bool:
    """Return whether the job may be that of a command of hvtui: a merge or a backup beside it is not."""
    return job.activity not in _NO_COMMANDS


def other_work(inventory: Inventory, ours: Collection[VmId]) -> Iterator[OtherWork]:
    """Yield the operations on all VMs that are not of this hvtui. `ours` are the VMs that run a command of it."""
    for job in inventory.jobs or ():
        vm = inventory.vm(job.vm_id)
        if vm and job.started and not (vm.id in ours and is_command(job)):
            yield OtherWork(vm=vm, doing=job.activity.value, percent=job.percent, started=job.started)
    others = {vm.id: vm for vm in inventory.vms if vm.id not in ours}
    for orphan in inventory.orphans:
        if orphan.running and orphan.vm_id in others:
            yield OtherWork(
                vm=others[orphan.vm_id],
                doing=doing(orphan),
                target=target(orphan, inventory),
                started=orphan.started,
                orphan=orphan,
            )


def ended(orphan: OrphanedWrite, inventory: Inventory) -> OrphanEnded:
    vm = inventory.vm(orphan.vm_id)
    return OrphanEnded(
        orphan=orphan,
        target=target(orphan, inventory),
        vm=vm or unread_vm(orphan.vm_id),
        found=vm is not None,
        current=inventory.checkpoint(vm.current) if vm else None,
        seen=inventory.taken,
    )


def has_ended(orphan: OrphanedWrite, inventory: Inventory) -> bool:
    """Return whether a reading shows the outcome: the process is gone, and the host has finished with the VM.

    The host itself goes on with a step after the process that asked for it has died. A VM that is not listed may be
    on another node of the cluster: that one shows the outcome.
    """
    if orphan.running or inventory.unread_of(orphan.vm_id):
        return False
    if orphan.may_be_elsewhere and inventory.vm(orphan.vm_id) is None:
        return False
    return has_settled(inventory.vm(orphan.vm_id), inventory)


def doing(orphan: OrphanedWrite) -> str:
    """Return what the write does, in the words of its command: ``applying``."""
    words = (command.doing for command in COMMANDS if command.verb == orphan.verb)
    return next(words, orphan.verb.replace("_", " "))


def did(orphan: OrphanedWrite) -> str:
    """Return what the write has done if it succeeded, in the words of its command: ``applied``."""
    words = (command.did for command in COMMANDS if command.verb == orphan.verb)
    return next(words, f"{orphan.verb.replace('_', ' ')} done")


def target(orphan: OrphanedWrite, inventory: Inventory) -> str:
    """Return the name of the checkpoint that the write changes; if the host does not list it, the recorded target."""
    checkpoint = inventory.checkpoint(orphan.target)
    return checkpoint.name if checkpoint else orphan.target
