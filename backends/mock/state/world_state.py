"""What a simulated host is and holds, as scenarios prepare it and as it is read: no rule refuses anything here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.mock.state.contents import HostContents
from hvtui.backends.mock.state.jobs import STATUS, Jobs
from hvtui.backends.mock.state.merging import Merging
from hvtui.backends.mock.state.records import (
    GB,
    JobType,
    OperationalStatus,
    Unverified,
    WorldCheckpoint,
    WorldFile,
    WorldJob,
    WorldVm,
    WorldVolume,
)

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.mock.clock import Clock


class WorldState:
    """A simulated host without its verbs. Every access first ends the jobs that are due by the clock's time."""

    def __init__(
        self,
        clock: Clock,
        *,
        host_name: str = "hv-demo-01",
        system: str = "Windows Server 2025 Standard",
        utc_offset_minutes: int = 60,
        seed: int = 0,
    ) -> None:
        self.host_name = host_name
        self.system = system
        self.utc_offset_minutes = utc_offset_minutes
        self.cluster = ""
        self.nodes: tuple[str, ...] = ()
        """The hosts of its cluster, itself among them."""
        self.unverified = Unverified()
        self._contents = HostContents(seed)
        self._jobs = Jobs(clock, self._contents.new_id, self._merge_after)
        self._merging = Merging(self._contents, self._jobs)
        self.stuck_merges = self._merging.stuck
        self.new_id = self._contents.new_id
        self.durations = self._jobs.durations
        self.failing_merges = self._merging.failing
        self.fail_next = self._jobs.fail_next
        self.fail_after = self._jobs.fail_after
        self.merge_events = self._jobs.merge_events
        self.unreadable: dict[str, str] = {}
        """The files that cannot be read, by path, with the host's words."""
        self.file_trouble = self._contents.file_trouble
        self.service_running = True
        """False while the service is stopped: a session gets no answer. What it has begun goes on."""
        self.readings_until_stop: int | None = None
        """After so many readings of all VMs the service stops."""
        self.elevated = True
        """False where the user's process lacks the rights of an administrator."""
        self.ran = self._jobs.ran
        self.done = self._jobs.done
        self.merged = self._contents.chains.merged

    @property
    def full_name(self) -> str:
        return f"{self.host_name}.example.org"

    @property
    def vms(self) -> dict[str, WorldVm]:
        self.settle()
        return self._contents.vms

    @property
    def checkpoints(self) -> dict[str, WorldCheckpoint]:
        self.settle()
        return self._contents.checkpoints

    @property
    def files(self) -> dict[str, WorldFile]:
        self.settle()
        return self._contents.chains.files

    @property
    def volumes(self) -> list[WorldVolume]:
        self.settle()
        return self._contents.volumes

    def volume_of(self, path: str) -> WorldVolume | None:
        return self._contents.volume_of(path)

    def free(self, volume: WorldVolume) -> int:
        """Return the free bytes of the volume, 0 when more than its size is used."""
        self.settle()
        return self._contents.free(volume)

    def chain(self, path: str) -> list[WorldFile]:
        """Return this file and its parents up to the root, or up to the first missing file."""
        self.settle()
        return self._contents.chains.chain(path)

    def jobs(self) -> list[WorldJob]:
        """Return the jobs that are running."""
        self.settle()
        return self._jobs.running()

    def job(self, job_id: str) -> WorldJob | None:
        """Return the job with this id, whether it is running or has ended."""
        self.settle()
        return self._jobs.find(job_id)

    def percent(self, job: WorldJob) -> int:
        """Return the progress of a job. It is 100 only after the job has ended."""
        self.settle()
        return self._jobs.percent(job)

    def operational_status(self, vm_id: str) -> tuple[OperationalStatus, OperationalStatus | None]:
        """Return the primary and secondary status of a VM.

        The primary status is OK during a merge, and InService during any other job (facts §1 [WMI]).
        """
        vm = self.vms[vm_id]
        if operation := self._jobs.operation_of(vm_id):
            return OperationalStatus.IN_SERVICE, STATUS.get(operation.type)
        trouble = self.trouble(vm)
        primary = trouble[0] if trouble else OperationalStatus.OK
        if self._jobs.merge_of(vm_id):
            hidden = self.unverified.merge_hides_trouble
            return OperationalStatus.OK if hidden else primary, OperationalStatus.MERGING
        return primary, trouble[1] if len(trouble) > 1 else None

    def trouble(self, vm: WorldVm) -> tuple[OperationalStatus, ...]:
        """Return the statuses that report trouble of a VM, also while it is at work."""
        critical = (OperationalStatus.PREDICTIVE_FAILURE,) if vm.state.endswith("Critical") else ()
        return vm.trouble or critical

    def now(self) -> datetime:
        self.settle()
        return self._jobs.moment

    def settle(self) -> None:
        """End the jobs that are due, in the order of their ends, and start merges that now have enough space."""
        self._jobs.settle(self._contents.vms)
        self._merging.retry_waiting()

    def count_reading(self) -> None:
        """Stop the service if this was the last reading that it was to answer."""
        if self.readings_until_stop is not None:
            self.readings_until_stop -= 1
            self.service_running = self.readings_until_stop > 0

    # Changes for scenarios and tests, without rules.

    def add_vm(
        self, name: str, *, disks: tuple[int, ...] = (40 * GB,), folder: str = "D:\\Hyper-V"
    ) -> WorldVm:
        """Add a VM that is off, with one dynamic disk for each of these sizes in bytes."""
        return self._contents.add_vm(name, self._jobs.moment, disks, folder)

    def add_checkpoint(self, vm: WorldVm, name: str, created: datetime) -> WorldCheckpoint:
        """Add a checkpoint of the VM as it is. The VM then runs on the new checkpoint."""
        return self._contents.add_checkpoint(vm, name, created)

    def add_links(self, vm: WorldVm, number: int, size: int, *, due: bool = False) -> None:
        """Add this many links of this size to each disk of the VM, that no checkpoint owns. It writes to the last.

        If they are `due`, the service knows that they have to be merged; else, as after some backups, it does not.
        """
        self._contents.add_links(vm, number, size, due=due)

    def use_template(self, vm: WorldVm, path: str, size: int) -> None:
        """Make the first disk of a VM without checkpoints continue this file, which several VMs may share."""
        self._contents.use_template(vm, path, size)

    def set_current(self, vm: WorldVm, checkpoint: WorldCheckpoint) -> None:
        """Make the VM run on this checkpoint. What it wrote since its last checkpoint is lost."""
        self._contents.set_current(vm, checkpoint)

    def _merge_after(self, job: WorldJob) -> None:
        """Start the merge that a job has made possible. After a successful merge, nothing is left to merge."""
        vm = self._contents.vms[job.vm_id]
        failed = job.type is JobType.MERGE and job.error is not None
        if failed and (not self.unverified.failed_merge_starts_again or self._merging.is_hopeless(vm)):
            return
        if failed or job.type is not JobType.MERGE:
            self._merging.start_merge(vm)
