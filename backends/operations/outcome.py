"""Derives the outcome of a command from a later reading, as data. This matters most if the answer was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hvtui.backends.errors import BackendError, Effect
from hvtui.backends.model import Activity, UnreadPart, VmState, path_key
from hvtui.backends.operations.command import Finding, FindingCode
from hvtui.backends.operations.impact import CheckpointType, next_checkpoint_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hvtui.backends.model import Checkpoint, CheckpointId, Inventory, Vm, VmDisks
    from hvtui.backends.operations.command import Command, Selection

TRANSIENT_STATES = frozenset(
    {
        VmState.STOPPING,
        VmState.STARTING,
        VmState.SAVING,
        VmState.PAUSING,
        VmState.RESUMING,
        VmState.FAST_SAVING,
        VmState.RESET,
        VmState.FORCE_SHUTDOWN,
        VmState.FORCE_REBOOT,
    }
)
"""States that a VM leaves by itself."""


class Findings(Struct, frozen=True, kw_only=True):
    """What a reading of the VM after a command shows."""

    findings: tuple[Finding, ...] = ()
    vm: Vm | None = None
    """None if it is not on the host any more, or if it could not be read: then `error` says why."""
    current: Checkpoint | None = None
    """The checkpoint that the VM runs on now."""
    moved_to: str = ""
    """The host that the VM is on now; "" if it is still on the one that the command was sent to."""
    lists_checkpoints: bool = True
    """The checkpoints of the VM were read: one that is not among them is not there."""
    error: BackendError | None = None
    effect: Effect | None = None
    """How far the command got; None if the reading does not show it."""
    final: bool = True
    """The host has finished with the VM and it was read: another reading would show the same."""


def findings(
    command: Command,
    before: Selection,
    found: Inventory,
    *,
    disks: VmDisks | None = None,
    answered: bool = False,
) -> Findings:
    """Return what the reading `found`, after the command, shows of its outcome.

    `before` is a reading from before the command was sent; `disks` are the VM's disks now, if they were read. With
    `answered`, the host said that the command is done, so that other work on the VM does not matter.
    """
    unread = found.unread_of(command.vm.id)
    if unread is not None and unread.part is UnreadPart.VM:
        error = BackendError(unread.words or "The host could not read it.")
        return Findings(error=error, final=False)
    vm = found.vm(command.vm.id)
    if vm is None:
        return Findings()
    rests = has_settled(vm, found)
    if rests or answered:
        seen = [*command.findings(before, replace(before, inventory=found, disks=disks))]
    else:
        seen = [Finding(code=FindingCode.STILL_WORKING, effect=None)]
    return Findings(
        findings=tuple(seen),
        vm=vm,
        current=found.checkpoint(vm.current),
        moved_to=vm.host if has_moved(before.vm, vm) else "",
        lists_checkpoints=found.lists_checkpoints_of(vm.id),
        effect=_combined(finding.effect for finding in seen),
        final=rests and all(finding.code is not FindingCode.CHECKPOINTS_UNREAD for finding in seen),
    )


def has_settled(vm: Vm | None, found: Inventory) -> bool:
    """Return whether the host has finished with the VM, apart from a merge: a later reading would show the same."""
    if vm is None:
        return True
    at_work = vm.in_service or vm.activity not in (Activity.NONE, Activity.MERGING)
    orphaned = any(orphan.running and orphan.vm_id == vm.id for orphan in found.orphans)
    return not (at_work or orphaned or vm.state in TRANSIENT_STATES)


def has_moved(was: Vm | None, vm: Vm | None) -> bool:
    """Return whether the VM is on another host now: that one, not the command, may have started or stopped it."""
    return was is not None and vm is not None and was.host != vm.host


def unread_checkpoints(after: Selection) -> Finding | None:
    """Return the finding that the VM's checkpoints could not be read; None if they were."""
    found = after.inventory
    if found is None or found.lists_checkpoints_of(after.vm_id):
        return None
    unread = found.unread_of(after.vm_id)
    return Finding(code=FindingCode.CHECKPOINTS_UNREAD, words=unread.words if unread else "", effect=None)


