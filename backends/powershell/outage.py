"""How long a broken line is tried again, and how often."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading

PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each next attempt; the last one for all that follow."""
NOTICED = 1.0
"""Seconds that a line may be broken before a person is told: most breaks are over sooner."""


class Outage:
    def __init__(self, patience: float) -> None:
        """`patience`: seconds from the first break until the line is given up."""
        self._patience = patience
        self._since: float | None = None
        self._attempts = 0

    @property
    def noticed(self) -> bool:
        return self._since is not None and time.monotonic() - self._since > NOTICED

    def over(self) -> None:
        """Something came over the line."""
        self._since, self._attempts = None, 0

    def waited(self, ends: float, left: threading.Event) -> bool:
        """Wait before the next attempt. False where none is to be made: it is too late, or we are leaving."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
        room = min(ends, self._since + self._patience) - now
        pause = PAUSES[min(self._attempts, len(PAUSES) - 1)]
        self._attempts += 1
        return room > 0 and not left.wait(min(room, pause))
