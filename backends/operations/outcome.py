"""What a reading after a command shows of its outcome, as data. It matters most if the answer was lost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hvtui.backends.model import Activity, VmState

if TYPE_CHECKING:
    from hvtui.backends.errors import BackendError
    from hvtui.backends.model import Checkpoint, CheckpointId, Inventory, Vm
    from hvtui.backends.operations.actions import Selection
    from hvtui.backends.operations.commands import Command


class FindingCode(StrEnum):
    CREATED = "created"
    CREATED_UNDER_ANOTHER_NAME = "created-under-another-name"
    NOT_CREATED = "not-created"
    NAME = "name"
    """The present name of the checkpoint."""
    CHECKPOINT_GONE = "checkpoint-gone"
    CHECKPOINT_THERE = "checkpoint-there"
    DELETED = "deleted"
    SOME_THERE = "some-there"
    ALL_DELETED = "all-deleted"
    APPLIED = "applied"
    APPLIED_NOT_STARTED = "applied-not-started"
    NOT_APPLIED = "not-applied"
    SAVED_NOT_APPLIED = "saved-not-applied"
    CANNOT_TELL = "cannot-tell"
    """The VM ran on the checkpoint before the apply as well."""
    STILL_WORKING = "still-working"
    """The host is still working on the VM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    code: FindingCode
    name: str = ""
    """The name of the checkpoint that was found."""
    checkpoint_id: CheckpointId | None = None
    count: int = 0
    total: int = 0
    """`count` of `total` checkpoints are still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a reading of the VM after a command shows."""

    findings: tuple[Finding, ...] = ()
    vm: Vm | None = None
    """None if it was not found, or if it could not be read: then `error` says why."""
    current: Checkpoint | None = None
    """The checkpoint that the VM runs on now."""
    error: BackendError | None = None
    final: bool = True
    """No write is running on the VM any more: another reading would show the same."""


def findings(command: Command, before: Selection, found: Inventory) -> Findings:
    """Return what `found`, read after the command, shows of it. `before` is what the person saw when giving the command."""
    vm = found.vm(command.vm.id)
    final = not any(orphan.running and orphan.vm_id == command.vm.id for orphan in found.orphans)
    if vm is None:
        return Findings(final=final)
    if vm.activity not in (Activity.NONE, Activity.MERGING):
        seen = [Finding(code=FindingCode.STILL_WORKING)]
    else:
        seen = [*command.findings(before, vm, found)]
    return Findings(findings=tuple(seen), vm=vm, current=found.checkpoint(vm.current), final=final)


def created(name: str, before: Selection, found: Inventory) -> Finding:
    """Return whether a checkpoint was created, with this name or another one."""
    known = {checkpoint.id for checkpoint in before.checkpoints}
    new = [c for c in found.checkpoints if c.id not in known and c.vm_id == before.vm_id]
    for checkpoint in reversed(new):
        if checkpoint.name == name:
            return Finding(code=FindingCode.CREATED, name=name, checkpoint_id=checkpoint.id)
    if new:
        code = FindingCode.CREATED_UNDER_ANOTHER_NAME
        return Finding(code=code, name=new[-1].name, checkpoint_id=new[-1].id)
    return Finding(code=FindingCode.NOT_CREATED)


def applied(checkpoint: Checkpoint, before: Selection, vm: Vm) -> Finding:
    """Return how far an apply got. Its steps on the host: save the VM, apply the checkpoint, start the VM again."""
    was = before.vm
    stopped = was is not None and was.state is VmState.RUNNING and vm.state is VmState.SAVED
    if vm.current != checkpoint.id:
        return Finding(code=FindingCode.SAVED_NOT_APPLIED if stopped else FindingCode.NOT_APPLIED)
    if was is not None and was.current == checkpoint.id:
        return Finding(code=FindingCode.CANNOT_TELL)
    return Finding(code=FindingCode.APPLIED_NOT_STARTED if stopped else FindingCode.APPLIED)
