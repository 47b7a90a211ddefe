"""Converts errors to problems that a dialog shows: a title, a message, a hint and a detail to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hvtui.backends import errors
from hvtui.backends.operations.commands import DiscardSavedState, StopVm
from hvtui.backends.operations.operation import Ending
from hvtui.backends.operations.preconditions import TargetChanged, TargetUnread
from hvtui.backends.secret import redact
from hvtui.tui.text.outcomes import change_lines, findings_text, operation_detail
from hvtui.tui.text.reasons import operation_words, running_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hvtui.backends.model import VmId
    from hvtui.backends.operations.command import Command
    from hvtui.backends.operations.operation import Operation

# The first class that fits gives the title.
_TITLES: tuple[tuple[type[errors.BackendError], str], ...] = (
    (TargetChanged, "Changed in the meantime"),
    (TargetUnread, "Could not be read"),
    (errors.OutcomeUnknown, "Outcome unknown"),
    (errors.CertificateUntrusted, "Certificate not trusted"),
    (errors.AuthenticationFailed, "Not signed in"),
    (errors.ConnectError, "No connection"),
    (errors.SettingsError, "Settings"),
    (errors.ConnectionLost, "Connection lost"),
    (errors.NotAllowed, "Not allowed"),
    (errors.Missing, "No longer there"),
    (errors.VmmUnavailable, "VMM does not answer"),
    (errors.HyperVUnavailable, "Hyper-V does not answer"),
    (errors.GuestNotResponding, "The guest does not answer"),
    (errors.Conflict, "Not possible now"),
    (errors.NoSpace, "No space"),
    (errors.FileNotPermitted, "Disk file not permitted"),
    (errors.FileInUse, "Disk file in use"),
    (errors.FileMissing, "Disk file missing"),
    (errors.FileError, "Disk file"),
    (errors.SavedStateUnusable, "Saved state cannot be resumed"),
    (errors.Unsupported, "Not supported"),
)
_WAYS_OUT: tuple[tuple[type[errors.BackendError], type[Command]], ...] = (
    (errors.GuestNotResponding, StopVm),
    (errors.SavedStateUnusable, DiscardSavedState),
)
WAY_OUT_LABELS: Mapping[type[Command], str] = {
    StopVm: "Turn off…",
    DiscardSavedState: "Discard saved state…",
}


NOTHING = "Nothing was done"


class Problem(Struct, frozen=True):
    """An error as a dialog shows it. Its texts may come from outside; secrets have been removed from them."""

    title: str
    message: str
    hint: str = ""
    detail: str = ""
    way_out: type[Command] | None = None
    """The command that leads out of the problem, if there is one."""
    vm_id: VmId | None = None
    """The VM that this command is for."""
    of_readings: bool = False
    """It says that the host cannot be read: where there are several, its row says so instead."""


def problem(error: errors.BackendError, *, host: str = "") -> Problem:
    """Return the problem of an error. `host` is the name of the host that has it, where there are several."""
    return _problem(f"{host}: {_title(error)}" if host else _title(error), error, error.hint)


def operation_problem(operation: Operation) -> Problem | None:
    """Return the problem of an operation that has ended; None if it is done and without an error."""
    error = operation.error
    if error is None and operation.ending is Ending.PARTLY:
        return Problem(_headed("Partly done", operation.command), operation_detail(operation))
    if error is None:
        return None
    hint = error.hint
    if isinstance(error, errors.ConnectError) or _was_not_sent(operation):
        hint = hint if NOTHING in f"{error.message} {hint}" else f"{NOTHING}. {hint}"
    elif operation.ending is Ending.UNKNOWN and operation.findings:
        hint = f"{hint} {findings_text(operation.findings)}"
    shown = _problem(_headed(_title(error), operation.command), error, hint.strip())
    if operation.ending in (Ending.DONE, Ending.PARTLY):
        title = "Done, with an error" if operation.ending is Ending.DONE else "Partly done"
        title = _headed(title, operation.command)
        shown = replace(shown, title=title, message=redact(operation_detail(operation)))
    way_out = None
    if operation.ending is not Ending.DONE:
        way_out = next((command for kind, command in _WAYS_OUT if isinstance(error, kind)), None)
    return replace(shown, way_out=way_out, vm_id=operation.command.vm.id)


def _was_not_sent(operation: Operation) -> bool:
    return operation.ending is Ending.FAILED and operation.sent_from is None


def _headed(title: str, command: Command) -> str:
    """Return the title of what became of a command. Of several hosts it begins with the host: its end may be cut."""
    vm = command.vm
    if not vm.host:
        return f"{title}: {operation_words(command)}"
    return f"{vm.host}, {vm.name}: {title}: {running_words(command)}"


def _title(error: errors.BackendError) -> str:
    return next((words for kind, words in _TITLES if isinstance(error, kind)), "Failed")


def _problem(title: str, error: errors.BackendError, hint: str) -> Problem:
    detail = error.detail
    if isinstance(error, errors.CertificateUntrusted) and error.fingerprint not in hint:
        detail = f"SHA-256 {error.fingerprint}\n{detail}"
    if (
        isinstance(error, errors.FileError)
        and error.path
        and error.path not in f"{error.message} {hint} {detail}"
    ):
        detail = f"{error.path}\n{detail}"
    if isinstance(error, TargetChanged):
        detail = "\n".join(change_lines(error))
    return Problem(title, redact(error.message), redact(hint), redact(detail))
