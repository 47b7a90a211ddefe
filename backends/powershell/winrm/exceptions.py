"""What the exceptions of requests, urllib3, spnego and pywinrm say: their kind, their codes and their words.

Classes are recognized by name, so that those packages need not be imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    Kind = Literal[
        "access denied", "broke", "connect timeout", "fault", "http status", "login", "name", "no negotiate", "not winrm",
        "read timeout", "redirect", "refused", "ticket", "tls", "unknown", "unreachable",
    ]  # fmt: skip

_ACCESS_DENIED = 5

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("WinRMOperationTimeoutError", "read timeout"),
    ("WSManFaultError", "fault"),
    ("InvalidCredentialsError", "login"),
    ("KerberosExchangeError", "ticket"),
    ("MutualAuthenticationError", "not winrm"),
    ("SSLEOFError", "broke"),
    ("SSLZeroReturnError", "broke"),
    ("SSLError", "tls"),
    ("TooManyRedirects", "redirect"),
    ("WinRMTransportError", "http status"),
    ("NameResolutionError", "name"),
    ("gaierror", "name"),
    ("ConnectTimeout", "connect timeout"),
    ("ReadTimeout", "read timeout"),
    ("ConnectionRefusedError", "refused"),
    ("NewConnectionError", "unreachable"),
    ("AuthenticationException", "login"),  # of requests_credssp, like the next one
    ("NTStatusException", "login"),
    ("RemoteDisconnected", "broke"),
    ("ConnectionResetError", "broke"),
    ("ConnectionAbortedError", "broke"),
    ("BrokenPipeError", "broke"),
    ("IncompleteRead", "broke"),
    ("AnswerTooSlow", "read timeout"),
    ("AnswerTooLong", "not winrm"),
    ("NotEncrypted", "not winrm"),
    ("NotWinRm", "not winrm"),
    ("ParseError", "not winrm"),
    ("StopIteration", "not winrm"),
    ("PermissionError", "no negotiate"),
)


def kind_of(error: BaseException) -> Kind:
    """Return the kind of the first class in `_KINDS` that occurs in the error, its arguments or its causes."""
    found = {cls.__name__ for each in _chain(error) for cls in type(each).__mro__}
    kind: Kind = next((kind for name, kind in _KINDS if name in found), "unknown")
    if kind == "fault" and getattr(error, "wsman_fault_code", None) == _ACCESS_DENIED:
        return "access denied"
    return kind


def _chain(error: BaseException) -> Iterator[BaseException]:
    pending: list[object] = [error]
    seen: set[int] = set()
    while pending:
        each = pending.pop()
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            pending += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]


def status(error: Exception) -> int:
    """Return the HTTP status in pywinrm's WinRMTransportError, whose arguments are protocol, status and text."""
    return int(_transport_error(error).args[1])


def response_text(error: Exception) -> str:
    return str(_transport_error(error).args[2])


def _transport_error(error: Exception) -> BaseException:
    return next(each for each in _chain(error) if type(each).__name__ == "WinRMTransportError")


def kerberos_code(error: Exception) -> int | None:
    """Return the minor status of the underlying GSSError, whose arguments are two pairs of text and code."""
    for each in _chain(error):
        match each.args:
            case (_, (_, int(code))):
                return code
    return None


def words(error: Exception) -> str:
    """Return what the error says, and the host's own words if it is a fault."""
    text = f"{type(error).__name__}: {error}"
    reason: str = getattr(error, "reason", "") if kind_of(error) in ("fault", "access denied") else ""
    return text if not reason or reason in text else f"{text}\n{reason}"


def fault_reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error)


def fault_code(error: Exception) -> int | None:
    code: int | None = getattr(error, "wsman_fault_code", None)
    return code
