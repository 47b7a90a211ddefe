"""The settings of a host that is asked through PowerShell, on this machine or over WinRM."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hvtui.backends.errors import SettingsError
from hvtui.backends.secret import Secret
from hvtui.backends.settings import PASSWORD, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerShellSettings:
    host: str = ""
    """A name, an address or a URL; "" for this machine, and then the other settings but `read_limit` are ignored."""
    user: str = setting(
        flag="--user",
        env="HVTUI_USER",
        help="the user: CORP\\you, you@corp.example",
        remote_only=True,
        default="",
    )
    password: Secret = setting(flag="", env=PASSWORD, help="", secret=True, default=Secret(""))  # noqa: RUF009 - it is frozen
    transport: str = setting(
        flag="--transport",
        help="https (the default) or http",
        choices=("https", "http"),
        in_address=True,
        remote_only=True,
        default="",
    )
    port: str = setting(
        flag="--port",
        number=True,
        help="the port of WinRM, if not 5986 or 5985",
        in_address=True,
        remote_only=True,
        default="",
    )
    auth: str = setting(
        flag="--auth",
        help="ntlm (the default), kerberos (with your ticket) or credssp",
        placeholder="METHOD",
        choices=("ntlm", "kerberos", "credssp"),
        remote_only=True,
        default="ntlm",
    )
    ca_file: str = setting(
        flag="--ca-file",
        help="certificates of the authorities to trust, as PEM",
        placeholder="FILE",
        remote_only=True,
        default="",
    )
    read_limit: str = setting(
        flag="--read-limit",
        env="HVTUI_READ_LIMIT",
        placeholder="SECONDS",
        help="the longest that reading all VMs may take, in seconds; without it a slow host is waited for",
        number=True,
        default="",
    )

    def read_seconds(self) -> float:
        """The limit of a reading in seconds; infinite if none is set. Raises `SettingsError`."""
        if not self.read_limit:
            return math.inf
        if not (self.read_limit.isascii() and self.read_limit.isdigit() and int(self.read_limit)):
            raise SettingsError(
                f"“{self.read_limit}” is not a number of seconds.",
                hint="Give --read-limit (HVTUI_READ_LIMIT) a whole number, or leave it out to wait for a slow host.",
            )
        return float(self.read_limit)
