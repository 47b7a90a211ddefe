"""Why Kerberos gives no ticket for a host, told by the codes of MIT's library: its words may be in any language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.errors import AuthenticationFailed, BackendError, HostUnreachable

if TYPE_CHECKING:
    from hvtui.backends.powershell.winrm.target import WinRmTarget

_FIRST = -1765328384
"""Of the codes of krb5, after which the others are numbered."""
_NO_TICKET = (
    "There is no Kerberos ticket for {who}.",
    "Get one first: kinit {user}. With Kerberos hvtui neither asks for a password nor uses one.",
)
_NO_SERVER = (
    "No Kerberos server of the realm answers.",
    "Check this machine's network, its VPN, and the realm in its krb5.conf.",
)
_TOLD = {
    _FIRST + 7: (
        "Kerberos knows no host called {host}.",
        "Use its full name in the domain, like hv01.corp.example: an address does not do.",
    ),
    _FIRST + 32: ("The Kerberos ticket for {who} has expired.", "Get a new one: kinit {user}."),
    _FIRST + 37: (
        "The clocks of this machine and of the Kerberos server are too far apart.",
        "Set both by the same time server: 5 minutes are the most.",
    ),
    _FIRST + 141: _NO_TICKET,
    _FIRST + 154: _NO_SERVER,  # the realm is in no configuration
    _FIRST + 156: _NO_SERVER,  # none is reached
    _FIRST + 195: _NO_TICKET,  # there is not even a cache
    _FIRST + 220: _NO_SERVER,  # its name is in no DNS
    _FIRST + 224: (
        "Kerberos does not know the realm of {who}.",
        "Write the user as you@CORP.EXAMPLE, or set default_realm in krb5.conf.",
    ),
}


def refusal(code: int | None, target: WinRmTarget, detail: str) -> BackendError:
    told = _TOLD.get(code or 0, ("Kerberos gives no ticket for {host}.", ""))
    names = {
        "host": target.endpoint.host,
        "who": target.user or "you",
        "user": target.user or "you@CORP.EXAMPLE",
    }
    message, hint = (words.format(**names) for words in told)
    return (HostUnreachable if told is _NO_SERVER else AuthenticationFailed)(
        message, hint=hint, detail=detail
    )
