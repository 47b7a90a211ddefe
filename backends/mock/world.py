"""An in-memory Hyper-V host: what its management service (VMMS) knows, does and refuses.

The verbs are the service's own, not a cmdlet's: Restore-VMSnapshot, for one, is save, apply and start, and
whoever plays a cmdlet takes those steps. A verb raises `Refused` when it is not begun; what goes wrong later
is its job's `error`. The rules are in `rules`, the files in `chains`. A world is not thread-safe: one thread
owns it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from random import Random
from typing import TYPE_CHECKING

from backends.mock import chains, rules
from backends.mock.clock import Clock
from backends.mock.jobs import STATUS, Jobs
from backends.mock.parts import (
    DISK_FULL,
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
        self.volumes = [WorldVolume("D:", 2000 * GB)]
        self.unverified = Unverified()
        self.stuck_merges: set[str] = set()
        """VMs whose merges come to rest half-way."""
        self._random = Random(seed)
        self._vms: dict[str, WorldVm] = {}
        self._checkpoints: dict[str, WorldCheckpoint] = {}
        self._waiting: set[str] = set()
        self._chains = chains.Chains(self.new_id)
        self._jobs = Jobs(clock, self.new_id, self._after)
        self.durations = self._jobs.durations
        self.fail_next = self._jobs.fail_next
        self.ran = self._jobs.ran
        self.done = self._jobs.done

    # What there is. Looking ends what is due.

    @property
    def vms(self) -> dict[str, WorldVm]:
        self.settle()
        return self._vms

    @property
    def checkpoints(self) -> dict[str, WorldCheckpoint]:
        self.settle()
        return self._checkpoints

    @property
    def files(self) -> dict[str, WorldFile]:
        self.settle()
        return self._chains.files

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
        self.settle()
        critical = self._vms[vm_id].state.endswith("Critical")
        idle = OperationalStatus.PREDICTIVE_FAILURE if critical else OperationalStatus.OK
        if work := self._jobs.of(vm_id, merging=False):
            return OperationalStatus.IN_SERVICE, STATUS.get(work.type)
        return idle, OperationalStatus.MERGING if self._jobs.of(vm_id, merging=True) else None

    def free(self, volume: WorldVolume) -> int:
        """Bytes left on it, 0 when it is overfull."""
        self.settle()
        return self._free(volume)

    def volume_of(self, path: str) -> WorldVolume | None:
        matching = [v for v in self.volumes if path.casefold().startswith(v.name.casefold())]
        return max(matching, key=lambda v: len(v.name), default=None)

    def now(self) -> datetime:
        self.settle()
        return self._jobs.moment

    def settle(self) -> None:
        """End what is due, in the order in which it ends, and take up the merges that had to wait for space."""
        self._jobs.settle(self._vms)
        for vm_id in sorted(self._waiting):
            self._merge_on(self._vms[vm_id])

    def new_id(self) -> str:
        digits = f"{self._random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    # The service's verbs.

    def take_checkpoint(self, vm_id: str) -> WorldJob:
        """The job's result is the new checkpoint's id. It gets a name of the service's making (facts §3)."""
        verb = "take_checkpoint"
        vm = self._ready(verb, vm_id)
        rules.require_checkpointable(vm, len(self._checkpoints_of(vm_id)), self.unverified)
        began = self._jobs.moment
        return self._begin(verb, JobType.TAKE_CHECKPOINT, vm, lambda: self._take(vm, began))

    def rename(self, checkpoint_id: str, name: str) -> WorldJob:
        checkpoint = self._checkpoint(checkpoint_id)
        vm = self._ready("rename", checkpoint.vm_id)
        rules.require_name(name)

        def effect() -> None:
            checkpoint.name = name

        return self._jobs.begin("rename", JobType.UNKNOWN, vm, effect, target_id=checkpoint_id)

    def apply(self, checkpoint_id: str) -> WorldJob:
        """Needs a VM that does not run: whoever plays the cmdlet saves it first and starts it after (facts §4)."""
        checkpoint = self._checkpoint(checkpoint_id)
        vm = self._ready("apply", checkpoint.vm_id)
        rules.require_applicable(vm, checkpoint, self.unverified)
        return self._begin("apply", JobType.APPLY, vm, lambda: self._apply(vm, checkpoint), checkpoint_id)

    def destroy(self, checkpoint_id: str) -> WorldJob:
        """Its children move up; its files merge in the background after that (facts §4)."""
        if self.unverified.destroy_takes_dependents:
            return self._destroy("destroy", checkpoint_id, self._subtree(checkpoint_id))
        return self._destroy("destroy", checkpoint_id, [checkpoint_id])

    def destroy_tree(self, checkpoint_id: str) -> WorldJob:
        """The checkpoint and all below it; Now, if it hangs there, moves up and keeps its data (facts §4)."""
        return self._destroy("destroy_tree", checkpoint_id, self._subtree(checkpoint_id))

    def start(self, vm_id: str) -> WorldJob:
        vm = self._ready("start", vm_id)
        fresh = vm.state == "Off"

        def effect() -> None:
            if fresh:
                self._take_automatic(vm)
            vm.state, vm.saved_memory_bytes, vm.memory_assigned = "Running", 0, vm.memory_startup
            vm.started_at = self._jobs.moment

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
        """Writes the memory to disk: about the RAM's size must be free (facts §4)."""
        vm = self._ready("save", vm_id)

        def effect() -> None:
            if not self._fits(vm.path, vm.memory_assigned):
                raise Refused(Code.FAILED, f"'{vm.name}' failed to save. (0x80070070)", hresult=DISK_FULL)
            vm.state, vm.saved_memory_bytes, vm.memory_assigned = "Saved", vm.memory_assigned, 0
            vm.started_at = None

        return self._jobs.begin("save", JobType.SAVE, vm, effect, passing="Saving")

    def back_up(self, vm_id: str) -> WorldJob:
        """Backup software is at work on the VM: nothing else may begin on it (facts §3)."""
        return self._begin("back_up", JobType.BACKUP, self._ready("back_up", vm_id), lambda: None)

    # What the verbs come to.

    def _take(self, vm: WorldVm, began: datetime) -> str:
        memory = (vm.memory_assigned or vm.saved_memory_bytes) if rules.keeps_memory(vm) else 0
        # facts §3: a standard one of a running VM writes a file of about its RAM; disk full is 0x80070070 [REAL].
        if not self._fits(vm.path, memory + chains.NEW_LEAF_BYTES * len(vm.drives)):
            raise rules.checkpoint_failed(
                vm,
                Code.FAILED,
                f"'{vm.name}' could not initiate a checkpoint operation.",
                f"'{vm.name}' failed to save RAM contents during a checkpoint operation: (0x80070070).",
                hresult=DISK_FULL,
            )
        checkpoint = self.add_checkpoint(
            vm, rules.default_name(vm, self._local(began), self.unverified), began
        )
        checkpoint.state = "Saved" if rules.keeps_memory(vm) else "Off"
        checkpoint.memory_bytes = memory
        return checkpoint.id

    def _take_automatic(self, vm: WorldVm) -> None:
        # facts §4 [DEC StopVM]: taken at start. The VM is not running yet, so it has no memory; its name is [GEN].
        if not vm.automatic_checkpoints or vm.checkpoint_type == "Disabled" or not vm.checkpointable:
            return
        self._drop_automatic(vm)
        if len(self._checkpoints_of(vm.id)) < rules.MAX_CHECKPOINTS:
            name = rules.default_name(vm, self._local(self._jobs.moment), self.unverified)
            self.add_checkpoint(
                vm, f"Automatic Checkpoint - {name}"[:100], self._jobs.moment
            ).automatic = True

    def _apply(self, vm: WorldVm, checkpoint: WorldCheckpoint) -> None:
        self.stand_at(vm, checkpoint)
        vm.state = checkpoint.state
        vm.saved_memory_bytes, vm.memory_assigned, vm.started_at = checkpoint.memory_bytes, 0, None
        vm.processors, vm.memory_startup = checkpoint.processors, checkpoint.memory_startup  # facts §4 [GEN]
        if self.unverified.apply_reverts_name_and_notes:
            vm.name, vm.notes = checkpoint.vm_name, checkpoint.vm_notes

    def _destroy(self, verb: str, checkpoint_id: str, going: list[str]) -> WorldJob:
        # Recovery and replica ones go like any other: only their owner minds (facts §2).
        checkpoint = self._checkpoint(checkpoint_id)
        vm = self._ready(verb, checkpoint.vm_id)
        return self._begin(verb, JobType.DELETE, vm, lambda: self._remove(vm, going), checkpoint_id)

    def _remove(self, vm: WorldVm, going: list[str]) -> None:
        for checkpoint_id in going:
            gone = self._checkpoints.pop(checkpoint_id)
            for child in self._checkpoints_of(vm.id):
                if child.parent_id == checkpoint_id:
                    child.parent_id = gone.parent_id
            if vm.parent_checkpoint_id == checkpoint_id:
                vm.parent_checkpoint_id = gone.parent_id
            self._let_go(vm, gone.drives)

    def _stop(self, verb: str, vm: WorldVm) -> WorldJob:
        def effect() -> None:
            vm.state, vm.memory_assigned, vm.started_at = "Off", 0, None
            if self.unverified.stop_removes_automatic:
                self._drop_automatic(vm)

        return self._jobs.begin(verb, JobType.POWER_OFF, vm, effect, passing="Stopping")

    def _drop_automatic(self, vm: WorldVm) -> None:
        parent = self._checkpoints.get(vm.parent_checkpoint_id or "")
        if parent and parent.automatic:
            self._remove(vm, [parent.id])

    # Merging.

    def _merge_on(self, vm: WorldVm) -> None:
        """Go on merging what is left behind, if nothing else is at work on the VM and it fits."""
        self._waiting.discard(vm.id)
        pairs = self._chains.mergeable(self._paths_of(vm.id))
        if not pairs or self._jobs.of(vm.id, merging=True) or self._jobs.of(vm.id, merging=False):
            return
        if not self._merge_fits(*pairs[0]):
            self._waiting.add(vm.id)
            return
        job = self._jobs.begin("merge", JobType.MERGE, vm, lambda: self._merge(vm))
        if vm.id in self.stuck_merges and not job.finished:
            job.stuck_at = 43

    def _merge(self, vm: WorldVm) -> None:
        while pairs := self._chains.mergeable(self._paths_of(vm.id)):
            parent, child = pairs[0]
            if not self._merge_fits(parent, child):
                raise Refused(
                    Code.FAILED, f"The disks of '{vm.name}' could not be merged.", hresult=DISK_FULL
                )
            for drive in self._drives_of(vm.id):
                if drive.path == child.path:
                    drive.path = parent.path
            self._chains.merge(parent, child)

    def _merge_fits(self, parent: WorldFile, child: WorldFile) -> bool:
        return self._fits(parent.path, chains.growth(parent, child))  # facts §4: both exist until done [GEN]

    def _after(self, job: WorldJob) -> None:
        if not (job.type is JobType.MERGE and job.error is None):
            self._merge_on(self._vms[job.vm_id])

    # Setting a scene, and the steps that it shares with the verbs.

    def add_vm(
        self, name: str, *, disks: tuple[int, ...] = (40 * GB,), folder: str = "D:\\Hyper-V"
    ) -> WorldVm:
        """A new VM, off, with dynamic disks of these sizes on disk."""
        vm = WorldVm(self.new_id(), name, self._jobs.moment, "")
        # Names may be anything; a path may not.
        safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)[:60].strip(
            "._"
        )
        vm.path = f"{folder}\\{safe or vm.id}"
        if f"{vm.path}\\{safe}.vhdx" in self._chains.files:
            vm.path += f"-{vm.id[:8]}"
        for location, size in enumerate(disks):
            path = f"{vm.path}\\{safe or 'disk'}{f'-{location}' if location else ''}.vhdx"
            self._chains.files[path] = WorldFile(path, "", size, max(2 * size, 127 * GB))
            vm.drives.append(WorldDrive("SCSI", 0, location, path))
        self._vms[vm.id] = vm
        return vm

    def add_checkpoint(self, vm: WorldVm, name: str, created: datetime) -> WorldCheckpoint:
        """Freeze the VM where it is; Now hangs from the new checkpoint."""
        checkpoint = WorldCheckpoint(self.new_id(), vm.id, name, created, vm.parent_checkpoint_id)
        checkpoint.processors, checkpoint.memory_startup = vm.processors, vm.memory_startup
        checkpoint.vm_name, checkpoint.vm_notes = vm.name, vm.notes
        checkpoint.drives = [replace(drive) for drive in vm.drives]
        vm.drives = self._chains.branch(checkpoint.drives)
        vm.parent_checkpoint_id = checkpoint.id
        self._checkpoints[checkpoint.id] = checkpoint
        return checkpoint

    def stand_at(self, vm: WorldVm, checkpoint: WorldCheckpoint) -> None:
        """Let Now hang from this checkpoint; what was written since the last one is lost."""
        left = vm.drives
        vm.drives = self._chains.branch(checkpoint.drives)
        vm.parent_checkpoint_id = checkpoint.id
        self._let_go(vm, left)

    def _let_go(self, vm: WorldVm, drives: list[WorldDrive]) -> None:
        needed = self._paths_of(vm.id)
        self._chains.let_go([drive.path for drive in drives if drive.path not in needed])

    # Looking things up without ending what is due.

    def _ready(self, verb: str, vm_id: str) -> WorldVm:
        self.settle()
        if vm_id not in self._vms:  # facts §8 [DEC]: ObjectNotFound
            raise Refused(Code.NOT_FOUND, f"Hyper-V was unable to find a virtual machine with id {vm_id}.")
        vm = self._vms[vm_id]
        work = self._jobs.of(vm_id, merging=False)
        rules.require_idle(vm, work.verb if work else "")
        rules.require_state(verb, vm)
        return vm

    def _begin(
        self,
        verb: str,
        job_type: JobType,
        vm: WorldVm,
        effect: Callable[[], str | None],
        target_id: str | None = None,
    ) -> WorldJob:
        """Begin work on files: a merge gives way to it and goes on after it (facts §1 [WMI])."""
        if merge := self._jobs.of(vm.id, merging=True):
            if self.unverified.merging_refuses_new_work:
                rules.require_idle(vm, "merging")
            self._jobs.interrupt(merge)
        return self._jobs.begin(verb, job_type, vm, effect, target_id=target_id)

    def _checkpoint(self, checkpoint_id: str) -> WorldCheckpoint:
        self.settle()
        if checkpoint_id not in self._checkpoints:
            raise Refused(Code.NOT_FOUND, f"Hyper-V was unable to find a checkpoint with id {checkpoint_id}.")
        return self._checkpoints[checkpoint_id]

    def _checkpoints_of(self, vm_id: str) -> list[WorldCheckpoint]:
        return [c for c in self._checkpoints.values() if c.vm_id == vm_id]

    def _subtree(self, checkpoint_id: str) -> list[str]:
        """The checkpoint and all below it, deepest last."""
        found = [self._checkpoint(checkpoint_id).id]
        for parent_id in found:
            found += [
                c.id for c in self._checkpoints.values() if c.parent_id == parent_id and c.id not in found
            ]
        return found

    def _drives_of(self, vm_id: str) -> list[WorldDrive]:
        frozen = [drive for checkpoint in self._checkpoints_of(vm_id) for drive in checkpoint.drives]
        return self._vms[vm_id].drives + frozen

    def _paths_of(self, vm_id: str) -> set[str]:
        return {drive.path for drive in self._drives_of(vm_id)}

    def _fits(self, path: str, size: int) -> bool:
        volume = self.volume_of(path)
        return size == 0 or volume is None or size <= self._free(volume)

    def _free(self, volume: WorldVolume) -> int:
        mine = [f.size for f in self._chains.files.values() if self.volume_of(f.path) is volume]
        mine += [v.saved_memory_bytes for v in self._vms.values() if self.volume_of(v.path) is volume]
        mine += [
            c.memory_bytes
            for c in self._checkpoints.values()
            if self.volume_of(self._vms[c.vm_id].path) is volume
        ]
        return max(0, volume.size - volume.other_bytes - sum(mine))

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(timezone(timedelta(minutes=self.utc_offset_minutes)))
