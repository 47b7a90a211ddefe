"""Converts errors of VMM, of a cmdlet or of a job, to errors of `backends.errors`.

They are recognised by VMM's number and by the HRESULT, never by their text, which is in the language of the server
(facts §5). The text is kept as the detail.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends import errors
from hvtui.backends.errors import BackendError, Effect
from hvtui.backends.limits import MAX_CHECKPOINTS
from hvtui.backends.powershell.program import hresults, operation_failed, start_failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.powershell.program import ErrorRecord, Request
    from hvtui.backends.scvmm.jobs import VmmJob

DISK_FULL = frozenset({0x80070070, 0x80070027})
NOT_SENT = (errors.ConnectError, errors.ConnectionLost)
WSMAN = 0x8033
"""The upper half of the HRESULTs of WS-Management, by which VMM speaks to its hosts."""
SEE_WORDS = "See VMM's own message below."
_NUMBER = re.compile(r"(\d+),Microsoft\.(?:SystemCenter\.VirtualMachineManager|VirtualManager)\b")

# The errors that the scripts in ops/ throw, by the id that they pass to Stop-Operation (agent.ps1).
REFUSALS: dict[str, tuple[type[BackendError], str]] = {
    "VmMissing": (errors.VmMissing, "It was removed, or your user role does not include it any more."),
    "CheckpointMissing": (errors.CheckpointMissing, "It was probably deleted."),
    "CheckpointsDisabled": (errors.CheckpointsDisabled, "Enable checkpoints in the settings of the VM."),
    "TooManyCheckpoints": (
        errors.TooManyCheckpoints,
        f"Hyper-V allows {MAX_CHECKPOINTS} checkpoints per VM. Delete some first.",
    ),
    "JobMissing": (errors.Missing, "VMM removes old jobs."),
    "NotALeaf": (errors.Conflict, "Look at what is there now, then delete again."),
    "OtherHypervisor": (errors.Unsupported, "hvtui changes only VMs on Hyper-V hosts."),
}


class Failure(Struct, frozen=True, kw_only=True):
    """What an error of VMM says that does not depend on the language of the server."""

    number: int
    """0 for an error that is not VMM's."""
    codes: frozenset[int]
    words: str
    where: str
    """The name of the machine on which PowerShell runs."""
    detail: str
    otherwise: BackendError
    """The error if none of the table fits."""


def missing(found: Failure) -> BackendError:
    return errors.Missing(
        "VMM does not find the VM or the checkpoint any more, in its database or on the host.",
        hint="Refresh. If it was changed in Hyper-V Manager, VMM may show it until it has read the host again.",
        detail=found.detail,
    )


def wrong_state(found: Failure) -> BackendError:
    return errors.WrongState(
        "The VM's state does not allow this.", hint="Refresh, then check its state.", detail=found.detail
    )


def busy(found: Failure) -> BackendError:
    return errors.VmBusy(
        "Another job of VMM is working on the VM, or on an object that it needs.",
        hint="Wait until that job has ended: the VMM console lists it under Jobs.",
        detail=found.detail,
    )


def contact_failed(found: Failure) -> BackendError:
    """Return the error for a number that VMM also gives what failed on a host that it did reach (facts §5)."""
    is_of_the_connection = any(code >> 16 == WSMAN for code in found.codes)
    return no_contact(found) if is_of_the_connection else found.otherwise


def no_contact(found: Failure) -> BackendError:
    found.otherwise.message = "VMM has no contact with the host of the VM."
    found.otherwise.hint = "See VMM's own message below, and the state of the host in the VMM console."
    return found.otherwise


def no_space(found: Failure) -> BackendError:
    return errors.NoSpace(
        "The host's disk is full.", hint="Free some space on the VM's volume first.", detail=found.detail
    )


def no_answer(found: Failure) -> BackendError:
    return errors.VmmUnavailable(
        f"The VMM service that {found.where} asks does not answer.",
        hint="Is it running (Get-Service SCVMMService)? Of a highly available VMM server, connect to the active node.",
        detail=found.detail,
    )


def not_allowed(found: Failure) -> BackendError:
    return errors.NotAllowed(
        "VMM does not permit you to do this.",
        hint="Your user role needs the action Checkpoint, and the VM in its scope. See VMM's own message below.",
        detail=found.detail,
    )


class Cause(Struct, frozen=True, kw_only=True):
    """A row of the table: the errors that it fits, and what they become. One of numbers and codes is enough."""

    error: Callable[[Failure], BackendError]
    numbers: frozenset[int] = frozenset()
    codes: frozenset[int] = frozenset()


