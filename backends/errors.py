"""The exceptions of backends, in one hierarchy.

BackendError
├── SettingsError            a setting or an argument is invalid; nothing was sent
├── ConnectError             no session could be opened
│   ├── HostUnreachable
│   ├── AuthenticationFailed
│   ├── CertificateUntrusted   with the fingerprint of the certificate
│   ├── ShellRefused           the user is authenticated, but the host does not open a shell
│   └── ConnectTimeout
├── ConnectionLost           a read got no reply: read again
├── OutcomeUnknown           a write was sent and its reply is lost: never retry it, read again
├── HyperVUnavailable        the host is reached, but its Hyper-V cannot be asked; with the cause
├── NotAllowed               the user does not have the required permission
├── Missing
│   ├── VmMissing
│   └── CheckpointMissing
├── Conflict                 the present state of the VM does not allow the operation
│   ├── VmBusy
│   ├── Merging
│   ├── WrongState
│   ├── GuestNotResponding   the guest cannot be asked to shut down
│   ├── CheckpointsDisabled
│   └── TooManyCheckpoints
├── NoSpace
├── FileError                a disk file of the VM is the cause; with its path
│   ├── FileNotPermitted     the VM itself has no permission to open it
│   ├── FileInUse            something else has it open
│   └── FileMissing
├── SavedStateUnusable       the VM cannot resume from its saved memory
├── Unsupported              this backend or host does not support the operation
├── OperationFailed          the operation failed on the host, for another reason than those above
└── ReplyError               the reply of the host could not be parsed
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Self

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime


class Effect(StrEnum):
    """How far a write got that ended in an error."""

    NONE = "none"
    PARTLY = "partly"
    DONE = "done"


class UnavailableCause(StrEnum):
    """Why the Hyper-V of a host that was reached cannot be asked."""

    UNKNOWN = "unknown"
    SERVICE_STOPPED = "service-stopped"
    NOT_ELEVATED = "not-elevated"
    NO_PLATFORM = "no-platform"
    """The management tools are installed, Hyper-V itself is not."""


class BackendError(Exception):
    """An error with a sentence for the user (`message`), what to do (`hint`) and the host's own text (`detail`).

    If the cause is guessed, the detail is never empty, and front ends show it beside the hint. `effect` is what the
    host itself saw after the error of a write; None if it did not look.
    """

    def __init__(
        self, message: str, *, hint: str = "", detail: str = "", effect: Effect | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail
        self.effect = effect

    def with_message(self, message: str, *, hint: str | None = None) -> Self:
        """Return a copy with another message, and with another hint if one is given."""
        copy = type(self).__new__(type(self), message)
        copy.__dict__.update(self.__dict__, message=message, hint=self.hint if hint is None else hint)
        return copy


class SettingsError(BackendError): ...


class ConnectError(BackendError): ...


class HostUnreachable(ConnectError): ...


class AuthenticationFailed(ConnectError): ...


class CertificateFacts(Struct, frozen=True, kw_only=True):
    """What a person compares before trusting a certificate."""

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    sha1: str
    """The thumbprint that Windows shows: upper-case hex digits."""


class CertificateUntrusted(ConnectError):
    """The host presented a certificate that is not trusted.

    `fingerprint` is its SHA-256, as upper-case hex pairs; `facts` is None if the certificate is malformed. `trusted` is
    the fingerprint of another certificate of this host that is trusted: a person has to forget that one before the new
    one can be accepted.
    """

    def __init__(
        self,
        message: str,
        *,
        fingerprint: str,
        facts: CertificateFacts | None = None,
        trusted: str = "",
        hint: str = "",
        detail: str = "",
    ) -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.fingerprint = fingerprint
        self.facts = facts
        self.trusted = trusted

    @property
    def changed(self) -> bool:
        return bool(self.trusted)


class ShellRefused(ConnectError): ...


class ConnectTimeout(ConnectError): ...


class ConnectionLost(BackendError): ...


class OutcomeUnknown(BackendError):
    """The write may have been executed fully, partly or not at all. Only another read shows which."""


class HyperVUnavailable(BackendError):
    def __init__(self, message: str, *, cause: UnavailableCause, hint: str = "", detail: str = "") -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.cause = cause


class VmmUnavailable(HyperVUnavailable):
    """The service of Virtual Machine Manager does not answer."""

    def __init__(self, message: str, *, hint: str = "", detail: str = "") -> None:
        super().__init__(message, cause=UnavailableCause.UNKNOWN, hint=hint, detail=detail)


class NotAllowed(BackendError): ...


class Missing(BackendError): ...


class VmMissing(Missing): ...


class CheckpointMissing(Missing): ...


class Conflict(BackendError): ...


class VmBusy(Conflict): ...


class Merging(Conflict): ...


class WrongState(Conflict): ...


class GuestNotResponding(Conflict): ...


class CheckpointsDisabled(Conflict): ...


class TooManyCheckpoints(Conflict): ...


class NoSpace(BackendError): ...


class FileError(BackendError):
    """`path` is that of the file; "" if the host did not name it."""

    def __init__(self, message: str, *, path: str = "", hint: str = "", detail: str = "") -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.path = path


class FileNotPermitted(FileError): ...


class FileInUse(FileError): ...


class FileMissing(FileError): ...


class SavedStateUnusable(BackendError): ...


class Unsupported(BackendError): ...


class OperationFailed(BackendError):
    """An error with the parts that are not localized: the error id, the category and the HRESULT."""

    def __init__(
        self,
        message: str,
        *,
        error_id: str = "",
        category: str = "",
        hresult: int | None = None,
        hint: str = "",
        detail: str = "",
    ) -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.error_id = error_id
        self.category = category
        self.hresult = hresult


class ReplyError(BackendError): ...
