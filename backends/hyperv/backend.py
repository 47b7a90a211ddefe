"""The backend for Hyper-V. It runs the cmdlets of the Hyper-V module, on this machine or over WinRM on another."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar

from hvtui.backends.hyperv.settings import HyperVSettings
from hvtui.backends.powershell.host.backend import WRITE_IDLE_TIMEOUT, PowerShellBackend

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.contract import Check, Session

__all__ = ["HyperVBackend", "HyperVSettings"]


class HyperVBackend(PowerShellBackend):
    name: ClassVar[str] = "hyperv"
    Settings = HyperVSettings

    @asynccontextmanager
    async def connect(self, settings: HyperVSettings) -> AsyncIterator[Session]:
        from hvtui.backends.hyperv.program import program
        from hvtui.backends.hyperv.session import HyperVSession
        from hvtui.backends.powershell.agent import Deadlines

        deadlines = Deadlines(read=settings.read_seconds(), write=WRITE_IDLE_TIMEOUT)
        read_link, write_link = self.links(settings)
        session = HyperVSession(
            read_link,
            program(),
            self.journal(settings),
            deadlines,
            write_link=write_link,
        )
        try:
            await session.open()
            yield session
        finally:
            await session.close()

    async def diagnose(self, settings: HyperVSettings) -> AsyncIterator[Check]:
        """Check the connection to the host and the host itself. Raises `SettingsError`."""
        from hvtui.backends.errors import ConnectError
        from hvtui.backends.hyperv.diagnose.diagnosis import HyperVDiagnosis
        from hvtui.backends.hyperv.program import program
        from hvtui.backends.powershell.diagnose import records
        from hvtui.backends.powershell.host.winrm_settings import winrm_target
        from hvtui.backends.powershell.winrm.probe import failed

        try:
            read_link, write_link = self.links(settings)
        except ConnectError as error:
            yield failed("command", error)
            return
        for check in records.checks(self.journal(settings)):
            yield check
        target = winrm_target(settings) if settings.host else None
        async for check in HyperVDiagnosis(program(), read_link, write_link, target).checks():
            yield check
