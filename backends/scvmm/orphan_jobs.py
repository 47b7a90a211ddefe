"""Decides orphaned writes, whose answer never came, by what VMM knows of their jobs."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.errors import BackendError, VmmUnavailable
from hvtui.backends.powershell.host.values import is_guid
from hvtui.backends.scvmm import errors, jobs
from hvtui.backends.scvmm.states import CMDLETS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hvtui.backends.model import OrphanedWrite
    from hvtui.backends.powershell.journal import Entry, Journal
    from hvtui.backends.powershell.reader import Reader
    from hvtui.backends.scvmm.jobs import VmmJob

_log = logging.getLogger(__name__)

SLACK = 5
"""Seconds by which a job may be older than its request, for the search."""
START_SECONDS = 120
"""Seconds after which a write that was sent has started its job, if it starts one at all."""


class OrphanJobs:
    def __init__(self, reader: Reader, journal: Journal) -> None:
        self._reader, self._journal = reader, journal

    async def settled(self, orphans: Iterable[OrphanedWrite]) -> tuple[OrphanedWrite, ...]:
        """Return the orphaned writes, each with the state of its job where VMM knows that."""
        entries = {entry.id: entry for entry in self._journal.entries()} if orphans else {}
        return tuple([await self._settled(each, entries.get(each.id)) for each in orphans])

    async def _settled(self, orphan: OrphanedWrite, entry: Entry | None) -> OrphanedWrite:
        if entry is None or (orphan.running and not entry.job):
            return orphan  # the process may start the job yet
        try:
            job = await (self._job_of(entry) if entry.job else self._found_job(entry))
        except (*errors.NOT_SENT, VmmUnavailable):
            raise
        except BackendError:
            _log.warning("The job of record %s cannot be read", entry.id, exc_info=True)
            return orphan
        if job is None:
            return orphan
        return replace(orphan, running=job.running, succeeded=job.succeeded, words=job.words)

    async def _job_of(self, entry: Entry) -> VmmJob:
        return await self._reader.read(jobs.job, "job", JobId=entry.job, Seconds=0)

    async def _found_job(self, entry: Entry) -> VmmJob | None:
        """Return the job of a write whose answer was lost before its id came; None if there is none or more than one.

        One that began long after the write was sent is somebody else's.
        """
        age = max(0, int((datetime.now(UTC) - entry.sent_at).total_seconds()))
        found = await self._reader.read(
            jobs.jobs,
            "find_jobs",
            VmId=entry.vm_id,
            CheckpointId=entry.target if is_guid(entry.target) else "",
            Cmdlets=list(CMDLETS[entry.verb]),
            Seconds=age + SLACK,
            Within=START_SECONDS + SLACK,
        )
        if len(found) != 1:
            return None
        self._journal.record_job(entry, found[0].id)
        return found[0]
