"""Error -> how it is told, one table."""

from __future__ import annotations

from dataclasses import dataclass

from hvtui.backends import errors
from hvtui.backends.operations.preconditions import TargetChanged
from hvtui.backends.secret import redact

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
    title: str
    message: str
    hint: str = ""
    detail: str = ""


def problem(error: errors.BackendError, *, during: str = "") -> Problem:
    """What an `ErrorDialog` says of it; `during` names what was being done."""
    title = next((words for kind, words in _TITLES if isinstance(error, kind)), "Failed")
    heading, detail = f"{title}: {during}" if during else title, error.detail
    if isinstance(error, errors.CertificateUntrusted):
        detail = f"SHA-256 {error.fingerprint}\n{detail}"
    nothing_sent = during and isinstance(error, errors.ConnectError)
    hint = f"Nothing was done. {error.hint}" if nothing_sent else error.hint
    return Problem(heading, *(redact(part) for part in (error.message, hint, detail)))
