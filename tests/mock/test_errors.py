"""How refusals of the simulated service become backend errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from hvtui.backends import errors
from hvtui.backends.mock.backend import MockSession
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.scenarios import build
from hvtui.backends.mock.world import Refused, World, WorldVm
from hvtui.backends.model import CheckpointId, VmId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Simulation(NamedTuple):
    world: World
    web: WorldVm
    session: MockSession

    @property
    def vm(self) -> VmId:
        return VmId(self.web.id)


@pytest.fixture
def simulation() -> Simulation:
    clock = ManualClock()
    world = build("one", clock).world
    (web,) = world.vms.values()
    return Simulation(world, web, MockSession(world, clock))


def disable_checkpoints(simulation: Simulation) -> None:
    simulation.web.checkpoint_type = "Disabled"


def add_checkpoints_up_to_the_limit(simulation: Simulation) -> None:
    for _ in range(47):
        simulation.world.take_checkpoint(simulation.vm)


def fill_the_disk(simulation: Simulation) -> None:
    simulation.world.volumes[0].other_bytes = simulation.world.volumes[0].size


def start_a_backup(simulation: Simulation) -> None:
    simulation.world.durations["back_up"] = 60
    simulation.world.back_up(simulation.vm)


def start_a_merge(simulation: Simulation) -> None:
    simulation.world.unverified.merging_refuses_new_work = True
    simulation.world.durations["merge"] = 60
    simulation.world.destroy(simulation.web.parent_checkpoint_id or "")


def make_critical(simulation: Simulation) -> None:
    simulation.web.state = "RunningCritical"


def make_production_impossible(simulation: Simulation) -> None:
    simulation.web.checkpoint_type, simulation.web.production_possible = "ProductionOnly", False


def deny_access(simulation: Simulation) -> None:
    simulation.world.fail_next("take_checkpoint", Refused(32769, "no"))


@pytest.mark.parametrize(
    ("prepare", "error"),
    [
        (disable_checkpoints, errors.CheckpointsDisabled),
        (add_checkpoints_up_to_the_limit, errors.TooManyCheckpoints),
        (fill_the_disk, errors.NoSpace),
        (start_a_backup, errors.VmBusy),
        (start_a_merge, errors.Merging),
        (make_critical, errors.WrongState),
        (make_production_impossible, errors.OperationFailed),
        (deny_access, errors.NotAllowed),
    ],
)
async def test_each_refusal_becomes_its_error_with_message_hint_and_detail(
    simulation: Simulation, prepare: Callable[[Simulation], None], error: type[errors.BackendError]
) -> None:
    prepare(simulation)
    with pytest.raises(error) as caught:
        await simulation.session.create_checkpoint(simulation.vm, name="x")
    assert type(caught.value) is error
    assert caught.value.message
    assert caught.value.hint
    assert caught.value.detail


UNKNOWN_ID = CheckpointId("00000000-0000-4000-a000-000000000000")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda s: s.session.create_checkpoint(VmId(UNKNOWN_ID), name="x"), errors.VmMissing),
        (lambda s: s.session.start_vm(VmId(UNKNOWN_ID)), errors.VmMissing),
        (lambda s: s.session.apply_checkpoint(s.vm, UNKNOWN_ID), errors.CheckpointMissing),
        (lambda s: s.session.rename_checkpoint(s.vm, UNKNOWN_ID, name="x"), errors.CheckpointMissing),
        (lambda s: s.session.delete_checkpoint(s.vm, UNKNOWN_ID, subtree=True), errors.CheckpointMissing),
        (lambda s: s.session.delete_checkpoint(VmId(UNKNOWN_ID), UNKNOWN_ID, subtree=True), errors.VmMissing),
    ],
)
async def test_a_vm_or_checkpoint_that_does_not_exist_is_missing_and_nothing_runs(
    simulation: Simulation, call: Callable[[Simulation], Awaitable[object]], error: type[errors.BackendError]
) -> None:
    with pytest.raises(error):
        await call(simulation)
    assert simulation.world.ran == []
