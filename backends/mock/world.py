"""The world: an in-memory simulation of a Hyper-V host and its management service (VMMS).

Its verbs are those of the service, not of the cmdlets. A cmdlet may consist of several: Restore-VMSnapshot, for
example, is save, apply and start. A verb starts a job, or raises `Refused` when the service does not start one. If
the job fails later, its `error` is set. The rules are in `rules`, the data is in `state`. A world is not
thread-safe.
"""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from hvtui.backends.mock import effects, rules
from hvtui.backends.mock.clock import Clock
from hvtui.backends.mock.state.records import (
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
from hvtui.backends.mock.state.world_state import WorldState

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Clock", "Code", "JobType", "MergeCode", "OperationalStatus", "Refused", "Unverified", "VerbCall", "World",
    "WorldCheckpoint", "WorldDrive", "WorldFile", "WorldJob", "WorldMergeEvent", "WorldVm", "WorldVolume",
]  # fmt: skip


class World(WorldState):
    """A simulated host with its management service."""

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
