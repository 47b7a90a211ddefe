"""The settings of a Hyper-V host."""

from __future__ import annotations

from dataclasses import dataclass

from hvtui.backends.powershell.host.settings import PowerShellSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class HyperVSettings(PowerShellSettings):
    """A Hyper-V host needs no more than its PowerShell does."""
