"""The session with a simulated host. Each write executes the same steps as the real cmdlet, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hvtui.backends.contract import Capabilities, Session, StopHow, Verb
from hvtui.backends.errors import (
    BackendError,
    CheckpointMissing,
    ConnectionLost,
    Effect,
    OutcomeUnknown,
    VmMissing,
)
from hvtui.backends.limits import MAX_CHECKPOINTS
from hvtui.backends.mock import model_view
from hvtui.backends.mock.network import NetworkFault, SimulatedNetwork
from hvtui.backends.mock.refusals import require_service, to_backend_error
from hvtui.backends.mock.state.records import Refused
from hvtui.backends.model import CheckpointId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection
    from datetime import datetime

    from hvtui.backends.mock.clock import AwaitableClock
    from hvtui.backends.mock.state.records import WorldJob, WorldVm
    from hvtui.backends.mock.world import World
    from hvtui.backends.model import Inventory, MergeEvent, VmDisks, VmId


class MockSession(Session):
    """A session with a simulated host, over a simulated network."""

    def __init__(self, world: World, clock: AwaitableClock, network: SimulatedNetwork | None = None) -> None:
        self.world = world
        self.network = network or SimulatedNetwork()
        self._clock = clock

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(verbs=frozenset(Verb), max_checkpoints=MAX_CHECKPOINTS, demo=True)

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        await self._simulate_read()
        found = model_view.inventory(self.world, vm_ids)
        if vm_ids is None:
            self.world.count_reading()
        return found

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        await self._simulate_read()
        return tuple(model_view.disks(self.world, vm_id) for vm_id in vm_ids if vm_id in self.world.vms)

    async def events(self, vm_ids: Collection[VmId], *, since: datetime) -> tuple[MergeEvent, ...]:
        await self._simulate_read()
        return model_view.merge_events(self.world, vm_ids, since)

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        created: list[CheckpointId] = []

        async def steps(write: _Write) -> None:
            before = set(self.world.checkpoints)
            try:
                made = await write.step("take_checkpoint", self.world.take_checkpoint, vm)
                created.append(CheckpointId(made))
                await write.step("name_new", self.world.rename, created[0], name)
            except OutcomeUnknown:
                raise
            except BackendError as error:
                error.effect = self._effect_of_create(vm, before, name) or error.effect
                raise

        await self._write(vm, None, steps)
        return created[0]

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        await self._write(
            vm, checkpoint, lambda write: write.step("rename", self.world.rename, checkpoint, name)
        )

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        # As Restore-VMSnapshot does it (facts §4 [DEC]): save, apply, start; the start also after a failure.
        async def steps(write: _Write) -> None:
            before = _State.of(self.world.vms[vm])
            with_memory = self.world.checkpoints[checkpoint].state == "Saved"
            try:
                await self._apply(write, vm, checkpoint, before.state)
            except OutcomeUnknown:
                raise
            except BackendError as error:
                if vm in self.world.vms:
                    after = _State.of(self.world.vms[vm])
                    error.effect = _effect_of_apply(before, after, checkpoint, error, with_memory=with_memory)
                raise

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

    async def discard_saved_state(self, vm: VmId) -> None:
        await self._write(
            vm, None, lambda write: write.step("discard_saved_state", self.world.discard_saved_state, vm)
        )

    async def _apply(self, write: _Write, vm: VmId, checkpoint: CheckpointId, state_before: str) -> None:
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

    def _effect_of_create(self, vm: VmId, before: set[str], name: str) -> Effect | None:
        new = [c for c in self.world.checkpoints.values() if c.vm_id == vm and c.id not in before]
        made = [c for c in new if c.type != "Recovery"]
        if not made:
            return None
        return Effect.DONE if any(c.name == name for c in made) else Effect.PARTLY

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
        require_service(self.world)

    async def _write(
        self, vm: VmId, checkpoint: CheckpointId | None, steps: Callable[[_Write], Awaitable[object]]
    ) -> None:
        await self.network.delay(self._clock)
        fault = self.network.next_write()
        if fault is NetworkFault.REQUEST_LOST:
            raise _unknown()
        try:
            require_service(self.world)
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
                "The VM no longer exists on this host.",
                hint="It may have moved to another host.",
                effect=Effect.NONE,
            )
        if checkpoint is None:
            return
        found = self.world.checkpoints.get(checkpoint)
        if found is None or found.vm_id != vm:
            raise CheckpointMissing(
                "The checkpoint no longer exists.",
                hint="It was probably deleted on the host.",
                effect=Effect.NONE,
            )


class _State(NamedTuple):
    """What an apply changes of a VM. Each apply gives the VM new files."""

    state: str
    parent: str | None
    files: tuple[str, ...]

    @classmethod
    def of(cls, vm: WorldVm) -> _State:
        return cls(vm.state, vm.parent_checkpoint_id, tuple(drive.path for drive in vm.drives))


def _effect_of_apply(
    before: _State, after: _State, checkpoint: str, error: BackendError, *, with_memory: bool
) -> Effect | None:
    """Return how far an apply got that ended in an error, from the state of the VM before and after it."""
    moved = (before.parent, before.files) != (after.parent, after.files)
    expected = ("Running" if before.state == "Running" else "Saved") if with_memory else "Off"
    if moved and after.parent == checkpoint and after.state == expected:
        return Effect.DONE
    return Effect.PARTLY if moved or before.state != after.state else error.effect


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
