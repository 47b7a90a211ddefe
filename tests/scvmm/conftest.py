"""VMM on a real PowerShell."""

from __future__ import annotations

from tests.hyperv_host.conftest import powershell

__all__ = ["powershell"]
