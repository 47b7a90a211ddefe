"""The verbs, each one request to a warm PowerShell on the host.

One agent reads; each write has an agent to itself while it runs, so that neither a refresh nor another VM's
write waits behind a checkpoint that takes minutes.
"""

from __future__ import annotations

import asyncio
import itertools
from asyncio import wrap_future
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hvtui.backends.contract import Capabilities, Session, StopHow, Verb
from hvtui.backends.errors import BackendError, ConnectTimeout, OutcomeUnknown
from hvtui.backends.hyperv import parse
from hvtui.backends.limits import MAX_CHECKPOINTS
from hvtui.backends.model import CheckpointId, OrphanedWrite, VmId
from hvtui.backends.powershell.agent import Agent, Deadlines, Process

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection

    from hvtui.backends.model import Inventory, VmDisks
    from hvtui.backends.powershell.journal import Entry, Journal
    from hvtui.backends.powershell.link import Link
    from hvtui.backends.powershell.program import Program


GOODBYE = 0.35


class HyperVSession(Session):
    def __init__(
        self,
        link: Callable[[], Link],
        program: Program,
        journal: Journal,
        deadlines: Deadlines,
        *,
        write_link: Callable[[], Link] | None = None,
    ) -> None:
        """`write_link`, where a write needs another link than a read: one that the host keeps for longer."""
        self._read_link = link
        self._write_link = write_link or link
        self._program = program
        self._journal = journal
        self._deadlines = deadlines
        self._agents: list[Agent] = []
        self._reader = self._agent(link, "reader")
        self._numbers = itertools.count(1)
        self._idle_writers: list[Agent] = []
        self._at_work: list[Agent] = []
        self._in_flight: set[str] = set()
        self._told: set[str] = set()
        self._let_go: set[str] = set()

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(verbs=frozenset(Verb), max_checkpoints=MAX_CHECKPOINTS)

    @property
    def reconnecting(self) -> bool:
        return self._reader.reconnecting

    def cancel_reads(self) -> None:
        self._agents.remove(self._reader)
        self._reader.abandon()
        self._reader = self._agent(self._read_link, "reader")

    async def open(self) -> None:
        """Start the reading agent. Raises `ConnectError`."""
        async with self._bounded() as reader:
            await reader.start()

    async def close(self) -> None:
        """Leave. Readers end now; a writer ends by itself, after what it is doing.

        Waits until the host has been told, where that takes less than `GOODBYE` seconds.
        """
        told = [
            wrap_future(future)
            for agent in self._agents
            if (future := agent.retire(at_work=agent in self._at_work))
        ]
        if told:
            await asyncio.wait(told, timeout=GOODBYE)

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        async with self._bounded() as reader:
            found = await reader.read(
                parse.inventory, "inventory", All=vm_ids is None, VmIds=sorted(vm_ids or ())
            )
        return replace(found, orphans=await self._orphans())

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        if not vm_ids:
            return ()
        async with self._bounded() as reader:
            return await reader.read(parse.disks, "disks", VmIds=sorted(vm_ids))

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        return CheckpointId((await self._write(Verb.CREATE, vm, name, Name=name))["Id"].lower())

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        await self._write(Verb.RENAME, vm, checkpoint, CheckpointId=checkpoint, Name=name)

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        await self._write(Verb.APPLY, vm, checkpoint, CheckpointId=checkpoint)

    async def delete_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, subtree: bool) -> None:
        await self._write(Verb.DELETE, vm, checkpoint, CheckpointId=checkpoint, Subtree=subtree)

    async def start_vm(self, vm: VmId) -> None:
        await self._write(Verb.START, vm)

    async def stop_vm(self, vm: VmId, *, how: StopHow) -> None:
        await self._write(Verb.STOP, vm, TurnOff=how is StopHow.TURN_OFF)

    async def save_vm(self, vm: VmId) -> None:
        await self._write(Verb.SAVE, vm)

    async def forget_orphan(self, orphan_id: str) -> None:
        for entry in self._journal.entries():
            if entry.id == orphan_id and entry.handle:
                await self._reader.clear_away(entry.handle)
        self._journal.close(orphan_id)

    async def _write(self, verb: Verb, vm: VmId, target: str = "", **arguments: Any) -> Any:
        async with self._writer() as (agent, process):
            entry = self._journal.open(vm_id=vm, verb=verb, target=target, process=process)
            self._in_flight.add(entry.id)
            try:
                reply = await agent.call(verb.value, write=True, VmId=vm, **arguments)
            except OutcomeUnknown:
                # The record stays: the VM is left alone until that process is known to be gone.
                self._in_flight.discard(entry.id)
                self._told.add(entry.id)
                raise
            except BackendError:
                self._done_with(entry.id)
                raise
            finally:
                self._journal.release(entry.id)
            self._done_with(entry.id)
            return reply

    @asynccontextmanager
    async def _bounded(self) -> AsyncIterator[Agent]:
        """Who reads; given up where an endpoint dribbles and neither answers nor falls silent. Raises `ConnectTimeout`."""
        try:
            async with asyncio.timeout(self._deadlines.start + self._deadlines.read):
                yield self._reader
        except TimeoutError as error:
            self.cancel_reads()
            raise ConnectTimeout(
                "The host does not come to an answer.",
                hint="Check the host and the port, and what is in between.",
            ) from error

    def _done_with(self, id: str) -> None:
        self._journal.close(id)
        self._in_flight.discard(id)

    @asynccontextmanager
    async def _writer(self) -> AsyncIterator[tuple[Agent, Process]]:
        agent = (
            self._idle_writers.pop()
            if self._idle_writers
            else self._agent(self._write_link, f"writer-{next(self._numbers)}")
        )
        try:
            process = await agent.start()
        except BackendError:
            self._idle_writers.append(agent)
            raise
        self._at_work.append(agent)
        try:
            yield agent, process
        except OutcomeUnknown:
            # One that has answered ends at once, which opens the VM's gate; one at work ends after its work.
            agent.close()
            raise
        except BackendError:
            self._idle_writers.append(agent)
            raise
        else:
            self._idle_writers.append(agent)
        finally:
            self._at_work.remove(agent)

    async def _orphans(self) -> tuple[OrphanedWrite, ...]:
        return tuple(
            [
                OrphanedWrite(
                    id=entry.id,
                    vm_id=VmId(entry.vm_id),
                    verb=entry.verb,
                    target=entry.target,
                    started=entry.sent_at,
                    running=await self._lives(entry),
                    reported=entry.id in self._told,
                )
                for entry in self._journal.entries()
                if entry.id not in self._in_flight
            ]
        )

    async def _lives(self, entry: Entry) -> bool:
        if entry.handle and entry.id not in self._let_go and not self._journal.is_awaited_elsewhere(entry):
            # Nobody else tells it that no more will come: it would wait for that when it has done its work.
            await self._reader.let_go(entry.handle)
            self._let_go.add(entry.id)
        return await self._reader.read(
            lambda found: bool(found["Alive"]),
            "process_alive",
            Id=entry.process,
            Started=entry.process_started,
        )

    def _agent(self, link: Callable[[], Link], name: str) -> Agent:
        self._agents.append(Agent(link, self._program, self._deadlines, name))
        return self._agents[-1]
