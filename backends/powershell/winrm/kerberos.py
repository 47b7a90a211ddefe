"""Explains why Kerberos grants no ticket for a host, by the codes of MIT's library: its messages may be localized."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.errors import AuthenticationFailed, BackendError, HostUnreachable

if TYPE_CHECKING:
    from hvtui.backends.powershell.winrm.target import WinRmTarget

_KRB5_BASE = -1765328384
"""The base of krb5's error codes."""
_NO_TICKET = (
    "There is no Kerberos ticket for {who}.",
    "Get one first: kinit {user}. With Kerberos hvtui neither asks for a password nor uses one.",
)
_NO_KDC = (
    "No Kerberos server of the realm answers.",
    "Check this machine's network, its VPN, and the realm in its krb5.conf.",
)
_REASONS = {
    _KRB5_BASE + 7: (
        "Kerberos knows no host called {host}.",
        "Use its full name in the domain, like hv01.corp.example. An address does not work.",
    ),
    _KRB5_BASE + 32: ("The Kerberos ticket for {who} has expired.", "Get a new one: kinit {user}."),
    _KRB5_BASE + 37: (
        "The clocks of this machine and of the Kerberos server are too far apart.",
        "Set both by the same time server: they may differ by 5 minutes at most.",
    ),
    _KRB5_BASE + 141: _NO_TICKET,
    _KRB5_BASE + 154: _NO_KDC,  # the realm is not in the configuration
    _KRB5_BASE + 156: _NO_KDC,  # none can be contacted
    _KRB5_BASE + 195: _NO_TICKET,  # there is no credential cache
    _KRB5_BASE + 220: _NO_KDC,  # its name cannot be resolved
    _KRB5_BASE + 224: (
        "Kerberos does not know the realm of {who}.",
        "Write the user as you@CORP.EXAMPLE, or set default_realm in krb5.conf.",
    ),
}


def refusal(code: int | None, target: WinRmTarget, detail: str) -> BackendError:
    """Return the error for the minor status `code` of GSSAPI."""
    reason = _REASONS.get(code or 0, ("Kerberos grants no ticket for {host}.", ""))
    names = {
        "host": target.endpoint.host,
        "who": target.user or "you",
        "user": target.user or "you@CORP.EXAMPLE",
    }
    message, hint = (text.format(**names) for text in reason)
    kind = HostUnreachable if reason is _NO_KDC else AuthenticationFailed
    return kind(message, hint=hint, detail=detail)
