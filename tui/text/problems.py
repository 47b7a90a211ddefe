"""Converts errors to problems that a dialog shows: a title, a message, a hint and a detail to copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hvtui.backends import errors
from hvtui.backends.operations.preconditions import TargetChanged
from hvtui.backends.operations.runner import Ending
from hvtui.backends.secret import redact
from hvtui.tui.text.outcomes import change_lines, findings_text
from hvtui.tui.text.reasons import operation_words

if TYPE_CHECKING:
    from hvtui.backends.operations.runner import Operation

# The first class that fits gives the title.
_TITLES: tuple[tuple[type[errors.BackendError], str], ...] = (
    (TargetChanged, "Changed meanwhile"),
    (errors.OutcomeUnknown, "Outcome unknown"),
    (errors.CertificateUntrusted, "Certificate not trusted"),
    (errors.AuthenticationFailed, "Not signed in"),
    (errors.ConnectError, "No connection"),
    (errors.SettingsError, "Settings"),
    (errors.ConnectionLost, "Connection lost"),
    (errors.NotAllowed, "Not allowed"),
    (errors.Missing, "Not there any more"),
    (errors.Conflict, "Not possible now"),
    (errors.NoSpace, "No space"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as a dialog shows it. Its texts may come from outside; secrets have been removed from them."""

    title: str
    message: str
    hint: str = ""
    detail: str = ""


def problem(error: errors.BackendError) -> Problem:
    title = next((words for kind, words in _TITLES if isinstance(error, kind)), "Failed")
    return _problem(title, error, error.hint)


def operation_problem(operation: Operation) -> Problem | None:
    """Return the problem of an operation that has ended; None if the operation is done."""
    error = operation.error
    if error is None:
        return None
    hint = error.hint
    if isinstance(error, errors.ConnectError):
        hint = f"Nothing was done. {hint}"
    elif operation.ending is Ending.UNKNOWN and operation.findings:
        hint = f"{hint} {findings_text(operation.findings)}"
    return _problem(f"{problem(error).title}: {operation_words(operation.command)}", error, hint.strip())


def _problem(title: str, error: errors.BackendError, hint: str) -> Problem:
    detail = error.detail
    if isinstance(error, errors.CertificateUntrusted):
        detail = f"SHA-256 {error.fingerprint}\n{detail}"
    if isinstance(error, TargetChanged):
        detail = "\n".join(change_lines(error))
    return Problem(title, *(redact(part) for part in (error.message, hint, detail)))
