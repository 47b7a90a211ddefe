"""What the job of each cmdlet does on the host of its VM (facts §4)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.mock.clock import ManualClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.clock import Clock
    from hvtui.backends.mock.state.records import WorldJob
    from hvtui.backends.mock.world import World

STOPS = {"Force": "turn_off", "SaveState": "save", "DiscardSavedState": "discard_saved_state"}


class Steps:
    """The steps of jobs. `pause` waits for seconds while other calls go on."""

    def __init__(self, clock: Clock, pause: Callable[[float], object]) -> None:
        self._clock = clock
        self._pause = pause

    def run(
        self, world: World, cmdlet: str, vm_id: str, checkpoint: str, arguments: dict[str, str], leaves: str
    ) -> None:
        match cmdlet:
            case "New-SCVMCheckpoint":
                made = self.finish(world, world.take_checkpoint(vm_id))
                assert made.result
                if "Name" in arguments:
                    self.finish(world, world.rename(made.result, arguments["Name"]))
            case "Set-SCVMCheckpoint":
                self.finish(world, world.rename(checkpoint, arguments["Name"]))
            case "Remove-SCVMCheckpoint":
                self.finish(world, world.destroy(checkpoint))
            case "Restore-SCVMCheckpoint":
                self._restore(world, vm_id, checkpoint, leaves)
            case "Start-SCVirtualMachine" | "Resume-SCVirtualMachine":
                self.finish(world, world.start(vm_id))
            case "Stop-SCVirtualMachine":
                verb = next((STOPS[flag] for flag in STOPS if flag in arguments), "shut_down")
                self.finish(world, getattr(world, verb)(vm_id))

    def _restore(self, world: World, vm_id: str, checkpoint: str, leaves: str) -> None:
        was_running = world.vms[vm_id].state == "Running"
        if was_running:
            self.finish(world, world.save(vm_id))
        self.finish(world, world.apply(checkpoint))
        if world.vms[vm_id].state != "Saved" or leaves == "Saved":
            return
        if leaves == "Off":
            self.finish(world, world.discard_saved_state(vm_id))
        elif was_running:
            self.finish(world, world.start(vm_id))

    def finish(self, world: World, job: WorldJob) -> WorldJob:
        """Wait for the end of a job of the host: a clock of tests is moved there."""
        if isinstance(self._clock, ManualClock):
            self._clock.advance(max(0.0, (job.ends - self._clock.now()) / timedelta(seconds=1)))
        while self._clock.now() < job.ends:
            self._pause((job.ends - self._clock.now()) / timedelta(seconds=1))
        world.settle()
        if job.error:
            raise job.error
        return job
