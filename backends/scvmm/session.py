"""The verbs of a session with a VMM server. Each write starts a job of VMM, and is followed until that job has ended."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from hvtui.backends.contract import Capabilities, Session, StopHow, Verb
from hvtui.backends.errors import (
    BackendError,
    CheckpointMissing,
    ConnectionLost,
    Missing,
    OperationFailed,
    OutcomeUnknown,
    SettingsError,
    VmmUnavailable,
)
from hvtui.backends.limits import MAX_CHECKPOINTS, MAX_NAME_UNITS
from hvtui.backends.lineage import subtree as subtree_of
from hvtui.backends.model import CheckpointId, VmId
from hvtui.backends.powershell.host.values import guid
from hvtui.backends.powershell.session import PowerShellSession
from hvtui.backends.scvmm import disks, errors, jobs, parse
from hvtui.backends.scvmm.doubles import Doubles
from hvtui.backends.scvmm.orphan_jobs import OrphanJobs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from hvtui.backends.model import HostDetails, Inventory, OrphanedWrite, VmDisks
    from hvtui.backends.powershell.agent import Agent
    from hvtui.backends.powershell.journal import Entry
    from hvtui.backends.scvmm.jobs import VmmJob

_log = logging.getLogger(__name__)

WAIT = 20
"""Seconds of one request that waits for a job."""
REFRESH_SECONDS = 300.0
"""Seconds that VMM may take to read a VM from its host: 8 were seen (facts §6)."""
PAUSE = 1.0
"""Seconds between two questions for a job whose answer was lost."""
LOST_READINGS = 5
"""How often the answer about such a job may be lost too, before its outcome is unknown."""
CACHE_SECONDS = 5.0
"""VMM may list the checkpoints of a VM as before for so long after the job (not verified)."""


class ScvmmSession(PowerShellSession, Session):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._changed: set[VmId] = set()
        """The VMs that VMM has read or changed for another agent since the reading agent read them."""
        self._disks_changed: set[VmId] = set()
        """The same for the agent that reads disks."""
        self._vm_of_job: dict[str, VmId] = {}
        """The VMs of the jobs of this session: a job on a checkpoint may name only that."""
        self._ended_orphans: set[str] = set()
        self._doubles = Doubles()
        self._orphan_jobs = OrphanJobs(self._reader, self._journal)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            verbs=frozenset(Verb) - {Verb.EVENTS},
            max_checkpoints=MAX_CHECKPOINTS,
            cache_seconds=CACHE_SECONDS,
            delete_may_reach_below=True,
        )

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        try:
            orphans = await self._orphans()
            with _anew(self._changed, vm_ids) as anew:
                found = await self._reader.read(
                    parse.inventory,
                    "inventory",
                    All=vm_ids is None,
                    VmIds=sorted(vm_ids or ()),
                    Anew=anew,
                )
        except VmmUnavailable:
            self._reader.replace()  # its connection to VMM may stay broken when VMM is back
            raise
        if vm_ids is None:
            self._doubles.learn(found)
        else:
            found = self._doubles.without(found)
        return replace(found, orphans=orphans)

    async def refresh_vm(self, vm: VmId) -> None:
        # In the agent of the write that follows: no reading of other VMs waits for it.
        async with self._writer() as (agent, _):
            with self._noting_change(vm), _closed_if_unavailable(agent):
                await agent.read(bool, "refresh_vm", seconds=REFRESH_SECONDS, VmId=vm)

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        if not vm_ids:
            return ()
        with _anew(self._disks_changed, vm_ids) as anew:
            return await self._side_readers.read(
                "disks", disks.disks, "disks", VmIds=sorted(vm_ids), Anew=anew
            )

    async def host_details(self) -> HostDetails:
        found = await self._side_readers.read("details", parse.host_details, "host_details")
        own = self._vm_of_job
        running = found.jobs and tuple(replace(job, vm_id=own.get(job.id, job.vm_id)) for job in found.jobs)
        return replace(found, jobs=running)

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        _check_name(name)
        started = await self._write(Verb.CREATE, vm, name, Name=name)
        before = {CheckpointId(guid(id)) for id in started["Before"]}
        try:
            made = await self._new_checkpoint(vm, name, before)
            if made is None:
                await self.refresh_vm(vm)
                made = await self._new_checkpoint(vm, name, before)
        except BackendError as error:
            raise OutcomeUnknown(
                "VMM reported that the checkpoint was created, but it could not be read.",
                hint="Look at what is there now.",
                detail=f"{error.message}\n{error.detail}".strip(),
            ) from error
        if made is None:
            raise OutcomeUnknown(
                "VMM reported that the checkpoint was created, but does not list it.",
                hint="Look at what is there now.",
            )
        return made

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        _check_name(name)
        await self._write(Verb.RENAME, vm, checkpoint, CheckpointId=checkpoint, Name=name)
        try:
            await self.refresh_vm(vm)
            listed = (await self.inventory([vm])).checkpoints_of(vm)
        except BackendError:
            _log.warning("Whether the name has reached the host is not known", exc_info=True)
            return
        if any(each.id == checkpoint and each.name != name for each in listed):
            raise OperationFailed(
                "VMM renamed the checkpoint in its database only: its name on the host is the one before.",
                hint="Rename it in Hyper-V Manager on its host.",
            )

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        await self._write(Verb.APPLY, vm, checkpoint, CheckpointId=checkpoint)

    async def delete_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, subtree: bool) -> None:
        """Delete a checkpoint. With `subtree`, each of it by a job of its own, from the leaves up.

        VMM deletes no subtrees, and what it does with the checkpoints below one is not known. A leaf has none.
        """
        if not subtree:
            await self._write(Verb.DELETE, vm, checkpoint, CheckpointId=checkpoint, Leaf=False, Gone=[])
            return
        listed = (await self.inventory([vm])).checkpoints_of(vm)
        below = subtree_of(listed, checkpoint)
        leaves_first = [each.id for each in reversed(below)] or [checkpoint]
        for done, each in enumerate(leaves_first):
            gone = leaves_first[:done]
            try:
                await self._write(Verb.DELETE, vm, each, CheckpointId=each, Leaf=True, Gone=gone)
            except OutcomeUnknown:
                raise
            except BackendError as error:
                if not done:
                    raise
                if isinstance(error, CheckpointMissing):
                    continue  # the delete of one below may have taken it too
                raise errors.later_delete(error, done, len(below)) from error

    async def start_vm(self, vm: VmId) -> None:
        await self._write(Verb.START, vm)

    async def stop_vm(self, vm: VmId, *, how: StopHow) -> None:
        await self._write(Verb.STOP, vm, TurnOff=how is StopHow.TURN_OFF)

    async def save_vm(self, vm: VmId) -> None:
        await self._write(Verb.SAVE, vm)

    async def discard_saved_state(self, vm: VmId) -> None:
        await self._write(Verb.DISCARD_SAVED_STATE, vm)

    async def _execute(self, agent: Agent, entry: Entry, arguments: Mapping[str, Any]) -> Any:
        """Start the job of a write, record it, and wait until it has ended."""
        with self._noting_change(VmId(entry.vm_id)):
            with _closed_if_unavailable(agent):
                started = await super()._execute(agent, entry, arguments)
            job = jobs.job(started["Job"])
            self._journal.record_job(entry, job.id)
            self._vm_of_job[job.id] = VmId(entry.vm_id)
            _log.info("Write %s: job %s", entry.id, job.id)
            if job.running:
                job = await self._ended(agent, job)
            if not job.succeeded:
                raise errors.of_job(job, agent.where)
            return started

    @contextmanager
    def _noting_change(self, vm: VmId) -> Iterator[None]:
        """Note the change when it ends: a reading while it goes on sees what was before."""
        try:
            yield
        finally:
            self._changed.add(vm)
            self._disks_changed.add(vm)

    async def _ended(self, agent: Agent, job: VmmJob) -> VmmJob:
        """Return the job once it has ended. If the answer is lost, another agent asks VMM for it."""
        try:
            while job.running:
                job = jobs.job(await agent.call("job", write=True, JobId=job.id, Seconds=WAIT))
        except BackendError:
            _log.info("The answer for job %s is lost: VMM is asked for it", job.id, exc_info=True)
        lost = 0
        try:
            while job.running:
                try:
                    job = await self._reader.read(jobs.job, "job", JobId=job.id, Seconds=0)
                except (ConnectionLost, VmmUnavailable):
                    self._reader.replace()  # a connection to VMM may stay broken when VMM is back
                    lost += 1
                    if lost == LOST_READINGS:
                        raise
                if job.running:
                    await asyncio.sleep(PAUSE)
        except Missing as error:
            raise OutcomeUnknown(
                "VMM has started the job, but does not list it any more: how it ended is not known.",
                hint="Look at what is there now.",
                detail=f"Job {job.id}",
            ) from error
        except BackendError as error:
            raise OutcomeUnknown(
                "VMM has started the job, but how it ended could not be read.",
                hint="hvtui asks VMM for it again with the next readings.",
                detail=f"{error.message}\n{error.detail}\nJob {job.id}".strip(),
            ) from error
        return job

    async def _new_checkpoint(
        self, vm: VmId, name: str, before: Collection[CheckpointId]
    ) -> CheckpointId | None:
        """Return the checkpoint of this name that was not there before; None if it is not listed."""
        listed = (await self.inventory([vm])).checkpoints_of(vm)
        new = [each for each in listed if each.id not in before and each.name == name]
        return max(new, key=lambda each: each.created).id if new else None

    async def _orphans(self) -> tuple[OrphanedWrite, ...]:
        """Return the orphaned writes with what VMM knows of their jobs. The VM of one that has ended has changed."""
        found = await self._orphan_jobs.settled(await super()._orphans())
        for orphan in found:
            if not orphan.running and orphan.id not in self._ended_orphans:
                self._ended_orphans.add(orphan.id)
                self._changed.add(orphan.vm_id)
                self._disks_changed.add(orphan.vm_id)
        return found


@contextmanager
def _anew(changed: set[VmId], vm_ids: Collection[VmId] | None) -> Iterator[bool]:
    """Take the VMs that are read out of those that have changed; yield whether there are any. An error puts them back."""
    taken = changed.intersection(changed if vm_ids is None else vm_ids)
    changed -= taken
    try:
        yield bool(taken)
    except BackendError:
        changed |= taken
        raise


@contextmanager
def _closed_if_unavailable(agent: Agent) -> Iterator[None]:
    """Close the agent if VMM does not answer it: its connection may stay broken when VMM is back."""
    try:
        yield
    except VmmUnavailable:
        agent.close()
        raise


def _check_name(name: str) -> None:
    units = len(name.encode("utf-16-le")) // 2
    if not name.strip() or units > MAX_NAME_UNITS:
        raise SettingsError(f"A checkpoint needs a name of 1 to {MAX_NAME_UNITS} characters.")
