"""The session with a simulated host. Each write executes the same steps as the real cmdlet, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.contract import Capabilities, Session, StopHow, Verb
from hvtui.backends.errors import BackendError, CheckpointMissing, ConnectionLost, OutcomeUnknown, VmMissing
from hvtui.backends.limits import MAX_CHECKPOINTS
from hvtui.backends.mock import model_view
from hvtui.backends.mock.network import NetworkFault, SimulatedNetwork
from hvtui.backends.mock.refusals import to_backend_error
from hvtui.backends.mock.state.records import Refused
from hvtui.backends.model import CheckpointId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from hvtui.backends.mock.clock import AwaitableClock
    from hvtui.backends.mock.state.records import WorldJob
    from hvtui.backends.mock.world import World
    from hvtui.backends.model import Inventory, VmDisks, VmId


class MockSession(Session):
    """A session with a simulated host, over a simulated network."""

    def __init__(self, world: World, clock: AwaitableClock, network: SimulatedNetwork | None = None) -> None:
        self.world = world
        self.network = network or SimulatedNetwork()
        self._clock = clock

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            verbs=frozenset(Verb) - {Verb.EVENTS, Verb.DISCARD_SAVED_STATE},
            max_checkpoints=MAX_CHECKPOINTS,
            demo=True,
        )

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        await self._simulate_read()
        return model_view.inventory(self.world, vm_ids)

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        await self._simulate_read()
        return tuple(model_view.disks(self.world, vm_id) for vm_id in vm_ids if vm_id in self.world.vms)

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        created: list[CheckpointId] = []

        async def steps(write: _Write) -> None:
            created.append(CheckpointId(await write.step("take_checkpoint", self.world.take_checkpoint, vm)))
            await write.step("name_new", self.world.rename, created[0], name)

        await self._write(vm, None, steps)
        return created[0]

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        await self._write(
            vm, checkpoint, lambda write: write.step("rename", self.world.rename, checkpoint, name)
        )

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        # As Restore-VMSnapshot does it (facts §4 [DEC]): save, apply, start; the start also after a failure.
        async def steps(write: _Write) -> None:
            state_before = self.world.vms[vm].state
            if state_before in ("Running", "Paused"):
                await write.step("save", self.world.save, vm)
            try:
                await write.step("apply", self.world.apply, checkpoint)
            except OutcomeUnknown:
                raise
            except BackendError:
                await self._resume(write, vm, state_before)
                raise
            await self._resume(write, vm, state_before)

        await self._write(vm, checkpoint, steps)

    async def delete_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, subtree: bool) -> None:
        verb, start = (
            ("destroy_tree", self.world.destroy_tree) if subtree else ("destroy", self.world.destroy)
        )
        await self._write(vm, checkpoint, lambda write: write.step(verb, start, checkpoint))

    async def start_vm(self, vm: VmId) -> None:
        await self._change_state(vm, "Running", "start", self.world.start)

    async def stop_vm(self, vm: VmId, *, how: StopHow) -> None:
        if how is StopHow.SHUT_DOWN:
            await self._change_state(vm, "Off", "shut_down", self.world.shut_down)
        else:
            await self._change_state(vm, "Off", "turn_off", self.world.turn_off)

    async def save_vm(self, vm: VmId) -> None:
        await self._change_state(vm, "Saved", "save", self.world.save)

    async def _change_state(self, vm: VmId, state: str, verb: str, start: Callable[[str], WorldJob]) -> None:
        async def steps(write: _Write) -> None:
            # For a VM already in the state, the cmdlet gives a warning and no error (facts §4 [DEC]).
            if self.world.vms[vm].state != state:
                await write.step(verb, start, vm)

        await self._write(vm, None, steps)

    async def _resume(self, write: _Write, vm: VmId, state_before: str) -> None:
        if state_before == "Running" and vm in self.world.vms and self.world.vms[vm].state == "Saved":
            await write.step("start", self.world.start, vm)

    async def _simulate_read(self) -> None:
        await self.network.delay(self._clock)
        if self.network.next_read() is not NetworkFault.NONE:
            raise ConnectionLost(
                "The host did not reply.", hint="This demo host simulates an unreliable network."
            )

    async def _write(
        self, vm: VmId, checkpoint: CheckpointId | None, steps: Callable[[_Write], Awaitable[object]]
    ) -> None:
        await self.network.delay(self._clock)
        fault = self.network.next_write()
        if fault is NetworkFault.REQUEST_LOST:
            raise _unknown()
        try:
            self._require_target(vm, checkpoint)
            interrupted = fault is NetworkFault.INTERRUPTED
            await steps(_Write(self.world, self._clock, vm, interrupted=interrupted))
        except BackendError:
            if fault is NetworkFault.NONE:
                raise
        if fault is not NetworkFault.NONE:
            raise _unknown()

    def _require_target(self, vm: VmId, checkpoint: CheckpointId | None) -> None:
        if vm not in self.world.vms:
            raise VmMissing(
                "The VM no longer exists on this host.", hint="It may have moved to another host."
            )
        if checkpoint is None:
            return
        found = self.world.checkpoints.get(checkpoint)
        if found is None or found.vm_id != vm:
            raise CheckpointMissing(
                "The checkpoint no longer exists.", hint="It was probably deleted on the host."
            )


class _Write:
    """Executes the steps of one write. If `interrupted`, the connection is lost after the first step was started."""

    def __init__(self, world: World, clock: AwaitableClock, vm_id: str, *, interrupted: bool) -> None:
        self._world = world
        self._clock = clock
        self._vm_id = vm_id
        self._interrupted = interrupted

    async def step(self, verb: str, start: Callable[..., WorldJob], *args: str) -> str:
        """Start the job of a step, wait for its end and return its result."""
        try:
            job = start(*args)
            if self._interrupted:
                raise _unknown()
            while not job.finished:
                await self._clock.sleep_until(job.ends)
                self._world.settle()
            if job.error:
                raise job.error
        except Refused as refused:
            raise to_backend_error(refused, verb=verb, vm_id=self._vm_id, world=self._world) from refused
        return job.result or ""


def _unknown() -> OutcomeUnknown:
    return OutcomeUnknown(
        "The reply from the host was lost.",
        hint="The operation may have completed fully, partly or not at all. Check the current state of the VM.",
    )
