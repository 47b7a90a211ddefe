"""The changes that the verbs of the service make when their jobs end.

Each function makes its whole change, or raises `Refused` and changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.limits import MAX_CHECKPOINTS, truncate
from hvtui.backends.mock import rules
from hvtui.backends.mock.state import chains
from hvtui.backends.mock.state.records import DISK_FULL, SAVED_STATE_UNUSABLE, Code, Refused

if TYPE_CHECKING:
    from datetime import datetime, timezone

    from hvtui.backends.mock.state.contents import HostContents
    from hvtui.backends.mock.state.records import Unverified, WorldCheckpoint, WorldVm


def take_checkpoint(
    contents: HostContents, vm: WorldVm, moment: datetime, zone: timezone, unverified: Unverified
) -> str:
    """Create a checkpoint of the VM and return its id."""
    with_memory = rules.keeps_memory(vm)
    memory = (vm.memory_assigned or vm.saved_memory_bytes) if with_memory else 0
    # facts §3: a standard checkpoint of a running VM writes a file of about the RAM; disk full is 0x80070070 [REAL].
    if not contents.fits(vm.path, memory + chains.NEW_LEAF_BYTES * len(vm.drives)):
        raise rules.checkpoint_failed(
            vm,
            Code.FAILED,
            f"'{vm.name}' could not initiate a checkpoint operation.",
            f"'{vm.name}' failed to save RAM contents during a checkpoint operation: (0x80070070).",
            hresult=DISK_FULL,
        )
    name = rules.default_name(vm, moment.astimezone(zone), unverified)
    checkpoint = contents.add_checkpoint(vm, name, moment)
    checkpoint.state, checkpoint.memory_bytes = "Saved" if with_memory else "Off", memory
    checkpoint.memory_unusable = with_memory and vm.resume_fails
    return checkpoint.id


def apply(contents: HostContents, vm: WorldVm, checkpoint: WorldCheckpoint, unverified: Unverified) -> None:
    """Set the VM to the state in the checkpoint: Saved if the checkpoint has memory, else Off (facts §4)."""
    contents.set_current(vm, checkpoint)
    vm.state, vm.saved_memory_bytes = checkpoint.state, checkpoint.memory_bytes
    vm.resume_fails = checkpoint.memory_unusable
    vm.memory_assigned, vm.started_at = 0, None
    vm.processors, vm.memory_startup = checkpoint.processors, checkpoint.memory_startup  # facts §4 [GEN]
    if unverified.apply_reverts_name_and_notes:
        vm.name, vm.notes = checkpoint.vm_name, checkpoint.vm_notes


def take_automatic(
    contents: HostContents, vm: WorldVm, moment: datetime, zone: timezone, unverified: Unverified
) -> None:
    """Create the automatic checkpoint, without memory, with which a VM starts from Off (facts §4 [DEC StopVM]).

    Nothing happens unless the VM has automatic checkpoints enabled. The checkpoint's name is [GEN].
    """
    if not vm.automatic_checkpoints or vm.checkpoint_type == "Disabled" or not vm.checkpointable:
        return
    _remove_automatic(contents, vm)
    if len(contents.checkpoints_of(vm.id)) < MAX_CHECKPOINTS:
        name = f"Automatic Checkpoint - {rules.default_name(vm, moment.astimezone(zone), unverified)}"
        contents.add_checkpoint(vm, truncate(name), moment).automatic = True


def require_resumable(vm: WorldVm) -> None:
    """Raise `Refused` if the VM has a saved state that cannot be resumed. It stays saved."""
    if vm.resume_fails:
        raise Refused(
            Code.FAILED,
            f"'{vm.name}' failed to restore virtual machine state. (Virtual machine ID {vm.id.upper()})",
            f"The saved state cannot be resumed. (0x{SAVED_STATE_UNUSABLE:08X})",
            hresult=SAVED_STATE_UNUSABLE,
        )


def start(vm: WorldVm, moment: datetime) -> None:
    vm.state, vm.saved_memory_bytes, vm.memory_assigned = "Running", 0, vm.memory_startup
    vm.started_at = vm.started_at or moment


def save(contents: HostContents, vm: WorldVm) -> None:
    # facts §4: saving writes a memory file, and needs disk space of about the RAM.
    if not contents.fits(vm.path, vm.memory_assigned):
        raise Refused(Code.FAILED, f"'{vm.name}' failed to save its memory. (0x80070070)", hresult=DISK_FULL)
    vm.state, vm.saved_memory_bytes, vm.memory_assigned = "Saved", vm.memory_assigned, 0
    vm.resume_fails = False
    vm.started_at = None


def stop(contents: HostContents, vm: WorldVm, unverified: Unverified) -> None:
    vm.state, vm.saved_memory_bytes, vm.memory_assigned, vm.started_at = "Off", 0, 0, None
    if unverified.stop_removes_automatic:
        _remove_automatic(contents, vm)


def _remove_automatic(contents: HostContents, vm: WorldVm) -> None:
    # facts §4 [DEC StopVM]: only if the VM currently runs on it.
    parent = contents.checkpoints.get(vm.parent_checkpoint_id or "")
    if parent and parent.automatic:
        contents.remove(vm, [parent.id])
