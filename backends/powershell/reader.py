"""Reads with an agent that is replaced when its host does not respond."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, TypeVar

from hvtui.backends.errors import ConnectTimeout

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Future

    from hvtui.backends.powershell.agent import Agent

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Reader:
    """Reads with one agent. Concurrent calls run one after the other."""

    def __init__(self, new_agent: Callable[[], Agent], *, start: float, seconds: float) -> None:
        """`start` and `seconds`: the longest that the agent may take to start, and to respond."""
        self._new_agent = new_agent
        self._start = start
        self._seconds = seconds
        self.agent = new_agent()

    async def start(self) -> None:
        """Start the agent. Raises `ConnectError`."""
        await self._limited(self.agent.start())

    async def read(self, parse: Callable[[Any], T], op: str, **arguments: Any) -> T:
        """Return the operation's result, converted by `parse`. Raises `BackendError`."""
        return await self._limited(self.agent.read(parse, op, seconds=self._seconds, **arguments))

    def replace(self) -> None:
        """Use another agent from now on. Waiting calls raise `ConnectionLost` now."""
        self.agent.abandon()
        self.agent = self._new_agent()

    def retire(self) -> Future[None] | None:
        return self.agent.retire(writing=False)

    async def _limited(self, call: Awaitable[T]) -> T:
        """Return the result of a call of the agent, within a time limit that also holds for a host that sends slowly."""
        try:
            async with asyncio.timeout(self._start + self._seconds):
                return await call
        except TimeoutError as error:
            _log.warning("A reading agent took too long and is replaced.")
            self.replace()
            raise ConnectTimeout(
                "The host did not complete its answer in time.",
                hint="Check the host, the port and the network between.",
            ) from error


class InterruptingReader(Reader):
    """A reader for slow reads: the next call does not wait for a cancelled one, but replaces its agent.

    A path on a file server that does not respond can block a call for a minute or more.
    """

    def __init__(self, new_agent: Callable[[], Agent], *, start: float, seconds: float) -> None:
        super().__init__(new_agent, start=start, seconds=seconds)
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
            return await self._limited(asyncio.shield(call))


def _retrieve(call: asyncio.Future[Any]) -> None:
    """Mark the call's exception as retrieved: its caller may have been cancelled."""
    if not call.cancelled():
        call.exception()
