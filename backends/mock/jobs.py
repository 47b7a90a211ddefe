"""What the service is doing: jobs that begin, take their time, end in order, and may be made to fail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.mock.records import JobType, OperationalStatus, Ran, Refused, WorldJob

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.clock import Clock
    from hvtui.backends.mock.records import WorldVm

STATUS = {
    JobType.TAKE_CHECKPOINT: OperationalStatus.CREATING,
    JobType.APPLY: OperationalStatus.APPLYING,
    JobType.DELETE: OperationalStatus.DELETING,
    JobType.MERGE: OperationalStatus.MERGING,
    JobType.BACKUP: OperationalStatus.BACKING_UP,
}
"""The secondary operational status that a job gives its VM (facts §1 [WMI]); others show in its state."""


class Jobs:
    def __init__(self, clock: Clock, new_id: Callable[[], str], ended: Callable[[WorldJob], None]) -> None:
        self._clock = clock
        self._new_id = new_id
        self._ended = ended
        self._running: list[WorldJob] = []
        self._known: dict[str, WorldJob] = {}
        self._faults: dict[str, list[tuple[Refused, bool]]] = {}
        self.moment = clock.now()
        """The time at which what happens just now happens: `settle` walks it from end to end."""
        self.durations: dict[str, float] = {}
        """Seconds that a verb's job takes, "merge" and "back_up" included; 0 unless told: done at once."""
        self.ran: list[Ran] = []
        """Every verb that was begun, in order."""
        self.done: list[Ran] = []
        """Every verb that took effect, in order."""

    def fail_next(self, verb: str, refused: Refused, *, late: bool = False) -> None:
        """Make the next call of this verb fail: refused at once, or, `late`, begun and failed at its end."""
        self._faults.setdefault(verb, []).append((refused, late))

    def begin(
        self,
        verb: str,
        job_type: JobType,
        vm: WorldVm,
        effect: Callable[[], str | None],
        *,
        target_id: str | None = None,
        passing: str = "",
        interrupts: bool = False,
    ) -> WorldJob:
        """`passing` is the VM's state while the job runs; if the job fails, the VM is as it was before."""
        if faults := self._faults.get(verb):
            refused, late = faults.pop(0)
            if not late and job_type is not JobType.MERGE:
                raise refused
            effect = _failing(refused)
        if interrupts and (merge := self.of(vm.id, merging=True)):
            self._interrupt(merge)
        ends = self.moment + timedelta(seconds=self.durations.get(verb, 0))
        job = WorldJob(self._new_id(), job_type, vm.id, self.moment, ends, effect)
        job.verb, job.target_id, job.state_before = verb, target_id, vm.state
        vm.state = passing or vm.state
        self._known[job.id] = job
        self._running.append(job)
        if job_type is not JobType.MERGE:
            self.ran.append(Ran(verb, vm.id, target_id))
        if ends <= self.moment:
            self._end(job, vm)
        return job

    def settle(self, vms: dict[str, WorldVm]) -> None:
        """End what is due, in the order in which it ends."""
        now = max(self._clock.now(), self.moment)
        while due := [job for job in self._running if job.ends <= now and job.stuck_at is None]:
            job = min(due, key=lambda job: job.ends)
            self.moment = job.ends
            self._end(job, vms[job.vm_id])
        self.moment = now

    def _interrupt(self, job: WorldJob) -> None:
        """Break off a merge; nothing of it has happened (event 19090, facts §7 [AUD])."""
        self._running.remove(job)
        job.finished = True
        job.error = Refused(32768, "The merge was interrupted.")

    def running(self) -> list[WorldJob]:
        return list(self._running)

    def known(self, job_id: str) -> WorldJob | None:
        return self._known.get(job_id)

    def of(self, vm_id: str, *, merging: bool) -> WorldJob | None:
        """The merge of this VM that is running, or else whatever other work is."""
        for job in self._running:
            if job.vm_id == vm_id and (job.type is JobType.MERGE) == merging:
                return job
        return None

    def percent(self, job: WorldJob) -> int:
        """100 only once it has ended."""
        if job.finished:
            return 100
        if job.stuck_at is not None:
            return job.stuck_at
        return min(99, int(100 * ((self.moment - job.started) / (job.ends - job.started))))

    def _end(self, job: WorldJob, vm: WorldVm) -> None:
        passing = vm.state
        try:
            job.result = job.effect()
        except Refused as refused:
            job.error = refused
            vm.state = job.state_before if job.type is not JobType.MERGE else passing
        else:
            if job.type is not JobType.MERGE:
                self.done.append(Ran(job.verb, job.vm_id, job.target_id))
        job.finished = True
        self._running.remove(job)
        self._ended(job)


def _failing(refused: Refused) -> Callable[[], str | None]:
    def effect() -> str | None:
        raise refused

    return effect
