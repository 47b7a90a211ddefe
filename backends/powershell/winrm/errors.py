"""Converts the exceptions of requests, urllib3, spnego and pywinrm to those of hvtui."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends import errors
from hvtui.backends.powershell.link import LinkEnded, ResendRequest
from hvtui.backends.powershell.winrm import kerberos
from hvtui.backends.powershell.winrm.endpoint import PORTS
from hvtui.backends.powershell.winrm.exceptions import (
    fault_code,
    fault_reason,
    kerberos_code,
    kind_of,
    response_text,
    status,
    words,
)

if TYPE_CHECKING:
    from hvtui.backends.errors import BackendError
    from hvtui.backends.powershell.winrm.endpoint import Endpoint
    from hvtui.backends.powershell.winrm.target import WinRmTarget


_SHELL_GONE = (2150858843, 109, 232)
"""InvalidSelectors (after a restart of the host or the shell's idle timeout), and the codes of a closed pipe."""
_QUOTAS = {
    2150859173: "you already have as many shells as it allows",
    2150859174: "you have sent as many requests as it allows for now",
}
_RETRYABLE_STATUS = (400, 500, 502, 503, 504)
_TOO_BUSY = 503
_BAD_SEAL = 400
"""The answer to an encrypted message of another connection: the host has not read it."""


def from_exchange(error: Exception, target: WinRmTarget) -> Exception:
    """Convert the error of a message to a running PowerShell to `ResendRequest`, `LinkEnded` or a `BackendError`."""
    if isinstance(error, errors.BackendError):
        return error
    host = target.endpoint.host
    match kind_of(error):
        case "fault" if fault_code(error) in _SHELL_GONE:
            return LinkEnded(f"This PowerShell does not exist on {host} any more: {fault_reason(error)}")
        case "fault" if fault_code(error) in _QUOTAS:
            return LinkEnded(f"{host} refused: {fault_reason(error)}")
        case "fault":
            return ResendRequest(f"{host}: {fault_reason(error)}")
        case "access denied" | "login" | "ticket" | "no negotiate" | "tls" | "redirect":
            return from_connecting(error, target)
        case "http status" if status(error) not in _RETRYABLE_STATUS:
            return from_connecting(error, target)
    arrived = kind_of(error) not in ("name", "refused", "connect timeout", "unreachable")
    return ResendRequest(words(error), arrived=arrived)


def is_transient(error: Exception) -> bool:
    """Whether the same attempt to start PowerShell may succeed a moment later, as after a broken connection."""
    if isinstance(error, errors.BackendError):
        return False
    match kind_of(error):
        case "broke" | "not winrm" | "unknown":
            return True
        case "http status":
            return status(error) in _RETRYABLE_STATUS and status(error) != _TOO_BUSY
    return False


def is_break(error: Exception) -> bool:
    """Whether the connection broke."""
    return not isinstance(error, errors.BackendError) and kind_of(error) == "broke"


def is_unread(error: Exception, target: WinRmTarget) -> bool:
    """Whether the host could not read the message, because its connection had been replaced unnoticed."""
    return target.encrypts_messages and kind_of(error) == "http status" and status(error) == _BAD_SEAL


def from_connecting(error: Exception, target: WinRmTarget) -> BackendError:
    """Convert the error of a connection attempt to a `BackendError` with its remedy (facts/winrm §1, §6)."""
    if isinstance(error, errors.BackendError):
        return error
    detail = words(error)
    host, netloc = target.endpoint.host, target.endpoint.netloc
    match kind_of(error):
        case "ticket":
            return kerberos.refusal(kerberos_code(error), target, detail)
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
    return kind_of(error) == "login"


def is_tls_error(error: Exception) -> bool:
    """Whether TLS failed, perhaps because the certificate is not trusted."""
    return kind_of(error) == "tls"


def summary(error: Exception) -> str:
    """Describe the error in a few words for the log: its kind and codes, never the body of a message."""
    match kind_of(error):
        case "fault" | "access denied":
            return f"WSMan fault {fault_code(error)}, HTTP {getattr(error, 'code', '?')}"
        case "http status":
            return f"HTTP {status(error)}"
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
    if reason := _QUOTAS.get(fault_code(error) or 0):
        return errors.ShellRefused(
            f"{host} refuses to open a shell for you: {reason}.",
            hint="Wait until old shells have ended, or raise MaxShellsPerUser on the host.",
            detail=detail,
        )
    return errors.ShellRefused(f"{host} refused: {fault_reason(error)}", detail=detail)


def _bad_status(error: Exception, target: WinRmTarget, detail: str) -> BackendError:
    host, code, text = target.endpoint.host, status(error), response_text(error)
    if code == 500 and not text:
        return errors.ConnectError(
            f"{host} refuses the connection and gives no reason.",
            hint="Its WinRM service may not allow this authentication method over this transport.",
            detail=detail,
        )
    if code == _TOO_BUSY:
        return errors.HostUnreachable(
            f"WinRM on {host} is too busy just now.", hint="Try again in a moment.", detail=detail
        )
    return errors.ConnectError(
        f"The service at {target.endpoint.netloc} is not WinRM, or it has failed (HTTP {code}).",
        hint="Check the host and the port, and its WinRM service.",
        detail=f"{detail}\n{text[:500]}",
    )
