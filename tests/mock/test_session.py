"""What a session over a world does and says: the cmdlets' steps, lost answers, and errors in plain words."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from hvtui.backends import errors
from hvtui.backends.contract import StopHow, Verb
from hvtui.backends.mock.backend import MockSession
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.network import Fate, Line
from hvtui.backends.mock.scenarios import build
from hvtui.backends.mock.world import Refused, World, WorldVm
from hvtui.backends.model import Activity, CheckpointId, CheckpointKind, VmId, VmState

# facts §4, Restore-VMSnapshot [DEC]: (before, checkpoint State, after)
RESTORED = [
    ("Running", "Saved", "Running"),
    ("Paused", "Saved", "Saved"),
    ("Off", "Saved", "Saved"),
    ("Saved", "Saved", "Saved"),
    ("Running", "Off", "Off"),
    ("Paused", "Off", "Off"),
    ("Off", "Off", "Off"),
    ("Saved", "Off", "Off"),
]

# design §9: (what became of the call, the verbs that took effect on the host); every answer is lost.
LOST_CREATE = [
    (Fate.LOST_BEFORE, []),
    (Fate.LOST_MIDWAY, ["take_checkpoint"]),
    (Fate.LOST_AFTER, ["take_checkpoint", "rename"]),
]
LOST_APPLY = [
    (Fate.LOST_BEFORE, []),
    (Fate.LOST_MIDWAY, ["save"]),
    (Fate.LOST_AFTER, ["save", "apply", "start"]),
]


@dataclass
class Stage:
    clock: ManualClock
    session: MockSession
    world: World
    web: WorldVm

    @property
    def vm(self) -> VmId:
        return VmId(self.web.id)

    def named(self, name: str) -> CheckpointId:
        return next(CheckpointId(c.id) for c in self.world.checkpoints.values() if c.name == name)

    def done(self) -> list[str]:
        return [ran.verb for ran in self.world.done]


@pytest.fixture
def stage() -> Stage:
    clock = ManualClock()
    scene = build("one", clock)
    (web,) = scene.world.vms.values()
    return Stage(clock, MockSession(scene.world, clock), scene.world, web)


async def test_the_inventory_is_the_world(stage: Stage) -> None:
    inventory = await stage.session.inventory()
    (vm,) = inventory.vms
    assert (vm.name, vm.state, vm.current) == ("web-01", VmState.RUNNING, stage.named("Before CU-11"))
    assert vm.uptime_seconds == 2 * 86400
    assert {c.name: (c.with_memory, c.kind) for c in inventory.checkpoints} == {
        "Clean install": (True, CheckpointKind.STANDARD),
        "Old branch": (False, CheckpointKind.STANDARD),
        "Before CU-11": (False, CheckpointKind.STANDARD),
    }
    assert inventory.taken == stage.clock.now()
    assert stage.session.capabilities.verbs == set(Verb)
    assert stage.session.capabilities.demo


async def test_an_id_that_the_host_does_not_have_is_left_out(stage: Stage) -> None:
    inventory = await stage.session.inventory([VmId("gone")])
    assert (inventory.vms, inventory.checkpoints) == ((), ())
    assert await stage.session.disks([VmId("gone")]) == ()


async def test_critical_states_are_told_apart_from_their_base(stage: Stage) -> None:
    stage.web.state = "PausedCritical"
    (vm,) = (await stage.session.inventory()).vms
    assert (vm.state, vm.critical, vm.state_text) == (VmState.PAUSED, True, "PausedCritical")


async def test_disks_show_now_and_what_each_checkpoint_froze(stage: Stage) -> None:
    (found,) = await stage.session.disks([stage.vm])
    assert len(found.disks) == 4
    assert found.files[0].path == stage.web.drives[0].path
    assert sum(not file.differencing for file in found.files) == 1
    assert found.volume is not None
    assert found.unread == ()
    base = next(file for file in found.files if not file.differencing)
    del stage.world.files[base.path]
    assert (await stage.session.disks([stage.vm]))[0].unread == (base.path,)


async def test_create_takes_and_then_names(stage: Stage) -> None:
    made = await stage.session.create_checkpoint(stage.vm, name="Before patch")
    assert stage.world.checkpoints[made].name == "Before patch"
    assert stage.done() == ["take_checkpoint", "rename"]


async def test_a_name_that_is_refused_leaves_the_checkpoint_and_says_so(stage: Stage) -> None:
    with pytest.raises(errors.OperationFailed, match="was created, but it keeps the name") as caught:
        await stage.session.create_checkpoint(stage.vm, name="n" * 101)
    assert caught.value.error_id == "InvalidParameter"
    assert len(stage.world.checkpoints) == 4


@pytest.mark.parametrize(("before", "kept", "after"), RESTORED)
async def test_apply_ends_as_the_cmdlet_does(stage: Stage, before: str, kept: str, after: str) -> None:
    stage.web.state = before
    target = stage.named("Clean install" if kept == "Saved" else "Old branch")
    assert stage.world.checkpoints[target].state == kept
    await stage.session.apply_checkpoint(stage.vm, target)
    assert (stage.web.state, stage.web.parent_checkpoint_id) == (after, target)
    saves = ["save"] if before in ("Running", "Paused") else []
    starts = ["start"] if before == "Running" and kept == "Saved" else []
    assert stage.done() == [*saves, "apply", *starts]


@pytest.mark.parametrize("late", [True, False])
async def test_an_apply_that_fails_brings_the_vm_back(stage: Stage, late: bool) -> None:
    stage.world.fail_next("apply", Refused(32768, "no"), late=late)
    with pytest.raises(errors.OperationFailed):
        await stage.session.apply_checkpoint(stage.vm, stage.named("Clean install"))
    assert stage.web.state == "Running"
    assert stage.done() == ["save", "start"]


async def test_nothing_waits_for_the_merge(stage: Stage) -> None:
    stage.world.durations["merge"] = 60
    await stage.session.delete_checkpoint(stage.vm, stage.named("Before CU-11"), subtree=False)
    inventory = await stage.session.inventory([stage.vm])
    assert (inventory.vms[0].activity, inventory.vms[0].in_service) == (Activity.MERGING, False)
    assert [job.percent for job in inventory.jobs] == [0]


async def test_delete_one_or_all_below(stage: Stage) -> None:
    await stage.session.rename_checkpoint(stage.vm, stage.named("Old branch"), name="Branch")
    await stage.session.delete_checkpoint(stage.vm, stage.named("Branch"), subtree=False)
    await stage.session.delete_checkpoint(stage.vm, stage.named("Clean install"), subtree=True)
    assert stage.world.checkpoints == {}
    assert stage.web.parent_checkpoint_id is None


async def test_power(stage: Stage) -> None:
    await stage.session.save_vm(stage.vm)
    await stage.session.save_vm(stage.vm)
    await stage.session.start_vm(stage.vm)
    await stage.session.start_vm(stage.vm)
    await stage.session.stop_vm(stage.vm, how=StopHow.SHUT_DOWN)
    await stage.session.stop_vm(stage.vm, how=StopHow.TURN_OFF)
    assert stage.done() == [
        "save",
        "start",
        "shut_down",
    ]  # §4: being there already is a warning, not an error


async def test_a_long_write_leaves_the_loop_free_and_goes_on_when_its_caller_dies(stage: Stage) -> None:
    stage.world.durations["save"] = 10
    write = asyncio.create_task(stage.session.apply_checkpoint(stage.vm, stage.named("Clean install")))
    await stage.clock.someone_waits()
    (vm,) = (await stage.session.inventory()).vms
    assert (vm.state, vm.activity) == (VmState.SAVING, Activity.SAVING)
    write.cancel()
    await asyncio.gather(write, return_exceptions=True)
    stage.clock.advance(10)
    assert stage.world.vms[stage.vm].state == "Saved"
    assert stage.done() == ["save"]


@pytest.mark.parametrize(("fate", "effects"), LOST_CREATE)
async def test_a_create_whose_answer_is_lost(stage: Stage, fate: Fate, effects: list[str]) -> None:
    stage.session.line.writes.append(fate)
    with pytest.raises(errors.OutcomeUnknown):
        await stage.session.create_checkpoint(stage.vm, name="x")
    assert stage.done() == effects


@pytest.mark.parametrize(("fate", "effects"), LOST_APPLY)
async def test_an_apply_whose_answer_is_lost(stage: Stage, fate: Fate, effects: list[str]) -> None:
    stage.session.line.writes.append(fate)
    with pytest.raises(errors.OutcomeUnknown):
        await stage.session.apply_checkpoint(stage.vm, stage.named("Clean install"))
    assert stage.done() == effects


async def test_a_refusal_whose_answer_is_lost_is_unknown_too(stage: Stage) -> None:
    stage.web.checkpoint_type = "Disabled"
    stage.session.line.writes.append(Fate.LOST_AFTER)
    with pytest.raises(errors.OutcomeUnknown):
        await stage.session.create_checkpoint(stage.vm, name="x")


async def test_a_lost_read_may_be_tried_again(stage: Stage) -> None:
    stage.session.line.reads.append(Fate.LOST_AFTER)
    with pytest.raises(errors.ConnectionLost):
        await stage.session.inventory()
    await stage.session.inventory()


async def test_a_slow_line_is_waited_for_on_the_clock(stage: Stage) -> None:
    stage.session.line.latency = 5
    read = asyncio.create_task(stage.session.inventory())
    await stage.clock.someone_waits()
    assert not read.done()
    stage.clock.advance(5)
    assert (await read).taken == stage.clock.now()


def test_the_same_seed_loses_the_same_answers() -> None:
    first, second = (Line(writes_lost=0.5, reads_lost=0.5, seed=3) for _ in range(2))
    fates = [first.next_write() for _ in range(60)]
    assert fates == [second.next_write() for _ in range(60)]
    assert set(fates) == set(Fate)


async def test_a_checkpoint_of_another_vm_is_not_touched(stage: Stage) -> None:
    other = stage.world.add_vm("other")
    foreign = CheckpointId(stage.world.take_checkpoint(other.id).result or "")
    with pytest.raises(errors.CheckpointMissing):
        await stage.session.delete_checkpoint(stage.vm, foreign, subtree=False)
    assert foreign in stage.world.checkpoints


async def test_a_guest_that_does_not_answer_is_not_cut_off(stage: Stage) -> None:
    stage.web.shutdown_ok = False
    with pytest.raises(errors.WrongState, match="does not answer"):
        await stage.session.stop_vm(stage.vm, how=StopHow.SHUT_DOWN)
    assert stage.web.state == "Running"
