"""The backend for Virtual Machine Manager. It runs the cmdlets of its console, on this machine or over WinRM on another."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar

from hvtui.backends.powershell.host.backend import WRITE_IDLE_TIMEOUT, PowerShellBackend
from hvtui.backends.scvmm.settings import ScvmmSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.contract import Check, Session
    from hvtui.backends.powershell.host.settings import PowerShellSettings

__all__ = ["ScvmmBackend", "ScvmmSettings"]


class ScvmmBackend(PowerShellBackend):
    name: ClassVar[str] = "scvmm"
    Settings = ScvmmSettings

    def host_key(self, settings: PowerShellSettings) -> str:
        """Return what identifies the VMM server: the same machine may be a Hyper-V host, which knows VMs by other ids."""
        assert isinstance(settings, ScvmmSettings)
        return f"scvmm {super().host_key(settings)} {settings.vmm_server}"

    @asynccontextmanager
    async def connect(self, settings: ScvmmSettings) -> AsyncIterator[Session]:
        from hvtui.backends.powershell.agent import Deadlines
        from hvtui.backends.scvmm.program import program
        from hvtui.backends.scvmm.session import ScvmmSession

        deadlines = Deadlines(read=settings.read_seconds(), write=WRITE_IDLE_TIMEOUT)
        read_link, write_link = self.links(settings)
        session = ScvmmSession(
            read_link,
            program(server=settings.vmm_server, role=settings.vmm_role),
            self.journal(settings),
            deadlines,
            write_link=write_link,
        )
        try:
            await session.open()
            yield session
        finally:
            await session.close()

    async def diagnose(self, settings: ScvmmSettings) -> AsyncIterator[Check]:
        """Check the connection to VMM and VMM itself. Raises `SettingsError`."""
        from hvtui.backends.errors import ConnectError
        from hvtui.backends.powershell.diagnose import records
        from hvtui.backends.powershell.host.winrm_settings import winrm_target
        from hvtui.backends.powershell.winrm.probe import failed
        from hvtui.backends.scvmm.diagnose.diagnosis import ScvmmDiagnosis
        from hvtui.backends.scvmm.program import program

        try:
            read_link, write_link = self.links(settings)
        except ConnectError as error:
            yield failed("command", error)
            return
        for check in records.checks(self.journal(settings)):
            yield check
        target = winrm_target(settings) if settings.host else None
        run = program(server=settings.vmm_server, role=settings.vmm_role)
        async for check in ScvmmDiagnosis(run, read_link, write_link, target).checks():
            yield check
