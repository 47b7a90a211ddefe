"""The world: an in-memory simulation of a Hyper-V host and its management service (VMMS).

Its verbs are those of the service, not of the cmdlets. A cmdlet may consist of several: Restore-VMSnapshot, for
example, is save, apply and start. A verb starts a job, or raises `Refused` when the service does not start one. If
the job fails later, its `error` is set. The rules are in `rules`, the data is in `contents`. A world is not
thread-safe.
"""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from hvtui.backends.mock import effects, rules
from hvtui.backends.mock.clock import Clock
from hvtui.backends.mock.state.contents import HostContents
from hvtui.backends.mock.state.jobs import STATUS, Jobs
from hvtui.backends.mock.state.merging import Merging
from hvtui.backends.mock.state.records import (
    GB,
    Code,
    JobType,
    MergeCode,
    OperationalStatus,
    Refused,
    Unverified,
    VerbCall,
    WorldCheckpoint,
    WorldDrive,
    WorldFile,
    WorldJob,
    WorldMergeEvent,
    WorldVm,
    WorldVolume,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = [
    "Clock", "Code", "JobType", "MergeCode", "OperationalStatus", "Refused", "Unverified", "VerbCall", "World",
    "WorldCheckpoint", "WorldDrive", "WorldFile", "WorldJob", "WorldMergeEvent", "WorldVm", "WorldVolume",
]  # fmt: skip


class World:
    """A simulated host. Every access first ends the jobs that are due by the clock's time."""

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

    # Data.

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

    # Verbs of the service.

    def take_checkpoint(self, vm_id: str) -> WorldJob:
        """Create a checkpoint with a default name (facts §3). The job's result is its id."""
        vm = self._require_vm("take_checkpoint", vm_id)
        rules.require_checkpointable(vm, len(self._contents.checkpoints_of(vm_id)), self.unverified)
        started = self._jobs.moment

        def effect() -> str:
            self._contents.require_files(vm, vm.drives, f"Checkpoint operation for '{vm.name}' failed.")
            return effects.take_checkpoint(self._contents, vm, started, self._zone(), self.unverified)

        return self._start_on_files("take_checkpoint", JobType.TAKE_CHECKPOINT, vm, effect)

    def rename(self, checkpoint_id: str, name: str) -> WorldJob:
        checkpoint, vm = self._require_checkpoint("rename", checkpoint_id)
        rules.require_name(name)

        def effect() -> None:
            checkpoint.name = name

        return self._jobs.start("rename", JobType.UNKNOWN, vm, effect, target_id=checkpoint_id)

    def apply(self, checkpoint_id: str) -> WorldJob:
        """Apply a checkpoint to a VM that is off or saved. The cmdlet saves and starts a running VM (facts §4)."""
        checkpoint, vm = self._require_checkpoint("apply", checkpoint_id)
        rules.require_applicable(vm, checkpoint, self.unverified)

        def effect() -> None:
            self._contents.require_files(vm, checkpoint.drives, f"'{vm.name}' failed to apply a checkpoint.")
            effects.apply(self._contents, vm, checkpoint, self.unverified)

        return self._start_on_files("apply", JobType.APPLY, vm, effect, checkpoint_id)

    def destroy(self, checkpoint_id: str) -> WorldJob:
        """Delete a checkpoint. Its children move up, and its files are merged in the background (facts §4)."""
        return self._destroy("destroy", checkpoint_id, subtree=self.unverified.destroy_takes_dependents)

    def destroy_tree(self, checkpoint_id: str) -> WorldJob:
        """Delete a checkpoint and all below it. If the VM runs on one, it moves up and keeps its data (facts §4)."""
        return self._destroy("destroy_tree", checkpoint_id, subtree=True)

    def start(self, vm_id: str) -> WorldJob:
        vm = self._require_vm("start", vm_id)
        cold, paused = vm.state == "Off", vm.state == "Paused"

        def effect() -> None:
            if not paused:
                self._contents.require_files(vm, vm.drives, f"'{vm.name}' failed to start.")
            if not cold and not paused:
                effects.require_resumable(vm)
            if cold:
                effects.take_automatic(self._contents, vm, self._jobs.moment, self._zone(), self.unverified)
            effects.start(vm, self._jobs.moment)

        return self._jobs.start("start", JobType.START, vm, effect, transient_state="Starting")

    def shut_down(self, vm_id: str) -> WorldJob:
        """Ask the guest to shut down. Fails if it does not respond: only the cmdlet offers to turn the VM off then."""
        vm = self._require_vm("shut_down", vm_id)
        if not vm.shutdown_ok:
            raise Refused(
                Code.FAILED, f"'{vm.name}' cannot be shut down: its guest operating system does not respond."
            )
        return self._stop("shut_down", vm)

    def turn_off(self, vm_id: str) -> WorldJob:
        return self._stop("turn_off", self._require_vm("turn_off", vm_id))

    def save(self, vm_id: str) -> WorldJob:
        vm = self._require_vm("save", vm_id)
        return self._jobs.start(
            "save", JobType.SAVE, vm, lambda: effects.save(self._contents, vm), transient_state="Saving"
        )

    def discard_saved_state(self, vm_id: str) -> WorldJob:
        """Delete the memory of a saved VM, which is off afterwards (facts §4)."""
        vm = self._require_vm("discard_saved_state", vm_id)

        def effect() -> None:
            vm.state, vm.saved_memory_bytes, vm.resume_fails = "Off", 0, False

        return self._jobs.start("discard_saved_state", JobType.UNKNOWN, vm, effect)

    def back_up(self, vm_id: str) -> WorldJob:
        """Start a backup of the VM. While it runs, other operations on the VM are refused (facts §3)."""
        return self._start_on_files(
            "back_up", JobType.BACKUP, self._require_vm("back_up", vm_id), lambda: None
        )

    def _stop(self, verb: str, vm: WorldVm) -> WorldJob:
        def effect() -> None:
            effects.stop(self._contents, vm, self.unverified)

        return self._jobs.start(verb, JobType.POWER_OFF, vm, effect, transient_state="Stopping")

    def _destroy(self, verb: str, checkpoint_id: str, *, subtree: bool) -> WorldJob:
        # Recovery and Replica checkpoints can be deleted too (facts §2).
        checkpoint, vm = self._require_checkpoint(verb, checkpoint_id)
        removed = self._contents.subtree(checkpoint.id) if subtree else [checkpoint.id]
        return self._start_on_files(
            verb, JobType.DELETE, vm, lambda: self._contents.remove(vm, removed), checkpoint_id
        )

    def _merge_after(self, job: WorldJob) -> None:
        """Start the merge that a job has made possible. After a successful merge, nothing is left to merge."""
        vm = self._contents.vms[job.vm_id]
        failed = job.type is JobType.MERGE and job.error is not None
        if failed and (not self.unverified.failed_merge_starts_again or self._merging.is_hopeless(vm)):
            return
        if failed or job.type is not JobType.MERGE:
            self._merging.start_merge(vm)

    # Preconditions of the verbs.

    def _require_vm(self, verb: str, vm_id: str) -> WorldVm:
        """Return the VM. Raises `Refused` if it does not exist, is busy, or is in a state that forbids the verb."""
        self.settle()
        vm = self._contents.vms.get(vm_id)
        if vm is None:  # facts §8 [DEC]: ObjectNotFound
            raise Refused(Code.NOT_FOUND, f"Hyper-V was unable to find a virtual machine with id {vm_id}.")
        operation = self._jobs.operation_of(vm_id)
        rules.require_idle(vm, operation.verb if operation else "")
        rules.require_state(verb, vm)
        return vm

    def _require_checkpoint(self, verb: str, checkpoint_id: str) -> tuple[WorldCheckpoint, WorldVm]:
        self.settle()
        checkpoint = self._contents.checkpoints.get(checkpoint_id)
        if checkpoint is None:
            raise Refused(Code.NOT_FOUND, f"Hyper-V was unable to find a checkpoint with id {checkpoint_id}.")
        return checkpoint, self._require_vm(verb, checkpoint.vm_id)

    def _start_on_files(
        self,
        verb: str,
        job_type: JobType,
        vm: WorldVm,
        effect: Callable[[], str | None],
        target_id: str | None = None,
    ) -> WorldJob:
        """Start a job that changes files. It interrupts a merge, which starts again after it (facts §1 [WMI])."""
        if self.unverified.merging_refuses_new_work and self._jobs.merge_of(vm.id):
            rules.require_idle(vm, "merging")
        return self._jobs.start(verb, job_type, vm, effect, target_id=target_id, interrupts=True)

    def _zone(self) -> timezone:
        return timezone(timedelta(minutes=self.utc_offset_minutes))
