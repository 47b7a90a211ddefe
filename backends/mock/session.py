"""A conversation with a world. Each write takes the steps that the real cmdlet takes, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.contract import Capabilities, Session, StopHow, Verb
from hvtui.backends.errors import BackendError, CheckpointMissing, ConnectionLost, OutcomeUnknown, VmMissing
from hvtui.backends.limits import MAX_CHECKPOINTS
from hvtui.backends.mock import model_view
from hvtui.backends.mock.network import Fate, Line
from hvtui.backends.mock.records import Refused
from hvtui.backends.mock.refusals import translate
from hvtui.backends.model import CheckpointId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from hvtui.backends.mock.clock import AwaitableClock
    from hvtui.backends.mock.records import WorldJob
    from hvtui.backends.mock.world import World
    from hvtui.backends.model import Inventory, VmDisks, VmId


class MockSession(Session):
    def __init__(self, world: World, clock: AwaitableClock, line: Line | None = None) -> None:
        self.world = world
        self.line = line or Line()
        self._clock = clock

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(verbs=frozenset(Verb), max_checkpoints=MAX_CHECKPOINTS, demo=True)

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        await self._read()
        return model_view.inventory(self.world, vm_ids)

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        await self._read()
        return tuple(model_view.disks(self.world, vm_id) for vm_id in vm_ids if vm_id in self.world.vms)

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        made: list[CheckpointId] = []

        async def steps(call: _Call) -> None:
            made.append(CheckpointId(await call.step("take_checkpoint", self.world.take_checkpoint, vm)))
            await call.step("name_new", self.world.rename, made[0], name)

        await self._write(vm, None, steps)
        return made[0]

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        await self._write(
            vm, checkpoint, lambda call: call.step("rename", self.world.rename, checkpoint, name)
        )

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        # As Restore-VMSnapshot does it (facts §4 [DEC]): save, apply, start; the start also after a failure.
        async def steps(call: _Call) -> None:
            before = self.world.vms[vm].state
            if before in ("Running", "Paused"):
                await call.step("save", self.world.save, vm)
            try:
                await call.step("apply", self.world.apply, checkpoint)
            except OutcomeUnknown:
                raise
            except BackendError:
                await self._start_again(call, vm, before)
                raise
            await self._start_again(call, vm, before)

        await self._write(vm, checkpoint, steps)

    async def delete_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, subtree: bool) -> None:
        verb, begin = (
            ("destroy_tree", self.world.destroy_tree) if subtree else ("destroy", self.world.destroy)
        )
        await self._write(vm, checkpoint, lambda call: call.step(verb, begin, checkpoint))

    async def start_vm(self, vm: VmId) -> None:
        await self._bring(vm, "Running", "start", self.world.start)

    async def stop_vm(self, vm: VmId, *, how: StopHow) -> None:
        if how is StopHow.SHUT_DOWN:
            await self._bring(vm, "Off", "shut_down", self.world.shut_down)
        else:
            await self._bring(vm, "Off", "turn_off", self.world.turn_off)

    async def save_vm(self, vm: VmId) -> None:
        await self._bring(vm, "Saved", "save", self.world.save)

    async def _bring(self, vm: VmId, state: str, verb: str, begin: Callable[[str], WorldJob]) -> None:
        async def steps(call: _Call) -> None:
            # Being there already is a warning of the cmdlet, and no error (facts §4 [DEC]).
            if self.world.vms[vm].state != state:
                await call.step(verb, begin, vm)

        await self._write(vm, None, steps)

    async def _start_again(self, call: _Call, vm: VmId, before: str) -> None:
        if before == "Running" and vm in self.world.vms and self.world.vms[vm].state == "Saved":
            await call.step("start", self.world.start, vm)

    async def _read(self) -> None:
        await self.line.delay(self._clock)
        if self.line.next_read() is not Fate.ANSWERED:
            raise ConnectionLost("The host did not answer.", hint="This line loses answers now and then.")

    async def _write(
        self, vm: VmId, checkpoint: CheckpointId | None, steps: Callable[[_Call], Awaitable[object]]
    ) -> None:
        await self.line.delay(self._clock)
        fate = self.line.next_write()
        if fate is Fate.LOST_BEFORE:
            raise _unknown()
        try:
            self._look_up(vm, checkpoint)
            await steps(_Call(self.world, self._clock, vm, midway=fate is Fate.LOST_MIDWAY))
        except BackendError:
            if fate is Fate.ANSWERED:
                raise
        if fate is not Fate.ANSWERED:
            raise _unknown()

    def _look_up(self, vm: VmId, checkpoint: CheckpointId | None) -> None:
        if vm not in self.world.vms:
            raise VmMissing("The VM is not on this host any more.", hint="Another host may own it now.")
        if checkpoint is None:
            return
        found = self.world.checkpoints.get(checkpoint)
        if found is None or found.vm_id != vm:
            raise CheckpointMissing("The VM has no such checkpoint any more.", hint="Somebody deleted it.")


class _Call:
    """One write on its way through its steps."""

    def __init__(self, world: World, clock: AwaitableClock, vm_id: str, *, midway: bool) -> None:
        self._world = world
        self._clock = clock
        self._vm_id = vm_id
        self._midway = midway

    async def step(self, verb: str, begin: Callable[..., WorldJob], *args: str) -> str:
        """Begin, wait, and give the result. A call lost midway ends here: its first step is begun and goes on."""
        try:
            job = begin(*args)
            if self._midway:
                raise _unknown()
            while not job.finished:
                await self._clock.reach(job.ends)
                self._world.settle()
            if job.error:
                raise job.error
        except Refused as refused:
            raise translate(refused, verb=verb, vm_id=self._vm_id, world=self._world) from refused
        return job.result or ""


def _unknown() -> OutcomeUnknown:
    return OutcomeUnknown(
        "The answer of the host is lost.",
        hint="It may have done all, some or nothing of it: look at what is there now.",
    )
