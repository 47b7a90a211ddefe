"""The mock session: the steps of the cmdlets, lost replies, and errors."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from hvtui.backends import errors
from hvtui.backends.contract import StopHow, Verb
from hvtui.backends.mock.backend import MockSession
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.network import NetworkFault, SimulatedNetwork
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

# design §9: (network fault, the verbs that take effect on the host)
LOST_CREATE = [
    (NetworkFault.REQUEST_LOST, []),
    (NetworkFault.INTERRUPTED, ["take_checkpoint"]),
    (NetworkFault.REPLY_LOST, ["take_checkpoint", "rename"]),
]
LOST_APPLY = [
    (NetworkFault.REQUEST_LOST, []),
    (NetworkFault.INTERRUPTED, ["save"]),
    (NetworkFault.REPLY_LOST, ["save", "apply", "start"]),
]


@dataclass
class Simulation:
    clock: ManualClock
    session: MockSession
    world: World
    web: WorldVm

    @property
    def vm(self) -> VmId:
        return VmId(self.web.id)

    def checkpoint_id(self, name: str) -> CheckpointId:
        return next(CheckpointId(c.id) for c in self.world.checkpoints.values() if c.name == name)

    def done(self) -> list[str]:
        return [call.verb for call in self.world.done]


@pytest.fixture
def simulation() -> Simulation:
    clock = ManualClock()
    world = build("one", clock).world
    (web,) = world.vms.values()
    return Simulation(clock, MockSession(world, clock), world, web)


async def test_the_inventory_shows_the_world(simulation: Simulation) -> None:
    inventory = await simulation.session.inventory()
    (vm,) = inventory.vms
    assert (vm.name, vm.state, vm.current) == (
        "web-01",
        VmState.RUNNING,
        simulation.checkpoint_id("Before CU-11"),
    )
    assert vm.uptime_seconds == 2 * 86400
    assert {c.name: (c.with_memory, c.kind) for c in inventory.checkpoints} == {
        "Clean install": (True, CheckpointKind.STANDARD),
        "Old branch": (False, CheckpointKind.STANDARD),
        "Before CU-11": (False, CheckpointKind.STANDARD),
    }
    assert inventory.taken == simulation.clock.now()
    assert simulation.session.capabilities.verbs == set(Verb)
    assert simulation.session.capabilities.demo


async def test_unknown_vm_ids_are_left_out(simulation: Simulation) -> None:
    inventory = await simulation.session.inventory([VmId("gone")])
    assert (inventory.vms, inventory.checkpoints) == ((), ())
    assert await simulation.session.disks([VmId("gone")]) == ()


async def test_a_critical_state_is_its_base_state_with_the_critical_flag(simulation: Simulation) -> None:
    simulation.web.state = "PausedCritical"
    (vm,) = (await simulation.session.inventory()).vms
    assert (vm.state, vm.critical, vm.state_text) == (VmState.PAUSED, True, "PausedCritical")


async def test_disks_are_those_of_the_vm_and_of_each_checkpoint(simulation: Simulation) -> None:
    (found,) = await simulation.session.disks([simulation.vm])
    assert len(found.disks) == 4
    assert found.files[0].path == simulation.web.drives[0].path
    assert sum(not file.differencing for file in found.files) == 1
    assert found.volumes
    assert found.unread == ()
    base = next(file for file in found.files if not file.differencing)
    del simulation.world.files[base.path]
    (broken,) = await simulation.session.disks([simulation.vm])
    assert [(file.path, file.missing) for file in broken.unread] == [(base.path, True)]


async def test_create_takes_a_checkpoint_and_then_renames_it(simulation: Simulation) -> None:
    made = await simulation.session.create_checkpoint(simulation.vm, name="Before patch")
    assert simulation.world.checkpoints[made].name == "Before patch"
    assert simulation.done() == ["take_checkpoint", "rename"]


async def test_when_the_name_is_refused_the_checkpoint_exists_and_the_error_says_so(
    simulation: Simulation,
) -> None:
    with pytest.raises(errors.OperationFailed, match="was created, but it keeps the name") as caught:
        await simulation.session.create_checkpoint(simulation.vm, name="n" * 101)
    assert caught.value.error_id == "InvalidParameter"
    assert len(simulation.world.checkpoints) == 4


@pytest.mark.parametrize(("before", "checkpoint_state", "after"), RESTORED)
async def test_apply_saves_and_starts_the_vm_as_the_cmdlet_does(
    simulation: Simulation, before: str, checkpoint_state: str, after: str
) -> None:
    simulation.web.state = before
    target = simulation.checkpoint_id("Clean install" if checkpoint_state == "Saved" else "Old branch")
    assert simulation.world.checkpoints[target].state == checkpoint_state
    await simulation.session.apply_checkpoint(simulation.vm, target)
    assert (simulation.web.state, simulation.web.parent_checkpoint_id) == (after, target)
    saves = ["save"] if before in ("Running", "Paused") else []
    starts = ["start"] if before == "Running" and checkpoint_state == "Saved" else []
    assert simulation.done() == [*saves, "apply", *starts]


@pytest.mark.parametrize("late", [True, False])
async def test_after_a_failed_apply_the_vm_runs_again(simulation: Simulation, late: bool) -> None:
    simulation.world.fail_next("apply", Refused(32768, "no"), late=late)
    with pytest.raises(errors.OperationFailed):
        await simulation.session.apply_checkpoint(simulation.vm, simulation.checkpoint_id("Clean install"))
    assert simulation.web.state == "Running"
    assert simulation.done() == ["save", "start"]


async def test_delete_does_not_wait_for_the_merge(simulation: Simulation) -> None:
    simulation.world.durations["merge"] = 60
    await simulation.session.delete_checkpoint(
        simulation.vm, simulation.checkpoint_id("Before CU-11"), subtree=False
    )
    inventory = await simulation.session.inventory([simulation.vm])
    assert (inventory.vms[0].activity, inventory.vms[0].in_service) == (Activity.MERGING, False)
    assert [job.percent for job in inventory.jobs or ()] == [0]


async def test_delete_removes_one_checkpoint_or_a_subtree(simulation: Simulation) -> None:
    await simulation.session.rename_checkpoint(
        simulation.vm, simulation.checkpoint_id("Old branch"), name="Branch"
    )
    await simulation.session.delete_checkpoint(
        simulation.vm, simulation.checkpoint_id("Branch"), subtree=False
    )
    await simulation.session.delete_checkpoint(
        simulation.vm, simulation.checkpoint_id("Clean install"), subtree=True
    )
    assert simulation.world.checkpoints == {}
    assert simulation.web.parent_checkpoint_id is None


async def test_power_verbs_do_nothing_when_the_vm_is_already_in_the_state(simulation: Simulation) -> None:
    await simulation.session.save_vm(simulation.vm)
    await simulation.session.save_vm(simulation.vm)
    await simulation.session.start_vm(simulation.vm)
    await simulation.session.start_vm(simulation.vm)
    await simulation.session.stop_vm(simulation.vm, how=StopHow.SHUT_DOWN)
    await simulation.session.stop_vm(simulation.vm, how=StopHow.TURN_OFF)
    # §4: a VM already in the state is a warning, not an error
    assert simulation.done() == ["save", "start", "shut_down"]


async def test_a_cancelled_write_completes_its_step_on_the_host(simulation: Simulation) -> None:
    simulation.world.durations["save"] = 10
    write = asyncio.create_task(
        simulation.session.apply_checkpoint(simulation.vm, simulation.checkpoint_id("Clean install"))
    )
    await simulation.clock.wait_for_sleeper()
    (vm,) = (await simulation.session.inventory()).vms
    assert (vm.state, vm.activity) == (VmState.SAVING, Activity.SAVING)
    write.cancel()
    await asyncio.gather(write, return_exceptions=True)
    simulation.clock.advance(10)
    assert simulation.world.vms[simulation.vm].state == "Saved"
    assert simulation.done() == ["save"]


@pytest.mark.parametrize(("fault", "effects"), LOST_CREATE)
async def test_a_create_with_a_network_fault_has_an_unknown_outcome(
    simulation: Simulation, fault: NetworkFault, effects: list[str]
) -> None:
    simulation.session.network.write_faults.append(fault)
    with pytest.raises(errors.OutcomeUnknown):
        await simulation.session.create_checkpoint(simulation.vm, name="x")
    assert simulation.done() == effects


@pytest.mark.parametrize(("fault", "effects"), LOST_APPLY)
async def test_an_apply_with_a_network_fault_has_an_unknown_outcome(
    simulation: Simulation, fault: NetworkFault, effects: list[str]
) -> None:
    simulation.session.network.write_faults.append(fault)
    with pytest.raises(errors.OutcomeUnknown):
        await simulation.session.apply_checkpoint(simulation.vm, simulation.checkpoint_id("Clean install"))
    assert simulation.done() == effects


async def test_a_refusal_whose_reply_is_lost_is_an_unknown_outcome(simulation: Simulation) -> None:
    simulation.web.checkpoint_type = "Disabled"
    simulation.session.network.write_faults.append(NetworkFault.REPLY_LOST)
    with pytest.raises(errors.OutcomeUnknown):
        await simulation.session.create_checkpoint(simulation.vm, name="x")


async def test_a_read_succeeds_after_one_that_was_lost(simulation: Simulation) -> None:
    simulation.session.network.read_faults.append(NetworkFault.REPLY_LOST)
    with pytest.raises(errors.ConnectionLost):
        await simulation.session.inventory()
    await simulation.session.inventory()


async def test_a_read_waits_for_the_latency_on_the_clock(simulation: Simulation) -> None:
    simulation.session.network.latency = 5
    read = asyncio.create_task(simulation.session.inventory())
    await simulation.clock.wait_for_sleeper()
    assert not read.done()
    simulation.clock.advance(5)
    assert (await read).taken == simulation.clock.now()


def test_the_same_seed_gives_the_same_network_faults() -> None:
    first, second = (SimulatedNetwork(write_loss=0.5, read_loss=0.5, seed=3) for _ in range(2))
    faults = [first.next_write() for _ in range(60)]
    assert faults == [second.next_write() for _ in range(60)]
    assert set(faults) == set(NetworkFault)


async def test_a_checkpoint_of_another_vm_is_not_deleted(simulation: Simulation) -> None:
    other = simulation.world.add_vm("other")
    foreign = CheckpointId(simulation.world.take_checkpoint(other.id).result or "")
    with pytest.raises(errors.CheckpointMissing):
        await simulation.session.delete_checkpoint(simulation.vm, foreign, subtree=False)
    assert foreign in simulation.world.checkpoints


async def test_a_vm_whose_guest_does_not_respond_is_not_turned_off(simulation: Simulation) -> None:
    simulation.web.shutdown_ok = False
    with pytest.raises(errors.GuestNotResponding, match="Nothing was done"):
        await simulation.session.stop_vm(simulation.vm, how=StopHow.SHUT_DOWN)
    assert simulation.web.state == "Running"
