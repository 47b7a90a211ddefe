"""Reads with an agent that is replaced when its host does not respond."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, TypeVar

from hvtui.backends.errors import ConnectionLost, ConnectTimeout

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from concurrent.futures import Future

    from hvtui.backends.powershell.agent import Agent

T = TypeVar("T")
_log = logging.getLogger(__name__)

LONGEST_UNHEARD = 120.0
"""How many seconds a host may show no sign of life during a read, besides the time to start an agent."""
GRACE = 3.0
"""How many seconds a cancelled read may take to its end. Another agent would hardly have started by then."""
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
        await self.while_heard(self.agent.start())

    async def read(self, parse: Callable[[Any], T], op: str, **arguments: Any) -> T:
        """Return the operation's result, converted by `parse`. Raises `BackendError`."""
        return await self.while_heard(self.agent.read(parse, op, seconds=self._seconds, **arguments))

    def replace(self) -> None:
        """Use another agent from now on. Waiting calls raise `ConnectionLost` now."""
        self.agent.abandon()
        self.agent = self._new_agent()

    def retire(self) -> Future[None] | None:
        return self.agent.retire(writing=False)

    async def while_heard(self, call: Awaitable[T]) -> T:
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


class Limit:
    """The longest that reads of one kind may take, in seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._most = MOST_PATIENCE * seconds

    def extend(self) -> None:
        """Allow the next read twice as long: perhaps the host is only slow."""
        self.seconds = min(2 * self.seconds, self._most)


class InterruptingReader:
    """A reader for slow reads: the next call does not wait long for a cancelled one, but replaces the agent.

    A path on a file server that does not respond can block a call for a minute or more. A call that has reached its
    limit ends the agent.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._turn = asyncio.Lock()
        self.last_kind = ""
        self.running: asyncio.Future[Any] | None = None
        """The last call of the agent. It continues after its caller was cancelled."""

    async def is_free_within(self, seconds: float) -> bool:
        """Return whether no caller waits for a call, at the latest after these seconds."""
        try:
            async with asyncio.timeout(seconds), self._turn:
                return True
        except TimeoutError:
            return False

    async def read(self, limit: Limit, parse: Callable[[Any], T], op: str, **arguments: Any) -> T:
        """Return the operation's result, converted by `parse`. Raises `BackendError`."""
        async with self._turn:
            if self.running and not self.running.done():
                await asyncio.wait([self.running], timeout=GRACE)
            if self.running and not self.running.done():
                _log.info("The agent is replaced: it is still busy with a cancelled call.")
                self._reader.replace()
            seconds = limit.seconds
            self.running = call = asyncio.ensure_future(
                self._reader.agent.read(parse, op, seconds=seconds, **arguments)
            )
            call.add_done_callback(_retrieve)
            began = time.monotonic()
            try:
                return await self._reader.while_heard(asyncio.shield(call))
            except ConnectionLost:
                if time.monotonic() - began >= seconds:
                    limit.extend()
                raise

    def replace(self) -> None:
        self._reader.replace()

    def retire(self) -> Future[None] | None:
        return self._reader.retire()


class SideReaders:
    """Slow reads of several kinds, which hold up neither the main reader nor for long each other.

    They share one agent, so that a host runs no more processes than it must. A kind that has had to wait too long for
    another one gets an agent of its own.
    """

    def __init__(
        self,
        new_agent: Callable[[str], Agent],
        limits: Mapping[str, float],
        *,
        start: float,
        longest_wait: float,
    ) -> None:
        """`new_agent` makes an agent of a name. `limits` are in seconds, by kind of read."""
        self._new_agent, self._start, self._longest_wait = new_agent, start, longest_wait
        self._limits = {kind: Limit(seconds) for kind, seconds in limits.items()}
        self._readers = dict.fromkeys(limits, self._new_reader("side"))

    async def read(self, kind: str, parse: Callable[[Any], T], op: str, **arguments: Any) -> T:
        """Return the operation's result, converted by `parse`. Raises `BackendError`."""
        shared = self._readers[kind]
        too_long = shared.last_kind != kind and not await shared.is_free_within(self._longest_wait)
        if too_long and self._readers[kind] is shared:
            _log.info("Reads of %s get an agent of their own: another kind takes too long.", kind)
            self._readers[kind] = self._new_reader(kind)
        reader = self._readers[kind]
        reader.last_kind = kind
        return await reader.read(self._limits[kind], parse, op, **arguments)

    def running(self, kind: str) -> asyncio.Future[Any] | None:
        """Return the last call of the agent for this kind. It continues after its caller was cancelled."""
        return self._readers[kind].running

    def replace(self) -> None:
        """Use other agents from now on. Waiting calls raise `ConnectionLost` now."""
        for reader in set(self._readers.values()):
            reader.replace()

    def retire(self) -> list[Future[None] | None]:
        return [reader.retire() for reader in set(self._readers.values())]

    def _new_reader(self, name: str) -> InterruptingReader:
        longest = max(limit.seconds for limit in self._limits.values())
        return InterruptingReader(Reader(lambda: self._new_agent(name), start=self._start, seconds=longest))


def _retrieve(call: asyncio.Future[Any]) -> None:
    """Mark the call's exception as retrieved: its caller may have been cancelled."""
    if not call.cancelled():
        call.exception()