def created(name: str, before: Selection, after: Selection) -> Iterator[Finding]:
    """Yield whether a checkpoint was created, with this name or another one, and whether it is of the expected type."""
    known = {checkpoint.id for checkpoint in before.checkpoints}
    new = [checkpoint for checkpoint in after.checkpoints if checkpoint.id not in known]
    made = next((c for c in reversed(new) if c.name == name), new[-1] if new else None)
    if made is None:
        yield unread_checkpoints(after) or Finding(code=FindingCode.NOT_CREATED, effect=Effect.NONE)
        return
    if made.name == name:
        code, effect = FindingCode.CREATED, Effect.DONE
    else:
        code, effect = FindingCode.CREATED_UNDER_ANOTHER_NAME, Effect.PARTLY
    yield Finding(code=code, name=made.name, checkpoint_id=made.id, effect=effect)
    if before.vm is not None and fell_back(before.vm, made):
        yield Finding(code=FindingCode.FELL_BACK, name=made.name, checkpoint_id=made.id, effect=Effect.DONE)


def fell_back(before: Vm, created: Checkpoint) -> bool:
    """Return whether the host created a standard checkpoint instead of the production one that was asked for."""
    return (
        next_checkpoint_type(before) is CheckpointType.PRODUCTION_OR_STANDARD and created.with_memory is True
    )


def applied(
    checkpoint: Checkpoint, before: Selection, after: Selection, *, ran_on: CheckpointId | None
) -> Finding:
    """Return how far an apply got. Its steps on the host: save the VM, apply the checkpoint, start the VM again.

    `ran_on` is the checkpoint that the VM ran on when the apply was sent.
    """
    was, vm = before.vm, after.vm
    assert was is not None
    assert vm is not None
    stopped = was.state is VmState.RUNNING and vm.state is VmState.SAVED
    partly = None if has_moved(was, vm) else Effect.PARTLY  # the other host may have saved it
    is_applied: bool | None = vm.current == checkpoint.id
    if is_applied and ran_on == checkpoint.id:
        is_applied = _applied_again(checkpoint, before, after)
    if is_applied is None:
        return Finding(code=FindingCode.CANNOT_TELL, effect=None)
    if is_applied:
        code = FindingCode.APPLIED_NOT_STARTED if stopped else FindingCode.APPLIED
        return Finding(code=code, effect=partly if stopped else Effect.DONE)
    code = FindingCode.SAVED_NOT_APPLIED if stopped else FindingCode.NOT_APPLIED
    return Finding(code=code, effect=partly if stopped else Effect.NONE)


def state_reached(target: VmState, before: Selection, after: Selection) -> Finding:
    """Return whether a command brought the VM to this state."""
    was, vm = before.vm, after.vm
    effect = None
    if has_moved(was, vm):
        return Finding(code=FindingCode.STATE, effect=None)
    if vm is not None and vm.state is target:
        effect = Effect.DONE
    elif vm is not None and was is not None and vm.state is was.state:
        effect = Effect.NONE
    return Finding(code=FindingCode.STATE, effect=effect)


def _applied_again(checkpoint: Checkpoint, before: Selection, after: Selection) -> bool | None:
    """Return whether a checkpoint was applied to a VM that ran on it already; None if nothing shows it.

    An apply gives the VM new files to write to, and the state of the checkpoint.
    """
    old, new = _written_files(before.disks), _written_files(after.disks)
    if old is not None and new is not None:
        return old != new
    was, vm = before.vm, after.vm
    assert was is not None
    assert vm is not None
    if checkpoint.with_memory is None or has_moved(was, vm):
        return None
    if checkpoint.with_memory:
        shows = was.state is VmState.OFF and vm.state is VmState.SAVED
    else:
        shows = was.state is not VmState.OFF and vm.state is VmState.OFF
    return True if shows else None


def _written_files(disks: VmDisks | None) -> frozenset[str] | None:
    """Return the files that the VM writes to; None if they could not be read, or if there are none."""
    if disks is None or any(unread.checkpoint_id is None for unread in disks.unread_drives):
        return None
    paths = (path_key(disk.path) for disk in disks.disks if disk.checkpoint_id is None)
    return frozenset(paths) or None


def _combined(effects: Iterable[Effect | None]) -> Effect | None:
    """Return the effect of a command from those of its steps."""
    steps = set(effects)
    if not steps or None in steps:
        return None
    return steps.pop() if len(steps) == 1 else Effect.PARTLY
