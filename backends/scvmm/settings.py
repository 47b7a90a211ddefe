"""The settings of a VMM server."""

from __future__ import annotations

from dataclasses import dataclass

from hvtui.backends.powershell.host.settings import PowerShellSettings
from hvtui.backends.settings import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ScvmmSettings(PowerShellSettings):
    """`host` is the machine on which PowerShell and the VMM console are: the VMM server itself, if nothing else is said."""

    vmm_server: str = setting(
        flag="--vmm-server",
        help="the VMM server, as the machine with the VMM console knows it, if it is not that machine",
        placeholder="NAME",
        in_address=True,
        default="localhost",
    )
    vmm_role: str = setting(
        flag="--vmm-role",
        help="the user role in VMM, if you have more than one",
        placeholder="NAME",
        in_address=True,
        default="",
    )