CAUSES = (
    Cause(numbers=frozenset({2606}), error=busy),
    Cause(numbers=frozenset({801}), error=missing),
    Cause(numbers=frozenset({640}), error=wrong_state),
    Cause(numbers=frozenset({1602}), error=no_answer),
    Cause(numbers=frozenset({20552}), error=not_allowed),  # not verified: often quoted
    Cause(codes=DISK_FULL, error=no_space),
    Cause(numbers=frozenset({2916, 2927}), error=no_contact),
    Cause(numbers=frozenset({2912}), error=contact_failed),
)
"""The first one that fits decides."""


def from_record(record: ErrorRecord, request: Request) -> BackendError:
    """Return the error for a failed operation."""
    prefix, _, own = record["Id"].partition(",")[0].partition(".")
    if prefix == "hvtui" and own == "NoJob":
        return errors.OutcomeUnknown(record["Message"], hint="Look at what is there now.")
    if prefix == "hvtui" and (refusal := REFUSALS.get(own)):
        kind, hint = refusal
        return kind(record["Message"], hint=hint, effect=Effect.NONE)
    matched = _NUMBER.match(record["Id"])
    if matched is None and record["Category"] == "PermissionDenied":
        return errors.NotAllowed(
            "PowerShell is not permitted to do this.", hint="See its message below.", detail=record["Message"]
        )
    otherwise = operation_failed(record, request)
    if matched:
        otherwise.hint = SEE_WORDS
    return _classified(
        Failure(
            number=int(matched[1]) if matched else 0,
            codes=frozenset([*hresults(record), *_codes(record["Message"])]),
            words=record["Message"],
            where=request.where,
            detail=record["Message"],
            otherwise=otherwise,
        )
    )


def of_job(job: VmmJob, where: str) -> BackendError:
    """Return the error for a job that did not succeed."""
    detail = "\n".join(filter(None, (job.words, job.advice, job.text, f"Job {job.id}")))
    if job.succeeded is None:
        return errors.OutcomeUnknown(f"The job of VMM ended in the state “{job.status}”.", detail=detail)
    first = job.words.splitlines()[0] if job.words else "VMM reported an error of the job."
    canceled = job.status == "Canceled"
    failed = errors.OperationFailed(
        "Somebody cancelled the job in VMM." if canceled else first,
        error_id=str(job.number),
        hresult=job.code,
        hint="Look at what is there now." if canceled else SEE_WORDS,
        detail=detail,
    )
    codes = frozenset([job.code] if job.code is not None else [])
    return _classified(
        Failure(number=job.number, codes=codes, words=job.words, where=where, detail=detail, otherwise=failed)
    )


def at_start(record: ErrorRecord, where: str) -> BackendError:
    """Return the error for an agent on the machine `where` that could not run prepare.ps1."""
    id, message = record["Id"], record["Message"]
    if id.startswith("hvtui.NotWindowsPowerShell"):
        return errors.ConnectError(
            f"VMM's module does not work in the PowerShell of {where}: it needs Windows PowerShell 5.1.",
            hint="Connect to the VMM server over WinRM, or run hvtui on Windows.",
            detail=message,
        )
    if id.startswith(("Modules_ModuleNotFound", "FileNotFoundException", "System.IO.FileNotFound")):
        return errors.ConnectError(
            f"PowerShell on {where} has no module VirtualMachineManager.",
            hint="Connect to the VMM server itself, or to a machine with the VMM console.",
            detail=message,
        )
    matched = _NUMBER.match(id)
    if matched is None:
        return start_failed(record, where)
    if int(matched[1]) == 1602:
        return errors.ConnectError(
            f"The VMM service that {where} asks does not answer.",
            hint="Is it running (Get-Service SCVMMService)? Of a highly available VMM server, connect to the active"
            " node. With --vmm-server, name the VMM server.",
            detail=message,
        )
    return errors.ConnectError(
        f"PowerShell on {where} could not sign in at VMM.",
        hint="See VMM's own message below. Does your account have a user role in VMM, and are the VMM console there and the"
        " VMM server of the same version?",
        detail=f"{message}\n{id}",
    )


def _classified(found: Failure) -> BackendError:
    for cause in CAUSES:
        if found.number in cause.numbers or found.codes & cause.codes:
            return cause.error(found)
    return found.otherwise


def _codes(message: str) -> list[int]:
    """Return the HRESULTs in the brackets of a message, which are the same in every language."""
    return [int(code, 16) for code in re.findall(r"[(（]0x([0-9A-Fa-f]{8})[)）]", message)]


def later_delete(error: BackendError, done: int, total: int) -> BackendError:
    """Return the error of a delete of a subtree of which some are deleted already."""
    message = f"{done} of {total} checkpoints were deleted. {error.message}"
    if isinstance(error, NOT_SENT):
        return BackendError(
            message, hint="Delete again what is left.", detail=error.detail, effect=Effect.PARTLY
        )
    later = error.with_message(message)
    later.effect = Effect.PARTLY
    return later
