"""An in-memory Hyper-V host: what its management service (VMMS) knows, does and refuses.

The verbs are the service's own, not a cmdlet's: Restore-VMSnapshot, for one, is save, apply and start, and
whoever plays a cmdlet takes those steps. A verb raises `Refused` when it is not begun; what goes wrong later
is its job's `error`. The rules are in `rules`, what there is in `contents`. A world is not thread-safe: one
thread owns it.
"""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from hvtui.backends.mock import effects, rules
from hvtui.backends.mock.clock import Clock
from hvtui.backends.mock.contents import HostContents
from hvtui.backends.mock.jobs import STATUS, Jobs
from hvtui.backends.mock.merging import Merging
from hvtui.backends.mock.records import (
    GB,
    Code,
    JobType,
    OperationalStatus,
    Ran,
    Refused,
    Unverified,
    WorldCheckpoint,
    WorldDrive,
    WorldFile,
    WorldJob,
    WorldVm,
    WorldVolume,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = [
    "Clock", "Code", "JobType", "OperationalStatus", "Ran", "Refused", "Unverified", "World", "WorldCheckpoint",
    "WorldDrive", "WorldFile", "WorldJob", "WorldVm", "WorldVolume",
]  # fmt: skip


class World:
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
        self.unverified = Unverified()
        self._contents = HostContents(seed)
        self._jobs = Jobs(clock, self._contents.new_id, self._ended)
        self._merging = Merging(self._contents, self._jobs)
        self.stuck_merges = self._merging.stuck
        self.new_id = self._contents.new_id
        self.durations = self._jobs.durations
        self.fail_next = self._jobs.fail_next
        self.ran = self._jobs.ran
        self.done = self._jobs.done

    # What there is. Looking ends what is due.

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
        """Bytes left on it, 0 when it is overfull."""
        self.settle()
        return self._contents.free(volume)

    def chain(self, path: str) -> list[WorldFile]:
        """From this file up to its root."""
        self.settle()
        return self._contents.chains.chain(path)

    def jobs(self) -> list[WorldJob]:
        """What runs now, whoever began it."""
        self.settle()
        return self._jobs.running()

    def job(self, job_id: str) -> WorldJob | None:
        """Any job that ever began."""
        self.settle()
        return self._jobs.known(job_id)

    def percent(self, job: WorldJob) -> int:
        self.settle()
        return self._jobs.percent(job)

    def operational_status(self, vm_id: str) -> tuple[OperationalStatus, OperationalStatus | None]:
        """Primary and secondary. A merge leaves the primary OK; any other work is InService (facts §1 [WMI])."""
        vm = self.vms[vm_id]
        if work := self._jobs.of(vm_id, merging=False):
            return OperationalStatus.IN_SERVICE, STATUS.get(work.type)
        idle = OperationalStatus.PREDICTIVE_FAILURE if vm.state.endswith("Critical") else OperationalStatus.OK
        return idle, OperationalStatus.MERGING if self._jobs.of(vm_id, merging=True) else None

    def now(self) -> datetime:
        self.settle()
        return self._jobs.moment

    def settle(self) -> None:
        """End what is due, in the order in which it ends, and take up merges that had to wait for space."""
        self._jobs.settle(self._contents.vms)
        self._merging.try_again()

    # Setting a scene.

    def add_vm(
        self, name: str, *, disks: tuple[int, ...] = (40 * GB,), folder: str = "D:\\Hyper-V"
    ) -> WorldVm:
        """A new VM, off, with dynamic disks of these sizes on disk."""
        return self._contents.add_vm(name, self._jobs.moment, disks, folder)

    def add_checkpoint(self, vm: WorldVm, name: str, created: datetime) -> WorldCheckpoint:
        """Freeze the VM where it is, whatever the rules; Now hangs from the new checkpoint."""
        return self._contents.freeze(vm, name, created)

    def stand_at(self, vm: WorldVm, checkpoint: WorldCheckpoint) -> None:
        """Let Now hang from this checkpoint, whatever the rules."""
        self._contents.stand_at(vm, checkpoint)

    # The service's verbs.

    def take_checkpoint(self, vm_id: str) -> WorldJob:
        """The job's result is the new checkpoint's id. It gets a name of the service's making (facts §3)."""
        vm = self._ready("take_checkpoint", vm_id)
        rules.require_checkpointable(vm, len(self._contents.checkpoints_of(vm_id)), self.unverified)
        began = self._jobs.moment

        def effect() -> str:
            return effects.take(self._contents, vm, began, self._zone(), self.unverified)

        return self._begin("take_checkpoint", JobType.TAKE_CHECKPOINT, vm, effect)

    def rename(self, checkpoint_id: str, name: str) -> WorldJob:
        checkpoint, vm = self._ready_checkpoint("rename", checkpoint_id)
        rules.require_name(name)

        def effect() -> None:
            checkpoint.name = name

        return self._jobs.begin("rename", JobType.UNKNOWN, vm, effect, target_id=checkpoint_id)

    def apply(self, checkpoint_id: str) -> WorldJob:
        """Needs a VM that does not run: whoever plays the cmdlet saves it first and starts it after (facts §4)."""
        checkpoint, vm = self._ready_checkpoint("apply", checkpoint_id)
        rules.require_applicable(vm, checkpoint, self.unverified)

        def effect() -> None:
            effects.apply(self._contents, vm, checkpoint, self.unverified)

        return self._begin("apply", JobType.APPLY, vm, effect, checkpoint_id)

    def destroy(self, checkpoint_id: str) -> WorldJob:
        """Its children move up; its files merge in the background after that (facts §4)."""
        return self._destroy("destroy", checkpoint_id, below=self.unverified.destroy_takes_dependents)

    def destroy_tree(self, checkpoint_id: str) -> WorldJob:
        """The checkpoint and all below it; Now, if it hangs there, moves up and keeps its data (facts §4)."""
        return self._destroy("destroy_tree", checkpoint_id, below=True)

    def start(self, vm_id: str) -> WorldJob:
        vm = self._ready("start", vm_id)
        cold = vm.state == "Off"

        def effect() -> None:
            if cold:
                effects.take_automatic(self._contents, vm, self._jobs.moment, self._zone(), self.unverified)
            effects.start(vm, self._jobs.moment)

        return self._jobs.begin("start", JobType.START, vm, effect, passing="Starting")

    def shut_down(self, vm_id: str) -> WorldJob:
        """Ask the guest. Where it cannot be asked the service fails; only a cmdlet would offer to cut the power."""
        vm = self._ready("shut_down", vm_id)
        if not vm.shutdown_ok:
            raise Refused(Code.FAILED, f"'{vm.name}' cannot be shut down: its guest does not answer.")
        return self._stop("shut_down", vm)

    def turn_off(self, vm_id: str) -> WorldJob:
        return self._stop("turn_off", self._ready("turn_off", vm_id))

    def save(self, vm_id: str) -> WorldJob:
        vm = self._ready("save", vm_id)
        return self._jobs.begin(
            "save", JobType.SAVE, vm, lambda: effects.save(self._contents, vm), passing="Saving"
        )

    def back_up(self, vm_id: str) -> WorldJob:
        """Backup software is at work on the VM: nothing else may begin on it (facts §3)."""
        return self._begin("back_up", JobType.BACKUP, self._ready("back_up", vm_id), lambda: None)

    def _stop(self, verb: str, vm: WorldVm) -> WorldJob:
        def effect() -> None:
            effects.stop(self._contents, vm, self.unverified)

        return self._jobs.begin(verb, JobType.POWER_OFF, vm, effect, passing="Stopping")

    def _destroy(self, verb: str, checkpoint_id: str, *, below: bool) -> WorldJob:
        # Recovery and replica ones go like any other: only their owner minds (facts §2).
        checkpoint, vm = self._ready_checkpoint(verb, checkpoint_id)
        going = self._contents.subtree(checkpoint.id) if below else [checkpoint.id]
        return self._begin(verb, JobType.DELETE, vm, lambda: self._contents.remove(vm, going), checkpoint_id)

    def _ended(self, job: WorldJob) -> None:
        if job.error or job.type is not JobType.MERGE:
            self._merging.go_on(self._contents.vms[job.vm_id])

    # What a verb needs before it begins.

    def _ready(self, verb: str, vm_id: str) -> WorldVm:
        self.settle()
        vm = self._contents.vms.get(vm_id)
        if vm is None:  # facts §8 [DEC]: ObjectNotFound
            raise Refused(Code.NOT_FOUND, f"Hyper-V was unable to find a virtual machine with id {vm_id}.")
        work = self._jobs.of(vm_id, merging=False)
        rules.require_idle(vm, work.verb if work else "")
        rules.require_state(verb, vm)
        return vm

    def _ready_checkpoint(self, verb: str, checkpoint_id: str) -> tuple[WorldCheckpoint, WorldVm]:
        self.settle()
        checkpoint = self._contents.checkpoints.get(checkpoint_id)
        if checkpoint is None:
            raise Refused(Code.NOT_FOUND, f"Hyper-V was unable to find a checkpoint with id {checkpoint_id}.")
        return checkpoint, self._ready(verb, checkpoint.vm_id)

    def _begin(
        self,
        verb: str,
        job_type: JobType,
        vm: WorldVm,
        effect: Callable[[], str | None],
        target_id: str | None = None,
    ) -> WorldJob:
        """Begin work on files: a merge gives way to it and begins anew after it (facts §1 [WMI])."""
        if self.unverified.merging_refuses_new_work and self._jobs.of(vm.id, merging=True):
            rules.require_idle(vm, "merging")
        return self._jobs.begin(verb, job_type, vm, effect, target_id=target_id, interrupts=True)

    def _zone(self) -> timezone:
        return timezone(timedelta(minutes=self.utc_offset_minutes))
