"""From what a person set to the way to a host. What is unsafe is refused here, before anything is sent."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import TYPE_CHECKING, cast

from hvtui.backends.errors import SettingsError
from hvtui.backends.paths import state_folder
from hvtui.backends.powershell.winrm.certificates import Pins, check_ca_file
from hvtui.backends.powershell.winrm.endpoint import Endpoint, parse
from hvtui.backends.powershell.winrm.target import Auth, WinRmTarget

if TYPE_CHECKING:
    from hvtui.backends.hyperv.backend import HyperVSettings

_NEEDS = {
    "kerberos": "winkerberos" if sys.platform == "win32" else "kerberos",
    "credssp": "requests_credssp",
}
"""What must be importable for a way of signing in; the extra of ours that brings it has the way's name."""


def endpoint(settings: HyperVSettings) -> Endpoint:
    """Raises `SettingsError`."""
    port = settings.port
    if port and not (port.isascii() and port.isdigit()):
        raise SettingsError(f"“{port}” is no port.", hint="WinRM listens at 5986 (https) or 5985 (http).")
    return parse(settings.host, scheme=settings.transport, port=int(port) if port else None)


def pins() -> Pins:
    return Pins(state_folder() / "certificates.json")


def winrm_target(settings: HyperVSettings) -> WinRmTarget:
    """Raises `SettingsError`, or `BackendError` where the trusted certificates cannot be read."""
    where = endpoint(settings)
    auth = settings.auth
    if auth == "basic":
        raise SettingsError(
            "Basic sign-in is not offered: it hands your password to whoever answers.",
            hint="Use ntlm or kerberos.",
        )
    if auth not in ("ntlm", "kerberos", "credssp"):
        raise SettingsError(f"There is no way to sign in called “{auth}”.", hint="ntlm, kerberos or credssp.")
    if auth in _NEEDS and importlib.util.find_spec(_NEEDS[auth]) is None:
        raise SettingsError(
            f"Signing in with {auth} needs a package that is not installed.",
            hint=f"Install it with: pip install 'hvtui[{auth}]'",
        )
    if auth == "kerberos":
        _hold_fit_for_kerberos(settings.user, where)
    else:
        if not settings.user:
            raise SettingsError(
                "It is not said who signs in.", hint=f"Write user@{where.host}, or use --user."
            )
        if not settings.password:
            raise SettingsError("An empty password is never sent.", hint="Give one, or use kerberos.")
    if settings.ca_file:
        check_ca_file(settings.ca_file)
    return WinRmTarget(
        endpoint=where,
        user=settings.user,
        password=settings.password,
        auth=cast("Auth", auth),
        pin=pins().of(where),
        ca_file=settings.ca_file,
    )


def _hold_fit_for_kerberos(user: str, where: Endpoint) -> None:
    if "\\" in user:
        raise SettingsError(
            f"Kerberos knows no user by a name like {user}.",
            hint="Write you@CORP.EXAMPLE, or no user at all: then it is the one who has a ticket.",
        )
    package = importlib.import_module(_NEEDS["kerberos"])
    if where.scheme == "http" and not hasattr(package, "authGSSWinRMEncryptMessage"):
        raise SettingsError(
            f"The package {package.__name__} on this machine cannot encrypt messages, and http needs that.",
            hint="Use https; or http with ntlm.",
        )
