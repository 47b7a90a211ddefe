"""How often, and for how long, a broken connection is retried."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

DELAYS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each retry; the last value applies to all further ones."""
REPORTED_AFTER = 1.0
"""Seconds until an outage is reported to a person: most are over sooner."""


class Outage:
    """The outage of one agent's connection. Its thread retries; other threads may ask whether there is an outage."""

    def __init__(self, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`longest`: seconds from the first failure until there are no more retries."""
        self._longest = longest
        self._clock = clock
        self._since: float | None = None
        self._attempts = 0

    @property
    def reported(self) -> bool:
        """Whether the outage has lasted long enough to be reported."""
        # Read once: the agent's thread may end the outage at any moment.
        since = self._since
        return since is not None and self._clock() - since > REPORTED_AFTER

    def end(self) -> None:
        """Data has arrived: the connection works."""
        self._since, self._attempts = None, 0

    def wait_for_retry(self, deadline: float, closing: threading.Event) -> bool:
        """Wait before the next retry. Returns False if there shall be none: it is too late, or `closing` is set."""
        now = self._clock()
        since = self._since
        if since is None:
            since = self._since = now
        remaining = min(deadline, since + self._longest) - now
        delay = DELAYS[min(self._attempts, len(DELAYS) - 1)]
        self._attempts += 1
        return remaining > 0 and not closing.wait(min(remaining, delay))
