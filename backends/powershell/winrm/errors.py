"""Converts the exceptions of requests, urllib3, spnego and pywinrm to those of hvtui.

It recognizes their classes by name, so that it need not import those packages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from hvtui.backends import errors
from hvtui.backends.powershell.link import LinkEnded, ResendRequest
from hvtui.backends.powershell.winrm import kerberos
from hvtui.backends.powershell.winrm.endpoint import PORTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.errors import BackendError
    from hvtui.backends.powershell.winrm.endpoint import Endpoint
    from hvtui.backends.powershell.winrm.target import WinRmTarget

    Kind = Literal[
        "access denied", "broke", "connect timeout", "fault", "http status", "login", "name", "no negotiate", "not winrm",
        "read timeout", "redirect", "refused", "ticket", "tls", "unknown", "unreachable",
    ]  # fmt: skip

_SHELL_GONE = (2150858843, 109, 232)
"""InvalidSelectors (after a restart of the host or the shell's idle timeout), and the codes of a closed pipe."""
_QUOTAS = {
    2150859173: "you already have as many shells as it allows",
    2150859174: "you have sent as many requests as it allows for now",
}
_ACCESS_DENIED = 5
_RETRYABLE_STATUS = (400, 500, 502, 503, 504)
_TOO_BUSY = 503
_BAD_SEAL = 400
"""The answer to an encrypted message of another connection: the host has not read it."""


def from_exchange(error: Exception, target: WinRmTarget) -> Exception:
    """Convert the error of a message to a running PowerShell to `ResendRequest`, `LinkEnded` or a `BackendError`."""
    if isinstance(error, errors.BackendError):
        return error
    host = target.endpoint.host
    match _kind(error):
        case "fault" if _fault_code(error) in _SHELL_GONE:
            return LinkEnded(f"This PowerShell does not exist on {host} any more: {_fault_reason(error)}")
        case "fault" if _fault_code(error) in _QUOTAS:
            return LinkEnded(f"{host} refused: {_fault_reason(error)}")
        case "fault":
            return ResendRequest(f"{host}: {_fault_reason(error)}")
        case "access denied" | "login" | "ticket" | "no negotiate" | "tls" | "redirect":
            return from_connecting(error, target)
        case "http status" if _status(error) not in _RETRYABLE_STATUS:
            return from_connecting(error, target)
    arrived = _kind(error) not in ("name", "refused", "connect timeout", "unreachable")
    return ResendRequest(_words(error), arrived=arrived)


def is_transient(error: Exception) -> bool:
    """Whether the same attempt to start PowerShell may succeed a moment later, as after a broken connection."""
    if isinstance(error, errors.BackendError):
        return False
    match _kind(error):
        case "broke" | "not winrm" | "unknown":
            return True
        case "http status":
            return _status(error) in _RETRYABLE_STATUS and _status(error) != _TOO_BUSY
    return False


def is_break(error: Exception) -> bool:
    """Whether the connection broke."""
    return not isinstance(error, errors.BackendError) and _kind(error) == "broke"


def is_unread(error: Exception, target: WinRmTarget) -> bool:
    """Whether the host could not read the message, because its connection had been replaced unnoticed."""
    return target.encrypts_messages and _kind(error) == "http status" and _status(error) == _BAD_SEAL


def from_connecting(error: Exception, target: WinRmTarget) -> BackendError:
    """Convert the error of a connection attempt to a `BackendError` with its remedy (facts/winrm §1, §6)."""
    if isinstance(error, errors.BackendError):
        return error
    detail = _words(error)
    host, netloc = target.endpoint.host, target.endpoint.netloc
    match _kind(error):
        case "ticket":
            return kerberos.refusal(_kerberos_code(error), target, detail)
        case "login" if target.auth == "kerberos":
            return errors.AuthenticationFailed(
                f"{host} does not accept this Kerberos ticket, or it has expired.",
                hint="klist shows it. Get new ones: kdestroy, then kinit; the host's own key may have changed.",
                detail=detail,
            )
        case "login":
            return errors.AuthenticationFailed(
                f"{host} does not accept this user and password.",
                hint="Check both, and that the account is not locked. A local user is written as HOST\\user.",
                detail=detail,
            )
        case "no negotiate":
            return errors.AuthenticationFailed(
                f"{host} does not offer this authentication method ({target.auth}).",
                hint="Enable Negotiate in its WinRM service, or choose another method with --auth.",
                detail=detail,
            )
        case "access denied":
            return errors.NotAllowed(
                f"{host} denies you access over WinRM.",
                hint="It requires membership of its Administrators, or rights given by winrm configSDDL default. "
                "A local administrator other than the built-in one needs LocalAccountTokenFilterPolicy.",
                detail=detail,
            )
        case "fault":
            return _shell_refused(error, host, detail)
        case "tls":
            return no_tls(target, detail)
        case "name":
            return errors.HostUnreachable(
                f"There is no host called {host}.",
                hint="Check the name, and this machine's DNS.",
                detail=detail,
            )
        case "refused":
            return errors.HostUnreachable(
                f"Nothing is listening at {netloc}.",
                hint=_enable_winrm(target.endpoint),
                detail=detail,
            )
        case "unreachable":
            return errors.HostUnreachable(
                f"There is no route to {netloc}.",
                hint="Check this machine's network, or its VPN.",
                detail=detail,
            )
        case "connect timeout" | "read timeout":
            return no_answer(target, detail)
        case "redirect" | "not winrm":
            return errors.ConnectError(
                f"The service at {netloc} is not WinRM.", hint="Check the host and the port.", detail=detail
            )
        case "broke":
            return broke(target, detail)
        case "http status" if is_unread(error, target):
            return broke(target, detail)
        case "http status":
            return _bad_status(error, target, detail)
    return errors.ConnectError(f"The connection to {netloc} failed.", detail=detail)


def broke(target: WinRmTarget, detail: str) -> errors.ConnectError:
    netloc, scheme = target.endpoint.netloc, target.endpoint.scheme
    return errors.ConnectError(
        f"The connection to {netloc} broke.",
        hint=f"Try again. If that happens each time, check the network in between, and that this is a port for {scheme}.",
        detail=detail,
    )


def no_answer(target: WinRmTarget, detail: str = "") -> errors.ConnectTimeout:
    return errors.ConnectTimeout(
        f"{target.endpoint.netloc} does not answer.",
        hint=f"Check that the host is running and that no firewall blocks port {target.endpoint.port}.",
        detail=detail,
    )


def no_tls(target: WinRmTarget, detail: str = "") -> errors.ConnectError:
    return errors.ConnectError(
        f"No TLS connection to {target.endpoint.netloc} can be made.",
        hint="Check that this is the port for https. For a host without a certificate, choose http with NTLM.",
        detail=detail,
    )


def is_login_refused(error: Exception) -> bool:
    return _kind(error) == "login"


def is_tls_error(error: Exception) -> bool:
    """Whether TLS failed, perhaps because the certificate is not trusted."""
    return _kind(error) == "tls"


def summary(error: Exception) -> str:
    """Describe the error in a few words for the log: its kind and codes, never the body of a message."""
    match _kind(error):
        case "fault" | "access denied":
            return f"WSMan fault {_fault_code(error)}, HTTP {getattr(error, 'code', '?')}"
        case "http status":
            return f"HTTP {_status(error)}"
        case kind:
            return f"{kind} ({type(error).__name__})"


_ENABLE_WINRM = {
    "https": "winrm quickconfig -transport:https (it needs a certificate)",
    "http": "Enable-PSRemoting",
}


def _enable_winrm(endpoint: Endpoint) -> str:
    how, port = _ENABLE_WINRM[endpoint.scheme], endpoint.port
    if port == PORTS[endpoint.scheme]:
        return f"On the host: {how}, and open port {port}."
    return (
        f"On the host: {how}, let it listen at port {port} (winrm enumerate winrm/config/listener shows where it "
        f"does), and open port {port}."
    )


def _shell_refused(error: Exception, host: str, detail: str) -> BackendError:
    if reason := _QUOTAS.get(_fault_code(error) or 0):
        return errors.ShellRefused(
            f"{host} refuses to open a shell for you: {reason}.",
            hint="Wait until old shells have ended, or raise MaxShellsPerUser on the host.",
            detail=detail,
        )
    return errors.ShellRefused(f"{host} refused: {_fault_reason(error)}", detail=detail)


def _bad_status(error: Exception, target: WinRmTarget, detail: str) -> BackendError:
    host, status, text = target.endpoint.host, _status(error), _response_text(error)
    if status == 500 and not text:
        return errors.ConnectError(
            f"{host} refuses the connection and gives no reason.",
            hint="Its WinRM service may not allow this authentication method over this transport.",
            detail=detail,
        )
    if status == _TOO_BUSY:
        return errors.HostUnreachable(
            f"WinRM on {host} is too busy just now.", hint="Try again in a moment.", detail=detail
        )
    return errors.ConnectError(
        f"The service at {target.endpoint.netloc} is not WinRM, or it has failed (HTTP {status}).",
        hint="Check the host and the port, and its WinRM service.",
        detail=f"{detail}\n{text[:500]}",
    )


def _status(error: Exception) -> int:
    """Return the HTTP status in pywinrm's WinRMTransportError, whose arguments are protocol, status and text."""
    return int(_transport_error(error).args[1])


def _response_text(error: Exception) -> str:
    return str(_transport_error(error).args[2])


def _transport_error(error: Exception) -> BaseException:
    return next(each for each in _chain(error) if type(each).__name__ == "WinRMTransportError")


def _kerberos_code(error: Exception) -> int | None:
    """Return the minor status of the underlying GSSError, whose arguments are two pairs of text and code."""
    for each in _chain(error):
        match each.args:
            case (_, (_, int(code))):
                return code
    return None


def _words(error: Exception) -> str:
    """Return what the error says, and the host's own words if it is a fault."""
    words = f"{type(error).__name__}: {error}"
    reason: str = getattr(error, "reason", "") if _kind(error) in ("fault", "access denied") else ""
    return words if not reason or reason in words else f"{words}\n{reason}"


def _fault_reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error)


def _fault_code(error: Exception) -> int | None:
    code: int | None = getattr(error, "wsman_fault_code", None)
    return code


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


def _kind(error: BaseException) -> Kind:
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
