"""What a job of VMM does on the host, by the simulated world's rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.scvmm.stand_in.objects import vmm_id

if TYPE_CHECKING:
    from hvtui.backends.mock.clock import ManualClock
    from hvtui.backends.mock.state.records import WorldJob
    from hvtui.backends.mock.world import World


class OnHost:
    def __init__(self, world: World, clock: ManualClock) -> None:
        self.world = world
        self.clock = clock
        self.restore_leaves_off = False
        self.found_elsewhere = False
        """A VM that is not on its host is read all the same."""

    def carry_out(self, cmdlet: str, vm_id: str, target: str, arguments: dict[str, str]) -> None:
        """Do what the cmdlet says. `target` is the checkpoint as VMM knows it. Raises `Refused`, or `KeyError` if it is gone."""
        checkpoint = next((c for c in self.world.checkpoints if vmm_id(c) == target), "")
        if target and not checkpoint:
            raise KeyError(target)
        match cmdlet:
            case "Read-SCVirtualMachine":
                if vm_id not in self.world.vms and not self.found_elsewhere:
                    raise KeyError(vm_id)
            case "New-SCVMCheckpoint":
                made = self.finish(self.world.take_checkpoint(vm_id))
                assert made.result
                self.finish(self.world.rename(made.result, arguments["Name"]))
            case "Set-SCVMCheckpoint":
                self.finish(self.world.rename(checkpoint, arguments["Name"]))
            case "Remove-SCVMCheckpoint":
                self.finish(self.world.destroy(checkpoint))
            case "Restore-SCVMCheckpoint":
                self._restore(vm_id, checkpoint)
            case "Start-SCVirtualMachine" | "Resume-SCVirtualMachine":
                self.finish(self.world.start(vm_id))
            case "Stop-SCVirtualMachine":
                verb = {"Force": "turn_off", "SaveState": "save", "DiscardSavedState": "discard_saved_state"}
                name = next((verb[flag] for flag in verb if flag in arguments), "shut_down")
                self.finish(getattr(self.world, name)(vm_id))

    def _restore(self, vm_id: str, checkpoint: str) -> None:
        was_running = self.world.vms[vm_id].state == "Running"
        if was_running:
            self.finish(self.world.save(vm_id))
        self.finish(self.world.apply(checkpoint))
        if was_running and self.world.vms[vm_id].state == "Saved" and not self.restore_leaves_off:
            self.finish(self.world.start(vm_id))
        elif self.restore_leaves_off and self.world.vms[vm_id].state == "Saved":
            self.finish(self.world.discard_saved_state(vm_id))

    def finish(self, job: WorldJob) -> WorldJob:
        self.clock.advance(max(0.0, (job.ends - self.clock.now()) / timedelta(seconds=1)))
        self.world.settle()
        if job.error:
            raise job.error
        return job
