"""Everything that can go wrong between hvtui and a host, in one tree.

BackendError
├── SettingsError            what was asked for makes no sense; nothing was sent
├── ConnectError             no session came about
│   ├── HostUnreachable
│   ├── AuthenticationFailed
│   ├── CertificateUntrusted   with the fingerprint
│   ├── ShellRefused           the host knows who asks, and opens no shell
│   └── ConnectTimeout
├── ConnectionLost           a read got no answer: read again
├── OutcomeUnknown           a write was sent and its answer is lost: never retried, always re-read
├── NotAllowed               the host says that this user may not
├── Missing
│   ├── VmMissing
│   └── CheckpointMissing
├── Conflict                 the VM is not in a condition for this
│   ├── VmBusy
│   ├── Merging
│   ├── WrongState
│   ├── CheckpointsDisabled
│   └── TooManyCheckpoints
├── NoSpace
├── Unsupported              this backend or host has no such verb
├── OperationFailed          the host tried and failed, in a way that is none of the above
└── ReplyError               the host answered something that could not be read
"""

from __future__ import annotations


class BackendError(Exception):
    """Says what went wrong (`message`), what to do about it (`hint`), and the host's own words (`detail`).

    Without a hint, the detail is all there is to go by: it is shown everywhere.
    """

    def __init__(self, message: str, *, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail


class SettingsError(BackendError): ...


class ConnectError(BackendError): ...


class HostUnreachable(ConnectError): ...


class AuthenticationFailed(ConnectError): ...


class CertificateUntrusted(ConnectError):
    """The host presents a certificate that is not trusted. Its SHA-256 is `fingerprint`, as upper-case hex pairs.

    `changed`: another certificate was trusted before, whose SHA-256 is `trusted`. A single key must not accept it.
    """

    def __init__(
        self,
        message: str,
        *,
        fingerprint: str,
        changed: bool = False,
        trusted: str = "",
        hint: str = "",
        detail: str = "",
    ) -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.fingerprint = fingerprint
        self.changed = changed
        self.trusted = trusted


class ShellRefused(ConnectError): ...


class ConnectTimeout(ConnectError): ...


class ConnectionLost(BackendError): ...


class OutcomeUnknown(BackendError):
    """The write may have happened not at all, in part or wholly. Only a re-read can tell."""


class NotAllowed(BackendError): ...


class Missing(BackendError): ...


class VmMissing(Missing): ...


class CheckpointMissing(Missing): ...


class Conflict(BackendError): ...


class VmBusy(Conflict): ...


class Merging(Conflict): ...


class WrongState(Conflict): ...


class CheckpointsDisabled(Conflict): ...


class TooManyCheckpoints(Conflict): ...


class NoSpace(BackendError): ...


class Unsupported(BackendError): ...


class OperationFailed(BackendError):
    """Keeps what tells errors apart in every language: the error id, the category and the HRESULT."""

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
