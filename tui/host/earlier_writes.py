"""Tells the outcome of writes of an earlier hvtui, once, and then removes their records."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError
from hvtui.backends.operations import orphans

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from hvtui.backends.contract import Session
    from hvtui.backends.model import Inventory, OrphanedWrite
    from hvtui.backends.operations.orphans import OrphanEnded

SHOWN = 5
_log = logging.getLogger(__name__)


class EarlierWrites:
    def __init__(
        self,
        session: Session,
        *,
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        report: Callable[[BackendError], None],
    ) -> None:
        """`report` shows an error to the person."""
        self.ended: deque[OrphanEnded] = deque(maxlen=SHOWN)
        """The newest first."""
        self._session, self._spawn, self._report = session, spawn, report
        self._handled: set[str] = set()

    def take(self, inventory: Inventory) -> None:
        """Take the outcome of each write that a reading shows to have ended."""
        for orphan in inventory.orphans:
            if orphan.id in self._handled or not orphans.has_ended(orphan, inventory):
                continue
            self._handled.add(orphan.id)
            if not orphan.reported:
                self.ended.appendleft(orphans.ended(orphan, inventory))
            self._spawn(self._forget(orphan))

    async def _forget(self, orphan: OrphanedWrite) -> None:
        try:
            await self._session.forget_orphan(orphan.id)
        except BackendError as error:
            _log.warning("the record of an earlier write %s", orphan.id, exc_info=True)
            self._report(error)
