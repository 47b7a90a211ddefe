"""The jobs of the simulated management service: how they start, run for a time and end, and injected failures."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.mock.state.records import (
    JobType,
    MergeCode,
    OperationalStatus,
    Refused,
    VerbCall,
    WorldJob,
    WorldMergeEvent,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.clock import Clock
    from hvtui.backends.mock.state.records import WorldVm

STATUS = {
    JobType.TAKE_CHECKPOINT: OperationalStatus.CREATING,
    JobType.APPLY: OperationalStatus.APPLYING,
    JobType.DELETE: OperationalStatus.DELETING,
    JobType.MERGE: OperationalStatus.MERGING,
    JobType.BACKUP: OperationalStatus.BACKING_UP,
}
"""The secondary operational status of a VM while a job runs (facts §1 [WMI]). Other jobs change its state instead."""


class Jobs:
    """All jobs of the service, and a record of the verbs that started them."""

    def __init__(self, clock: Clock, new_id: Callable[[], str], on_end: Callable[[WorldJob], None]) -> None:
        self._clock = clock
        self._new_id = new_id
        self._on_end = on_end
        self._running: list[WorldJob] = []
        self._all: dict[str, WorldJob] = {}
        self._faults: dict[str, list[tuple[Refused, bool]]] = {}
        self._false_reports: dict[str, list[Refused]] = {}
        self.moment = clock.now()
        """The current time of the simulation. `settle` moves it from the end of one job to the end of the next."""
        self.durations: dict[str, float] = {}
        """Seconds that the job of a verb takes, also of "merge" and "back_up". Without an entry it ends at once."""
        self.ran: list[VerbCall] = []
        """Every verb that was started, in order."""
        self.done: list[VerbCall] = []
        """Every verb that took effect, in order."""
        self.merge_events: list[WorldMergeEvent] = []
        """What the event log says about merges, in order."""

    def fail_next(self, verb: str, refused: Refused, *, late: bool = False) -> None:
        """Make the next call of this verb fail: refused at once or, if `late`, when its job ends."""
        self._faults.setdefault(verb, []).append((refused, late))

    def fail_after(self, verb: str, refused: Refused) -> None:
        """Make the next job of this verb take effect and then be reported as failed."""
        self._false_reports.setdefault(verb, []).append(refused)

    def start(
        self,
        verb: str,
        job_type: JobType,
        vm: WorldVm,
        effect: Callable[[], str | None],
        *,
        target_id: str | None = None,
        transient_state: str = "",
        interrupts: bool = False,
    ) -> WorldJob:
        """Start a job. If it fails, the VM returns to the state it had before.

        The VM is in `transient_state` while the job runs. With `interrupts`, a running merge of the VM is interrupted.
        """
        if faults := self._faults.get(verb):
            refused, late = faults.pop(0)
            if not late and job_type is not JobType.MERGE:
                raise refused
            effect = _failing(refused)
        if interrupts and (merge := self.merge_of(vm.id)):
            self._interrupt(merge)
        ends = self.moment + timedelta(seconds=self.durations.get(verb, 0))
        job = WorldJob(self._new_id(), job_type, vm.id, self.moment, ends, effect)
        job.verb, job.target_id, job.state_before = verb, target_id, vm.state
        vm.state = transient_state or vm.state
        self._all[job.id] = job
        self._running.append(job)
        if job_type is JobType.MERGE:
            self._log(job, MergeCode.STARTED)
        else:
            self.ran.append(VerbCall(verb, vm.id, target_id))
        if ends <= self.moment:
            self._end(job, vm)
        return job

    def settle(self, vms: dict[str, WorldVm]) -> None:
        """End the jobs that are due by now, in the order of their ends."""
        now = max(self._clock.now(), self.moment)
        while due := [job for job in self._running if job.ends <= now and job.stuck_at is None]:
            job = min(due, key=lambda job: job.ends)
            self.moment = job.ends
            self._end(job, vms[job.vm_id])
        self.moment = now

    def _interrupt(self, job: WorldJob) -> None:
        """Interrupt a merge before it changes anything (event 19090, facts §7 [AUD])."""
        self._running.remove(job)
        job.finished = True
        job.error = Refused(32768, "The merge was interrupted.")
        self._log(job, MergeCode.INTERRUPTED)

    def running(self) -> list[WorldJob]:
        return list(self._running)

    def find(self, job_id: str) -> WorldJob | None:
        """Return the job with this id, whether it is running or has ended."""
        return self._all.get(job_id)

    def merge_of(self, vm_id: str) -> WorldJob | None:
        """Return the merge that is running on this VM, if any."""
        return next((j for j in self._running if j.vm_id == vm_id and j.type is JobType.MERGE), None)

    def operation_of(self, vm_id: str) -> WorldJob | None:
        """Return the job that is running on this VM, if it is not a merge."""
        return next((j for j in self._running if j.vm_id == vm_id and j.type is not JobType.MERGE), None)

    def percent(self, job: WorldJob) -> int:
        """Return the progress of a job. It is 100 only after the job has ended."""
        if job.finished:
            return 100
        if job.stuck_at is not None:
            return job.stuck_at
        return min(99, int(100 * ((self.moment - job.started) / (job.ends - job.started))))

    def _end(self, job: WorldJob, vm: WorldVm) -> None:
        state = vm.state
        try:
            job.result = job.effect()
        except Refused as refused:
            job.error = refused
            vm.state = job.state_before if job.type is not JobType.MERGE else state
        else:
            if job.type is not JobType.MERGE:
                self.done.append(VerbCall(job.verb, job.vm_id, job.target_id))
            if reports := self._false_reports.get(job.verb):
                job.error = reports.pop(0)
        if job.type is JobType.MERGE:
            self._log(job, MergeCode.FAILED if job.error else MergeCode.FINISHED)
        job.finished = True
        self._running.remove(job)
        self._on_end(job)

    def _log(self, job: WorldJob, code: MergeCode) -> None:
        hresult = job.error.hresult if job.error and code is MergeCode.FAILED else None
        self.merge_events.append(WorldMergeEvent(job.vm_id, code, self.moment, hresult))


def _failing(refused: Refused) -> Callable[[], str | None]:
    def effect() -> str | None:
        raise refused

    return effect
