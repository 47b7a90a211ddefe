"""Reads with an agent that is replaced when its host does not respond."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, TypeVar

from hvtui.backends.errors import ConnectionLost, ConnectTimeout

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Future

    from hvtui.backends.powershell.agent import Agent

T = TypeVar("T")
_log = logging.getLogger(__name__)

LONGEST_UNHEARD = 120.0
"""How many seconds a host may show no sign of life during a read, besides the time to start an agent."""
MOST_PATIENCE = 8
"""How many times its limit a slow read may take after it has reached the limit before."""


class Reader:
    """Reads with one agent. Concurrent calls run one after the other."""

    def __init__(self, new_agent: Callable[[], Agent], *, start: float, seconds: float) -> None:
        """`start` and `seconds`: the longest that the agent may take to start, and to respond. `seconds` may be infinite."""
        self._new_agent = new_agent
        self._seconds = seconds
        self._unheard = start + min(seconds, LONGEST_UNHEARD)
        self.agent = new_agent()

    async def start(self) -> None:
        """Start the agent. Raises `ConnectError`."""
        await self._while_heard(self.agent.start())

    async def read(self, parse: Callable[[Any], T], op: str, **arguments: Any) -> T:
        """Return the operation's result, converted by `parse`. Raises `BackendError`."""
        return await self._while_heard(self.agent.read(parse, op, seconds=self._seconds, **arguments))

    def replace(self) -> None:
        """Use another agent from now on. Waiting calls raise `ConnectionLost` now."""
        self.agent.abandon()
        self.agent = self._new_agent()

    def retire(self) -> Future[None] | None:
        return self.agent.retire(writing=False)

    async def _while_heard(self, call: Awaitable[T]) -> T:
        """Return the result of a call of the agent, which may take any time while the host shows signs of life.

        A host that never ends its answer is not one of them, and no time limit of a socket ends that.
        """
        agent, began = self.agent, time.monotonic()
        running = asyncio.ensure_future(call)
        try:
            while not running.done():
                left = max(began, agent.heard_at) + self._unheard - time.monotonic()
                if left <= 0:
                    raise self._given_up()
                await asyncio.wait([running], timeout=left)
            return running.result()
        finally:
            running.cancel()

    def _given_up(self) -> ConnectTimeout:
        _log.warning("A reading agent has not heard from its host for too long and is replaced.")
        self.replace()
        return ConnectTimeout(
            "The host did not complete its answer in time.",
            hint="Check the host, the port and the network between.",
        )


class InterruptingReader(Reader):
    """A reader for slow reads: the next call does not wait for a cancelled one, but replaces its agent.

    A path on a file server that does not respond can block a call for a minute or more. A call that has reached the
    limit ends its agent, and the next one may take twice as long: perhaps the host is only slow.
    """

    def __init__(self, new_agent: Callable[[], Agent], *, start: float, seconds: float) -> None:
        super().__init__(new_agent, start=start, seconds=seconds)
        self._limit = seconds
        self._turn = asyncio.Lock()
        self.running: asyncio.Future[Any] | None = None
        """The last call of the agent. It continues after its caller was cancelled."""

    async def read(self, parse: Callable[[Any], T], op: str, **arguments: Any) -> T:
        async with self._turn:
            if self.running and not self.running.done():
                _log.info("The agent is replaced: it is still busy with a cancelled call.")
                self.replace()
            self.running = call = asyncio.ensure_future(
                self.agent.read(parse, op, seconds=self._seconds, **arguments)
            )
            call.add_done_callback(_retrieve)
            began = time.monotonic()
            try:
                return await self._while_heard(asyncio.shield(call))
            except ConnectionLost:
                if time.monotonic() - began >= self._seconds:
                    self._seconds = min(2 * self._seconds, MOST_PATIENCE * self._limit)
                raise


def _retrieve(call: asyncio.Future[Any]) -> None:
    """Mark the call's exception as retrieved: its caller may have been cancelled."""
    if not call.cancelled():
        call.exception()
