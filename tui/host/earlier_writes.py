"""Tells the outcome of writes of an earlier hvtui, once, and then removes their records."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.errors import BackendError
from hvtui.backends.operations import orphans
from hvtui.backends.operations.operation import is_open

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from datetime import datetime
    from typing import Any

    from hvtui.backends.contract import Session
    from hvtui.backends.model import Inventory, OrphanedWrite, VmId
    from hvtui.backends.operations.operation import Operation, Operations
    from hvtui.backends.operations.orphans import OrphanEnded

    FindOperation = Callable[[VmId, datetime], tuple[Operations, Operation] | None]

SHOWN = 5
_log = logging.getLogger(__name__)


class EarlierWrites:
    def __init__(
        self,
        session: Session,
        *,
        find_operation: FindOperation,
        ended: Iterable[OrphanEnded],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        report: Callable[[BackendError], None],
    ) -> None:
        """`find_operation` finds the operation of this hvtui that sent a write, as `operation_on_any` does.

        `ended` are the writes whose outcome was told in an earlier session. `report` shows an error to the person.
        """
        self.ended = deque(ended, maxlen=SHOWN)
        """The newest first."""
        self._find_operation = find_operation
        self._session, self._spawn, self._report = session, spawn, report
        self._handled: set[str] = set()

    def take(self, inventory: Inventory) -> Inventory:
        """Take the outcome of each write that a reading shows to have ended, and return the reading without these."""
        for orphan in inventory.orphans:
            if orphan.id in self._handled or not orphans.has_ended(orphan, inventory):
                continue
            ours = self._find_operation(orphan.vm_id, orphan.started)
            if ours is not None and orphan.succeeded is not None:
                operations, operation = ours
                if operation.ending is None or is_open(operation):
                    continue  # what a reading shows of it comes first
                operations.settle(operation, orphan)
            self._handled.add(orphan.id)
            if ours is None and not self._is_told(orphan):
                self.ended.appendleft(orphans.ended(orphan, inventory))
            self._spawn(self._forget(orphan))
        if not any(orphan.id in self._handled for orphan in inventory.orphans):
            return inventory
        left = (orphan for orphan in inventory.orphans if orphan.id not in self._handled)
        return replace(inventory, orphans=tuple(left))

    def _is_told(self, orphan: OrphanedWrite) -> bool:
        return orphan.reported or any(told.orphan.id == orphan.id for told in self.ended)

    async def _forget(self, orphan: OrphanedWrite) -> None:
        try:
            await self._session.forget_orphan(orphan.id)
        except BackendError as error:
            _log.warning("the record of an earlier write %s", orphan.id, exc_info=True)
            self._report(error)
