"""Converts PowerShell error records of Hyper-V to errors of `backends.errors`.

Records are recognised by error id, category and HRESULT, not by their message, which is in the language of the host
(facts §8, "Errors, locale-independent"). The message is kept as the detail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends import errors
from hvtui.backends.limits import MAX_CHECKPOINTS, MAX_NAME_UNITS
from hvtui.backends.powershell.program import hresults, operation_failed, start_failed

if TYPE_CHECKING:
    from hvtui.backends.errors import BackendError
    from hvtui.backends.powershell.program import ErrorRecord

DISK_FULL = 0x80070070
ACCESS_DENIED = 0x80070005

# The errors that the scripts in ops/ throw, by the id that they pass to Stop-Operation (agent.ps1).
REFUSALS: dict[str, tuple[type[BackendError], str]] = {
    "VmMissing": (errors.VmMissing, "It was removed, or another node owns it now."),
    "CheckpointMissing": (errors.CheckpointMissing, "It was probably deleted on the host."),
    "CheckpointsDisabled": (errors.CheckpointsDisabled, "Enable checkpoints in the settings of the VM."),
    "TooManyCheckpoints": (
        errors.TooManyCheckpoints,
        f"Hyper-V allows {MAX_CHECKPOINTS} checkpoints per VM. Delete some first.",
    ),
    "BadName": (errors.SettingsError, f"Choose a name of 1 to {MAX_NAME_UNITS} characters."),
    "EventsNotAllowed": (
        errors.NotAllowed,
        "Ask to be added to the host's Event Log Readers, then sign in again.",
    ),
    "PartlyDone": (errors.OutcomeUnknown, "Look at what is there now."),
}


def from_record(record: ErrorRecord) -> BackendError:
    """Return the error for a failed operation."""
    full_id, category, message = record["Id"], record["Category"], record["Message"]
    id, _, source = full_id.partition(",")
    command = source.rpartition(".")[2]
    codes = hresults(record)
    if id.startswith("hvtui.") and (refusal := REFUSALS.get(id.removeprefix("hvtui."))):
        kind, hint = refusal
        return kind(message, hint=hint)
    if DISK_FULL in codes or "0x80070070" in message.lower():
        return errors.NoSpace(
            "The host's disk is full.", hint="Free some space on the VM's volume first.", detail=message
        )
    if id == "ObjectNotFound":
        if command.startswith("GetVMSnapshot"):
            return errors.CheckpointMissing("The checkpoint is not there any more.", detail=message)
        return errors.VmMissing("The VM is not on this host any more.", detail=message)
    if (
        category == "PermissionDenied"
        or ACCESS_DENIED in codes
        or (id == "Unspecified" and "GetVM" in command)
    ):
        return errors.NotAllowed(
            "The host does not permit you to do this.",
            hint="Ask to be added to its Hyper-V Administrators group, then sign in again.",
            detail=message,
        )
    if id == "InvalidState":
        return errors.WrongState(
            "The VM's state does not allow this.",
            hint="Refresh, then check the state of the VM.",
            detail=message,
        )
    if category == "ResourceBusy":
        return errors.VmBusy("The VM is busy.", hint="Wait until the host is done with it.", detail=message)
    return operation_failed(record)


def at_start(record: ErrorRecord, where: str) -> BackendError:
    """Return the error for an agent on the host `where` that could not run prepare.ps1."""
    if record["Id"].startswith(("Modules_ModuleNotFound", "FileNotFoundException", "System.IO.FileNotFound")):
        return errors.ConnectError(
            f"PowerShell on {where} has no Hyper-V module.",
            hint="Connect to a Hyper-V host, or install its Hyper-V role with the management tools.",
            detail=record["Message"],
        )
    return start_failed(record, where)
