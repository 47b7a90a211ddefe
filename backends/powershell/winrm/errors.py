"""What requests, urllib3, spnego and pywinrm raise becomes our errors here and nowhere else.

By the names of their classes, so that nothing of theirs is imported for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends import errors
from hvtui.backends.powershell.link import LinkEnded, ResendRequest
from hvtui.backends.powershell.winrm import kerberos

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.errors import BackendError
    from hvtui.backends.powershell.winrm.target import WinRmTarget

GONE = (2150858843, 109, 232)
"""InvalidSelectors: the host was restarted, or gave the shell up. And a pipe whose other end is closed."""
_QUOTAS = {
    2150859173: "It has as many shells of yours as it allows",
    2150859174: "You have asked as much of it as it allows for now",
}
_WINRM_ACCESS_DENIED = 5


def of_line(error: Exception, target: WinRmTarget) -> Exception:
    """In the middle of a conversation: `ResendRequest`, `LinkEnded`, `RequestNotSent`, or what a person must be told."""
    host = target.endpoint.host
    match _kind(error):
        case "fault" if _fault_code(error) in GONE:
            return LinkEnded(f"{host} does not know this PowerShell any more.")
        case "fault" if _fault_code(error) in _QUOTAS:
            return LinkEnded(f"{host} refused: {_said(error)}")
        case "fault" if _fault_code(error) != _WINRM_ACCESS_DENIED:
            return ResendRequest(f"{host}: {_said(error)}")
        case "fault" | "login" | "ticket" | "no login" | "certificate" | "redirect":
            return of_connecting(error, target)
        case "status" if _status(error) not in (400, 500, 502, 503, 504):
            return of_connecting(error, target)
    arrived = _kind(error) not in ("name", "refused", "silent", "unreachable")
    return ResendRequest(f"{type(error).__name__}: {error}", arrived=arrived)


def of_connecting(error: Exception, target: WinRmTarget) -> BackendError:
    """Why no session comes about, with its remedy (facts/winrm §1, §6)."""
    if isinstance(error, errors.BackendError):
        return error
    detail = f"{type(error).__name__}: {error}"
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
        case "no login":
            return errors.AuthenticationFailed(
                f"{host} does not offer the way of signing in that was asked for.",
                hint="Enable Negotiate in its WinRM service, or choose another way to sign in.",
                detail=detail,
            )
        case "fault":
            return _refusal(error, host, detail)
        case "certificate":
            return errors.ConnectError(
                f"{netloc} cannot be spoken to in TLS.",
                hint="Is it the port of https? For a host without a certificate, choose http with NTLM.",
                detail=detail,
            )
        case "name":
            return errors.HostUnreachable(
                f"There is no host called {host}.",
                hint="Check the name, and this machine's DNS.",
                detail=detail,
            )
        case "refused":
            return errors.HostUnreachable(
                f"Nothing listens at {netloc}.",
                hint=_LISTEN[target.endpoint.scheme],
                detail=detail,
            )
        case "unreachable":
            return errors.HostUnreachable(
                f"There is no way to {netloc}.",
                hint="Check this machine's network, or its VPN.",
                detail=detail,
            )
        case "silent" | "late":
            return errors.ConnectTimeout(
                f"{netloc} does not answer.",
                hint="Check that the host is up and that no firewall stands in between.",
                detail=detail,
            )
        case "redirect" | "not winrm":
            return errors.ConnectError(
                f"What answers at {netloc} is not WinRM.", hint="Check the host and the port.", detail=detail
            )
        case "status" if _status(error) == 500 and not _page(error):
            return errors.ConnectError(
                f"{host} refuses the conversation without saying why.",
                hint="Its WinRM service may not take this way of signing in over this transport.",
                detail=detail,
            )
        case "status" if _status(error) == 503:
            return errors.HostUnreachable(
                f"{host} is too busy for WinRM just now.", hint="Try again in a moment.", detail=detail
            )
        case "status":
            return errors.ConnectError(
                f"What answers at {netloc} is not WinRM, or is in trouble (HTTP {_status(error)}).",
                hint="Check the host and the port, and its WinRM service.",
                detail=f"{detail}\n{_page(error)[:500]}",
            )
    return errors.ConnectError(f"No conversation with {netloc} came about.", detail=detail)


_LISTEN = {
    "https": "On the host: winrm quickconfig -transport:https (it needs a certificate), and open port 5986.",
    "http": "On the host: Enable-PSRemoting, and open port 5985.",
}


def _refusal(error: Exception, host: str, detail: str) -> BackendError:
    code = _fault_code(error)
    if code == _WINRM_ACCESS_DENIED:
        return errors.NotAllowed(
            f"{host} does not let you in over WinRM.",
            hint="It wants a member of its Administrators, or rights given by winrm configSDDL default. "
            "A local administrator other than the built-in one needs LocalAccountTokenFilterPolicy.",
            detail=detail,
        )
    if words := _QUOTAS.get(code or 0):
        return errors.ShellRefused(
            f"{host} opens no shell for you: {words[0].lower()}{words[1:]}.",
            hint="Wait until old ones have ended, or raise MaxShellsPerUser on the host.",
            detail=detail,
        )
    return errors.ShellRefused(f"{host} refused: {_said(error)}", detail=detail)


def _status(error: Exception) -> int:
    """Of pywinrm's WinRMTransportError: protocol, HTTP status, text."""
    return int(_transport_error(error).args[1])


def _page(error: Exception) -> str:
    return str(_transport_error(error).args[2])


def _transport_error(error: Exception) -> BaseException:
    return next(each for each in _chain(error) if type(each).__name__ == "WinRMTransportError")


def is_about_tls(error: Exception) -> bool:
    """Whether the certificate may be what is wrong."""
    return _kind(error) == "certificate"


def _kerberos_code(error: Exception) -> int | None:
    """Of the GSSError that it came from: the reason's words and code in the second of two pairs."""
    for each in _chain(error):
        match each.args:
            case (_, (_, int(code))):
                return code
    return None


def _said(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error)


def _fault_code(error: Exception) -> int | None:
    code: int | None = getattr(error, "wsman_fault_code", None)
    return code


_KINDS = (
    ("WinRMOperationTimeoutError", "late"),
    ("WSManFaultError", "fault"),
    ("InvalidCredentialsError", "login"),
    ("KerberosExchangeError", "ticket"),
    ("MutualAuthenticationError", "not winrm"),
    ("SSLError", "certificate"),
    ("TooManyRedirects", "redirect"),
    ("WinRMTransportError", "status"),
    ("NameResolutionError", "name"),
    ("gaierror", "name"),
    ("ConnectTimeout", "silent"),
    ("ReadTimeout", "late"),
    ("ConnectionRefusedError", "refused"),
    ("NewConnectionError", "unreachable"),
    ("AuthenticationException", "login"),  # of requests_credssp, as is the next
    ("NTStatusException", "login"),
    ("TooMuch", "not winrm"),
    ("NotSealed", "not winrm"),
    ("NotWinRm", "not winrm"),
    ("ParseError", "not winrm"),
    ("StopIteration", "not winrm"),
    ("PermissionError", "no login"),
)


def _kind(error: BaseException) -> str:
    """The first of `_KINDS` among the error, what it wraps and what it came from."""
    found = {cls.__name__ for each in _chain(error) for cls in type(each).__mro__}
    return next((kind for name, kind in _KINDS if name in found), "")


def _chain(error: BaseException) -> Iterator[BaseException]:
    pending: list[object] = [error]
    seen: set[int] = set()
    while pending:
        each = pending.pop()
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            pending += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
