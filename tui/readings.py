"""Keeps what is on screen fresh without keeping the host busy."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from backends.errors import BackendError
from tui.merging import merged

if TYPE_CHECKING:
    from collections.abc import Callable

    from backends.contract import Session
    from backends.model import Inventory, VmId

SOONEST, TIMES = 10.0, 10
QUICK = 2.0


class Readings:
    def __init__(
        self,
        session: Session,
        *,
        show: Callable[[Inventory], None],
        trouble: Callable[[BackendError | None], None],
        watched: Callable[[], VmId | None],
    ) -> None:
        """`watched` names the VM to look at more often, while something goes on with it."""
        self.inventory: Inventory | None = None
        self._session, self._show, self._trouble, self._watched = session, show, trouble, watched
        self._wanted = asyncio.Event()
        self._begun: dict[VmId, float] = {}
        """When the reading of one VM that is shown was begun: older answers do not replace it."""

    def ask(self) -> None:
        """Read all as soon as can be."""
        self._wanted.set()

    async def keep_fresh(self) -> None:
        while True:
            self._wanted.clear()
            took = await self._try_all()
            await self._until(monotonic() + max(SOONEST, TIMES * took))

    async def read_vm(self, vm_id: VmId) -> Inventory:
        """Read one VM anew and show it."""
        begun = monotonic()
        part = await self._session.inventory([vm_id])
        if begun >= self._begun.get(vm_id, 0.0):
            self._begun[vm_id] = begun
            if self.inventory is not None:
                self._take(merged(self.inventory, part, [vm_id]))
        return part

    async def _until(self, due: float) -> None:
        while (left := due - monotonic()) > 0 and not self._wanted.is_set():
            watched = self._watched()
            try:
                async with asyncio.timeout(min(left, QUICK)):
                    await self._wanted.wait()
            except TimeoutError:
                if watched is not None:
                    await self._try_one(watched)

    async def _try_all(self) -> float:
        begun = monotonic()
        try:
            whole = await self._session.inventory()
        except BackendError as error:
            self._trouble(error)
            return 0.0
        newer = [vm_id for vm_id, moment in self._begun.items() if moment > begun]
        if newer and self.inventory is not None:
            whole = merged(whole, self.inventory, newer)
        self._begun = {vm_id: self._begun[vm_id] for vm_id in newer}
        self._trouble(None)
        self._take(whole)
        return monotonic() - begun

    async def _try_one(self, vm_id: VmId) -> None:
        try:
            await self.read_vm(vm_id)
        except BackendError as error:
            self._trouble(error)

    def _take(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self._show(inventory)
