"""Derives the outcome of a command from a later reading, as data. This matters most if the answer was lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hvtui.backends.model import Activity, VmState
from hvtui.backends.operations.command import Finding, FindingCode

if TYPE_CHECKING:
    from hvtui.backends.errors import BackendError
    from hvtui.backends.model import Checkpoint, Inventory, Vm
    from hvtui.backends.operations.command import Command, Selection


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
    """Return the findings of the reading `found`, after the command. `before` is what the person saw when giving it."""
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
