"""Converts PowerShell error records of Hyper-V to errors of `backends.errors`.

Records are recognised by the cmdlet, what it was asked for, error id, category and HRESULT, not by their message, which
is in the language of the host (facts §8, "Errors, locale-independent"). The message is kept as the detail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends import errors
from hvtui.backends.errors import BackendError, Effect, UnavailableCause
from hvtui.backends.hyperv.failure import Asked, Failure
from hvtui.backends.limits import MAX_CHECKPOINTS, MAX_NAME_UNITS
from hvtui.backends.powershell.program import operation_failed, start_failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.powershell.program import ErrorRecord, Request

DISK_FULL = frozenset({0x80070070, 0x80070027})
ACCESS_DENIED = frozenset({0x80070005})
IN_USE = frozenset({0x80070020, 0x80070021})
NOT_FOUND = frozenset({0x80070002, 0x80070003})
# Corrupt, unrecognized item, incompatible: as NTSTATUS, and as HRESULT made of it.
SAVED_STATE = frozenset({0xC0370027, 0xC0370028, 0xC0370029, 0xD0370027, 0xD0370028, 0xD0370029})

# The errors that the scripts in ops/ throw, by the id that they pass to Stop-Operation (agent.ps1). All but one are
# thrown before anything was changed.
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
    "NotIdentified": (errors.OutcomeUnknown, "Look at what is there now."),
}

NOT_PERMITTED = "The host does not permit you to do this."
JOIN_HYPER_V = "Ask to be added to its Hyper-V Administrators group, then sign in again."
NOT_MEMBERSHIP = "See the host's own message below. Membership of a group may not be what is missing."
READ = frozenset({Asked.HYPERV, Asked.VM_PARTS})
FILES = frozenset({Asked.FILE, Asked.CHANGE})
CHANGE = frozenset({Asked.CHANGE})
ANY = frozenset(Asked)


class Cause(Struct, frozen=True, kw_only=True):
    """A row of the table: the records that it fits, and the error that they become."""

    asked: frozenset[Asked]
    error: Callable[[Failure], BackendError]
    cmdlet: str = ""
    """"" fits every cmdlet. Of the three below, one that holds is enough."""
    ids: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    codes: frozenset[int] = frozenset()
    names_file: bool = False
    """The message has to name a file."""

    def fits(self, found: Failure) -> bool:
        return (
            found.asked in self.asked
            and self.cmdlet in ("", found.cmdlet)
            and (
                found.id in self.ids
                or found.record["Category"] in self.categories
                or bool(found.codes & self.codes)
            )
            and (bool(found.path) or not self.names_file)
        )


def no_space(found: Failure) -> BackendError:
    return errors.NoSpace(
        "The host's disk is full.", hint="Free some space on the VM's volume first.", detail=found.message
    )


def saved_state_unusable(found: Failure) -> BackendError:
    return errors.SavedStateUnusable(
        "The VM cannot be resumed from its saved memory.",
        hint="Discard its saved state, then start it: it boots as after a power cut.",
        detail=found.message,
    )


def guest_not_responding(found: Failure) -> BackendError:
    if found.request.arguments.get("TurnOff"):
        return failed(found)
    return errors.GuestNotResponding(
        "The guest cannot be asked to shut down: its integration service does not answer. Nothing was done.",
        hint="Shut it down from inside, or turn it off.",
        detail=found.message,
    )


def file_not_permitted(found: Failure) -> BackendError:
    file = found.path or "FILE"
    vm = str(found.request.arguments.get("VmId", "VM-ID")).upper()
    who = "The VM itself is" if found.asked is Asked.CHANGE else "Hyper-V is"
    return errors.FileNotPermitted(
        f"{who} not permitted to open {f'its file {found.path}' if found.path else 'one of its files'}.",
        path=found.path,
        hint=f'Give it the right on the host: icacls "{file}" /grant "NT VIRTUAL MACHINE\\{vm}:F"',
        detail=found.message,
    )


def file_in_use(found: Failure) -> BackendError:
    return errors.FileInUse(
        f"Something else has {found.path or 'a file of the VM'} open.",
        path=found.path,
        hint="Look for a backup, another VM, or a mounted disk that uses it.",
        detail=found.message,
    )


def file_missing(found: Failure) -> BackendError:
    return errors.FileMissing(
        f"The file {found.path} is missing." if found.path else "A file of the VM is missing.",
        path=found.path,
        hint="Look for it on the host: it may have been moved, deleted or renamed, or its storage is away.",
        detail=found.message,
    )


def no_answer(found: Failure) -> BackendError:
    return errors.HyperVUnavailable(
        f"Hyper-V's management service on {found.request.where} does not answer.",
        cause=UnavailableCause.UNKNOWN,
        hint="Is it running (Get-Service vmms)? And is this PowerShell elevated (Run as administrator)?",
        detail=found.message,
    )


def not_told(found: Failure) -> BackendError:
    """Missing rights and a missing platform have the same id."""
    return errors.HyperVUnavailable(
        f"Hyper-V on {found.request.where} cannot be asked.",
        cause=UnavailableCause.UNKNOWN,
        hint="Either you lack the right (Hyper-V Administrators, and an elevated PowerShell), or Hyper-V itself is"
        " not installed there.",
        detail=found.message,
    )


def not_allowed(found: Failure) -> BackendError:
    return errors.NotAllowed(
        NOT_PERMITTED,
        hint=NOT_MEMBERSHIP if found.asked is Asked.CHANGE else JOIN_HYPER_V,
        detail=found.message,
    )


def wrong_state(found: Failure) -> BackendError:
    return errors.WrongState(
        "The VM's state does not allow this.",
        hint="Refresh, then check the state of the VM.",
        detail=found.message,
    )


def vm_busy(found: Failure) -> BackendError:
    return errors.VmBusy("The VM is busy.", hint="Wait until the host is done with it.", detail=found.message)


def failed(found: Failure) -> BackendError:
    error = operation_failed(found.record, found.request)
    return error.with_message(found.reason) if found.reason else error


CAUSES = (
    Cause(asked=ANY, codes=DISK_FULL, error=no_space),
    Cause(asked=CHANGE, codes=SAVED_STATE, error=saved_state_unusable),
    Cause(asked=CHANGE, cmdlet="StopVM", ids=frozenset({"InvalidOperation"}), error=guest_not_responding),
    Cause(asked=FILES, codes=ACCESS_DENIED, error=file_not_permitted),
    Cause(asked=FILES, codes=IN_USE, error=file_in_use),
    Cause(asked=frozenset({Asked.FILE}), categories=frozenset({"ResourceBusy"}), error=file_in_use),
    Cause(asked=CHANGE, categories=frozenset({"ResourceBusy"}), names_file=True, error=file_in_use),
    Cause(asked=FILES, ids=frozenset({"FileNotFound"}), codes=NOT_FOUND, error=file_missing),
    Cause(asked=frozenset({Asked.HYPERV}), ids=frozenset({"ObjectNotFound"}), error=no_answer),
    Cause(asked=frozenset({Asked.OTHER}), ids=frozenset({"hvtui.NoAnswer"}), error=no_answer),
    Cause(asked=READ, ids=frozenset({"Unspecified"}), error=not_told),
    Cause(
        asked=ANY,
        ids=frozenset({"AccessDenied"}),
        categories=frozenset({"PermissionDenied"}),
        codes=ACCESS_DENIED,
        error=not_allowed,
    ),
    Cause(asked=ANY, ids=frozenset({"InvalidState"}), error=wrong_state),
    Cause(asked=ANY, categories=frozenset({"ResourceBusy"}), error=vm_busy),
)
"""The first one that fits decides."""


def from_record(record: ErrorRecord, request: Request) -> BackendError:
    """Return the error for a failed operation."""
    found = Failure(record=record, request=request)
    prefix, _, own = found.id.partition(".")
    if prefix == "hvtui" and (refusal := REFUSALS.get(own)):
        kind, hint = refusal
        return kind(found.message, hint=hint, effect=Effect.PARTLY if own == "NotIdentified" else Effect.NONE)
    error = next((cause.error for cause in CAUSES if cause.fits(found)), failed)(found)
    error.effect = _effect(found)
    return error


def _effect(found: Failure) -> Effect | None:
    if text := found.record.get("Effect"):
        return Effect(text)
    # Scripts look at what they are to change first. After the change they catch such errors.
    return Effect.NONE if found.asked in READ or found.id.startswith("hvtui.") else None


def at_start(record: ErrorRecord, where: str) -> BackendError:
    """Return the error for an agent on the host `where` that could not run prepare.ps1."""
    if record["Id"].startswith(("Modules_ModuleNotFound", "FileNotFoundException", "System.IO.FileNotFound")):
        return errors.ConnectError(
            f"PowerShell on {where} has no Hyper-V module.",
            hint="Connect to a Hyper-V host, or install its Hyper-V role with the management tools.",
            detail=record["Message"],
        )
    return start_failed(record, where)
