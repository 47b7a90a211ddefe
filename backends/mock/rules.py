"""Hyper-V's rules about what is allowed and what a checkpoint contains, as pure functions. Each cites its fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.limits import MAX_CHECKPOINTS, MAX_NAME_UNITS, truncate, utf16_length
from hvtui.backends.mock.state.records import Code, Refused

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.mock.state.records import Unverified, WorldCheckpoint, WorldVm

STATES = {
    "take_checkpoint": {"Running", "Paused", "Off", "Saved"},  # facts §2, the table of what is kept
    "apply": {"Off", "Saved"},  # facts §4: Restore-VMSnapshot saves a running or paused VM first [DEC]
    "start": {"Off", "Saved", "Paused", "FastSaved", "Hibernated"},  # facts §4 [DEC]
    "save": {"Running", "Paused"},  # facts §4 [DEC]
    "discard_saved_state": {"Saved", "FastSaved"},  # facts §4 [STUB][DEC]
    "shut_down": {"Running"},
    "turn_off": {"Running", "Paused", "RunningCritical", "PausedCritical", "Starting", "Stopping"},
}
"""The VM states in which a verb is allowed. Other verbs change only metadata and are allowed in every state."""

FOREIGN = {"Recovery", "Replica", "AppConsistentReplica", "SyncedReplica"}
"""The types of checkpoints that backup and replication software own."""


def require_state(verb: str, vm: WorldVm) -> None:
    # facts §4: a disallowed state gives InvalidState [DEC].
    if verb in STATES and vm.state not in STATES[verb]:
        raise Refused(
            Code.INVALID_STATE, f"{_quoted(vm)} is in a state that does not allow this: {vm.state}."
        )


def require_idle(vm: WorldVm, operation: str) -> None:
    """Raise `Refused` if an operation is running on the VM. `operation` describes it; "" if there is none."""
    # facts §1 [WMI]: InService refuses new operations; §3 [DEC]: while migrating or backing up, InvalidState.
    if operation:
        raise Refused(
            Code.INVALID_STATE, f"The operation cannot be performed while {_quoted(vm)} is {operation}."
        )


def require_checkpointable(vm: WorldVm, count: int, unverified: Unverified) -> None:
    """Raise if no checkpoint of a VM that has this many checkpoints can be created now."""
    if vm.checkpoint_type == "Disabled":  # facts §3 [REAL vagrant#9977]
        raise checkpoint_failed(
            vm,
            Code.FAILED,
            "Checkpoints have been disabled.",
            f"Checkpoints have been disabled for {_quoted(vm)}.",
        )
    if not vm.checkpointable:  # facts §3 [REAL]: GPU partitions; pass-through disks and the like [GEN]
        raise checkpoint_failed(
            vm, Code.FAILED, f"{_quoted(vm)} has a device that does not support checkpoints."
        )
    if count >= MAX_CHECKPOINTS:
        raise checkpoint_failed(
            vm, unverified.limit_code, f"{_quoted(vm)} has reached its {MAX_CHECKPOINTS} checkpoints."
        )
    if vm.checkpoint_type == "ProductionOnly" and not _production_possible(vm):  # facts §3 [REAL]
        raise checkpoint_failed(
            vm,
            unverified.production_only_code,
            f"Production checkpoints cannot be created for {_quoted(vm)}.",
        )


def keeps_memory(vm: WorldVm) -> bool:
    """Return whether a checkpoint of the VM would contain memory now.

    A production checkpoint does not, nor does one of a VM that is off (facts §2). With the setting Production, a
    standard checkpoint is created without a warning where a production checkpoint is not possible (facts §3).
    """
    if vm.state == "Off":
        return False
    return vm.checkpoint_type == "Standard" or not _production_possible(vm)


def require_applicable(vm: WorldVm, checkpoint: WorldCheckpoint, unverified: Unverified) -> None:
    if checkpoint.type == "Missing":  # facts §2: its parent's configuration is lost, it cannot be restored
        raise Refused(Code.INVALID_STATE, f"{_quoted(vm)} is missing a checkpoint; it cannot be applied.")
    if checkpoint.type in FOREIGN and not unverified.foreign_checkpoints_apply:
        raise Refused(Code.NOT_SUPPORTED, f"A checkpoint of type {checkpoint.type} cannot be applied.")


def require_name(name: str) -> None:
    # Only the upper bound is a fact (§11 [WMI]); blank is refused as Microsoft's user guide says.
    if not name.strip() or utf16_length(name) > MAX_NAME_UNITS:
        raise Refused(Code.INVALID_PARAMETER, f"The name must have 1 to {MAX_NAME_UNITS} characters.")


def default_name(vm: WorldVm, local: datetime, unverified: Unverified) -> str:
    """Return ``<VMName> - (<short date> - <long time>)`` in the format of an English host (facts §3 [REAL])."""
    clock = f"{local.hour % 12 or 12}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'}"
    name = f"{vm.name} - ({local.month}/{local.day}/{local.year} - {clock})"
    return truncate(name) if unverified.long_default_names_are_cut else name


def checkpoint_failed(vm: WorldVm, code: int, *reasons: str, hresult: int | None = None) -> Refused:
    # The lines before and after the reasons are those of real hosts: samples/error-records.real.json.
    return Refused(
        code,
        "Checkpoint operation failed.",
        *(f"{reason} (Virtual machine ID {vm.id.upper()})" for reason in reasons),
        f"Checkpoint operation for {_quoted(vm)} failed. (Virtual machine ID {vm.id.upper()})",
        hresult=hresult,
    )


def _production_possible(vm: WorldVm) -> bool:
    # facts §2 pre-check [DEC]: off: yes; running: if VSS responds; paused or saved: no.
    return vm.state == "Off" or (vm.state == "Running" and vm.production_possible)


def _quoted(vm: WorldVm) -> str:
    return f"'{vm.name}'"
