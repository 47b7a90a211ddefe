"""Hyper-V, through the cmdlets of its own PowerShell module."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from backends.contract import Session

__all__ = ["HyperVBackend", "HyperVSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HyperVSettings:
    """Nothing to say yet: the host is this machine."""


class HyperVBackend:
    name: ClassVar[str] = "hyperv"
    title: ClassVar[str] = "Hyper-V"
    Settings = HyperVSettings

    @asynccontextmanager
    async def connect(self, settings: HyperVSettings) -> AsyncIterator[Session]:
        from backends.hyperv.ledger import Ledger, state_folder
        from backends.hyperv.program import program
        from backends.hyperv.session import HyperVSession
        from backends.powershell.agent import Deadlines
        from backends.powershell.local_link import LocalLink, find_powershell

        powershell = find_powershell()
        session = HyperVSession(
            lambda: LocalLink(powershell),
            program(),
            Ledger(state_folder() / "writes", host="local"),
            Deadlines(),
        )
        try:
            await session.open()
            yield session
        finally:
            session.close()
