"""Validates the settings of a remote host and converts them to a `WinRmTarget`, before anything is sent."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from hvtui.backends.errors import SettingsError
from hvtui.backends.paths import state_folder
from hvtui.backends.powershell.winrm.certificates import Pins, check_ca_file
from hvtui.backends.powershell.winrm.endpoint import PORTS, Endpoint, parse
from hvtui.backends.powershell.winrm.target import Auth, WinRmTarget
from hvtui.backends.secret import Secret

if TYPE_CHECKING:
    from hvtui.backends.powershell.host.settings import PowerShellSettings

_PACKAGES = {
    "kerberos": "winkerberos" if sys.platform == "win32" else "kerberos",
    "credssp": "requests_credssp",
}
"""The package that an authentication method needs. The extra of hvtui that installs it has the method's name."""


def endpoint(settings: PowerShellSettings) -> Endpoint:
    """Return the WinRM endpoint of the host. Raises `SettingsError`."""
    port, transport = settings.port, settings.transport
    if transport and transport not in PORTS:
        raise SettingsError(f"There is no transport “{transport}”.", hint="https or http.")
    if port and not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        raise SettingsError(
            f"“{port}” is not a port number.", hint="WinRM listens at 5986 (https) or 5985 (http)."
        )
    return parse(settings.host, scheme=transport, port=int(port) if port else None)


def pins() -> Pins:
    return Pins(state_folder() / "certificates.json")


def check(settings: PowerShellSettings) -> Endpoint:
    """Return the endpoint. Raises `SettingsError` if anything but the user or the password is wrong."""
    target_endpoint = endpoint(settings)
    auth = settings.auth
    if auth == "basic":
        raise SettingsError(
            "Basic authentication is not offered: it sends your password to whatever answers.",
            hint="Use ntlm or kerberos.",
        )
    if auth not in ("ntlm", "kerberos", "credssp"):
        raise SettingsError(f"There is no authentication method “{auth}”.", hint="ntlm, kerberos or credssp.")
    if auth in _PACKAGES and importlib.util.find_spec(_PACKAGES[auth]) is None:
        raise SettingsError(
            f"Authentication with {auth} needs a package that is not installed.",
            hint=f"Install hvtui again with it, in its checkout: pipx install --force '.[{auth}]'",
        )
    if auth == "kerberos":
        _check_kerberos(settings.user, target_endpoint)
    if settings.ca_file:
        check_ca_file(settings.ca_file)
    return target_endpoint


def winrm_target(settings: PowerShellSettings) -> WinRmTarget:
    """Validate the settings. Raises `SettingsError`, or `BackendError` if the trusted certificates cannot be read."""
    target = anonymous_target(settings)
    if settings.auth != "kerberos":
        if not settings.user:
            raise SettingsError(
                "No user is given.", hint=f"Write user@{target.endpoint.host}, or use --user."
            )
        if not settings.password:
            raise SettingsError("An empty password is never sent.", hint="Enter one, or use kerberos.")
    return replace(target, user=settings.user, password=settings.password, auth=cast("Auth", settings.auth))


def anonymous_target(settings: PowerShellSettings) -> WinRmTarget:
    """Return the target without a user, to check the host before anybody signs in. Raises as `winrm_target` does."""
    target_endpoint = check(settings)
    return WinRmTarget(
        endpoint=target_endpoint,
        user="",
        password=Secret(""),
        pin=pins().of(target_endpoint),
        ca_file=settings.ca_file,
    )


def _check_kerberos(user: str, target_endpoint: Endpoint) -> None:
    """Raise `SettingsError` if Kerberos cannot be used for this user and endpoint."""
    if "\\" in user:
        raise SettingsError(
            f"{user} is not the name of a Kerberos user.",
            hint="Write you@CORP.EXAMPLE, or leave the user out to use the ticket that you have.",
        )
    package = importlib.import_module(_PACKAGES["kerberos"])
    if target_endpoint.scheme == "http" and not hasattr(package, "authGSSWinRMEncryptMessage"):
        raise SettingsError(
            f"The package {package.__name__} on this machine cannot encrypt messages, and http needs that.",
            hint="Use https, or http with ntlm.",
        )
