"""The session with one host over its PowerShell agents, without the verbs."""

from __future__ import annotations

import asyncio
import itertools
import logging
from asyncio import wrap_future
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from hvtui.backends.errors import BackendError, OutcomeUnknown
from hvtui.backends.powershell.agent import Agent, Deadlines, Process
from hvtui.backends.powershell.orphans import Orphans
from hvtui.backends.powershell.reader import Reader, SideReaders
from hvtui.backends.powershell.sign_in import SignInBreaker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from hvtui.backends.model import OrphanedWrite, VmId
    from hvtui.backends.powershell.journal import Entry, Journal
    from hvtui.backends.powershell.link import Link
    from hvtui.backends.powershell.program import Program

_log = logging.getLogger(__name__)

CLOSING = 2.0
"""Seconds that closing a session may take. If a front end cancels it earlier, the shells end by their idle timeout."""


class PowerShellSession:
    """A base class for the sessions of backends that use PowerShell; a subclass adds the verbs.

    One agent reads, another reads disks and the details of the host once it is asked for them, and each write has an
    agent to itself while it runs: no call waits behind a write that takes minutes, and none for long behind a file on a
    server that does not respond.
    """

    def __init__(
        self,
        link: Callable[[], Link],
        program: Program,
        journal: Journal,
        deadlines: Deadlines,
        *,
        write_link: Callable[[], Link] | None = None,
    ) -> None:
        """`write_link`: makes the links for writes, if they differ from those for reads."""
        self._link = link
        self._write_link = write_link or link
        self._program = program
        self._journal = journal
        self._deadlines = deadlines
        self._sign_in = SignInBreaker()
        self._reader = Reader(
            lambda: self._agent(link, "reader"), start=deadlines.start, seconds=deadlines.read
        )
        self._side_readers = SideReaders(
            lambda name: self._agent(link, name),
            {"disks": deadlines.disks, "details": deadlines.details},
            start=deadlines.start,
            longest_wait=deadlines.turn,
        )
        self._orphaned = Orphans(journal, self._reader)
        self._numbers = itertools.count(1)
        self._writers: list[Agent] = []
        self._idle_writers: list[Agent] = []
        """Those of `_writers` that run no write."""

    @property
    def reconnecting(self) -> bool:
        """Whether the connection is lost and being restored."""
        return self._reader.agent.reconnecting

    @property
    def warning(self) -> str:
        """What a person should know about this session, as sentences; "" if nothing."""
        return " ".join(filter(None, (self._reader.agent.warning, self._journal.warning)))

    def cancel_reads(self) -> None:
        """Make waiting reads raise `ConnectionLost` now. Writes continue, and the next read uses another agent."""
        self._reader.replace()
        self._side_readers.replace()

    def allow_sign_in(self) -> None:
        """Allow another sign-in after a refused one. Only for a person's request: failed sign-ins lock accounts."""
        self._sign_in.reset()

    async def open(self) -> None:
        """Start the reading agent. Raises `ConnectError`."""
        await self._reader.start()

    async def close(self) -> None:
        """End the agents, within `CLOSING` seconds. An agent with a write in flight finishes it and exits by itself."""
        ended = [
            self._reader.retire(),
            *self._side_readers.retire(),
            *(agent.retire(writing=agent not in self._idle_writers) for agent in self._writers),
        ]
        waiting = [wrap_future(future) for future in ended if future]
        if waiting:
            await asyncio.wait(waiting, timeout=CLOSING)

    async def forget_orphan(self, orphan_id: str) -> None:
        """Remove the record of an orphaned write, once its outcome has been shown."""
        await self._orphaned.forget(orphan_id)

    async def _orphans(self) -> tuple[OrphanedWrite, ...]:
        return await self._orphaned.find()

    async def _write(self, op: str, vm: VmId, target: str = "", **arguments: Any) -> Any:
        """Run a writing operation once and return its result.

        `target`: what is written to, for the journal. Raises `OutcomeUnknown` if the response is lost.
        """
        async with self._writer() as (agent, process):
            entry = self._journal.open(vm_id=vm, verb=op, target=target, process=process)
            _log.info("Write %s: %s of VM %s", entry.id, op, vm)
            self._orphaned.sent(entry.id)
            try:
                result = await self._execute(agent, entry, arguments)
            except (OutcomeUnknown, asyncio.CancelledError) as error:
                # The record stays: the VM is blocked until that process is known to have exited.
                self._orphaned.lost(entry.id, reported=isinstance(error, OutcomeUnknown))
                raise
            except BackendError:
                self._orphaned.done(entry.id)
                raise
            self._orphaned.done(entry.id)
            return result

    async def _execute(self, agent: Agent, entry: Entry, arguments: Mapping[str, Any]) -> Any:
        """Send the write of this record and return its result. A subclass may wait for more than the response."""
        return await agent.call(entry.verb, write=True, VmId=entry.vm_id, **arguments)

    @asynccontextmanager
    async def _writer(self) -> AsyncIterator[tuple[Agent, Process]]:
        """Provide an idle writing agent, or a new one, for one write."""
        if self._idle_writers:
            agent = self._idle_writers.pop()
        else:
            agent = self._agent(self._write_link, f"writer-{next(self._numbers)}")
            self._writers.append(agent)
        try:
            yield agent, await agent.start()
        except (OutcomeUnknown, asyncio.CancelledError):
            agent.close()  # an idle process exits at once, a writing one after the write
            self._writers.remove(agent)
            raise
        except Exception:
            self._idle_writers.append(agent)
            raise
        else:
            self._idle_writers.append(agent)

    def _agent(self, link: Callable[[], Link], name: str) -> Agent:
        return Agent(link, self._program, self._deadlines, name, self._sign_in)
