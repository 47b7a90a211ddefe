"""Orphaned writes: those in the journal whose response was never received, by this session or an earlier hvtui."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.model import OrphanedWrite, VmId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hvtui.backends.powershell.journal import Entry, Journal
    from hvtui.backends.powershell.reader import Reader


class Orphans:
    def __init__(self, journal: Journal, reader: Reader) -> None:
        self._journal = journal
        self._reader = reader
        self._in_flight: set[str] = set()
        self._reported: set[str] = set()
        self._input_ended: set[str] = set()
        self._exited: set[str] = set()
        """The writes whose processes do not exist any more: they never will again."""

    def sent(self, id: str) -> None:
        """Record that this session waits for the response to this write, so that it is not an orphan."""
        self._in_flight.add(id)

    def done(self, id: str) -> None:
        """Record that the outcome of this write is known."""
        self._journal.close(id)
        self._in_flight.discard(id)

    def lost(self, id: str, *, reported: bool) -> None:
        """Record that the response to this write is lost. `reported`: `OutcomeUnknown` was raised for it."""
        self._journal.release(id)
        self._in_flight.discard(id)
        if reported:
            self._reported.add(id)

    async def find(self) -> tuple[OrphanedWrite, ...]:
        """Return the orphaned writes to VMs of this host, and whether each may still be running. Raises `BackendError`.

        To be called before a reading of the VMs, which then shows the outcome of those that are not running.
        """
        found = [(entry, await self._is_running(entry)) for entry in self._entries()]
        return tuple([self._orphan(entry, running=running) for entry, running in found])

    def with_new(self, found: Iterable[OrphanedWrite]) -> tuple[OrphanedWrite, ...]:
        """Return those that `find` found, and those that are known only since: a reading may be older than their ends."""
        known = {orphan.id: orphan for orphan in found}
        new = [entry for entry in self._entries() if entry.id not in known]
        return (*known.values(), *(self._orphan(entry, running=True) for entry in new))

    async def forget(self, id: str) -> None:
        """Remove the record of an orphaned write and the shell in which it ran. Raises `BackendError`.

        If it ran on another node, both stay: only that node can tell whether the process still exists.
        """
        entry = next((entry for entry in self._journal.entries() if entry.id == id), None)
        if entry is None:
            return  # another hvtui has removed it, or has shown its outcome for its own node to remove it
        if not self._journal.was_sent_here(entry):
            self._journal.mark_seen(entry)
            return
        if entry.handle:
            await self._reader.agent.delete_shell(entry.handle)
        self._journal.close(id)

    def _entries(self) -> list[Entry]:
        return [entry for entry in self._journal.entries() if entry.id not in self._in_flight]

    def _orphan(self, entry: Entry, *, running: bool) -> OrphanedWrite:
        return OrphanedWrite(
            id=entry.id,
            vm_id=VmId(entry.vm_id),
            verb=entry.verb,
            target=entry.target,
            started=entry.sent_at,
            running=running,
            reported=entry.id in self._reported or bool(entry.seen),
            may_be_elsewhere=bool(entry.cluster) and not entry.seen,
            node="" if self._journal.was_sent_here(entry) else entry.machine,
        )

    async def _is_running(self, entry: Entry) -> bool:
        if not self._journal.was_sent_here(entry):
            # The VM is on this node now, where that process cannot change it.
            is_cluster_open = self._journal.cluster is None and self._journal.may_learn_cluster
            return is_cluster_open or self._journal.is_awaited_by_another(entry)
        if entry.id in self._exited:
            return False
        is_alive = await self._reader.read(
            lambda found: bool(found["Alive"]),
            "process_alive",
            Id=entry.process,
            Started=entry.process_started,
        )
        if not is_alive:
            self._exited.add(entry.id)
            return False
        unawaited = entry.id not in self._input_ended and not self._journal.is_awaited_by_another(entry)
        if entry.handle and unawaited:
            # The hvtui that sent the write has ended. With open input, the process would wait for more requests.
            await self._reader.agent.end_input(entry.handle)
            self._input_ended.add(entry.id)
        return True
