"""The effect of a failed write, as the session itself sees it, and the errors of files and memory."""

from __future__ import annotations

import pytest

from hvtui.backends import errors
from hvtui.backends.contract import StopHow
from hvtui.backends.errors import BackendError, Effect
from hvtui.backends.mock.backend import MockSession
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.state.records import FILE_IN_USE, FILE_MISSING, FILE_NOT_PERMITTED
from hvtui.backends.mock.world import Refused, World, WorldVm
from hvtui.backends.model import CheckpointId, VmId

REPORTED = Refused(32768, "reported")


class Simulation:
    """A VM that runs, on a checkpoint with memory below one without."""

    def __init__(self) -> None:
        clock = ManualClock()
        self.world = World(clock)
        self.session = MockSession(self.world, clock)
        self.web: WorldVm = self.world.add_vm("web-01")
        self.vm = VmId(self.web.id)
        self.cold = self.take()
        self.web.checkpoint_type = "Standard"
        self.world.start(self.vm)
        self.warm = self.take()

    def take(self) -> CheckpointId:
        return CheckpointId(self.world.take_checkpoint(self.vm).result or "")

    async def apply(self, checkpoint: CheckpointId) -> BackendError:
        with pytest.raises(BackendError) as caught:
            await self.session.apply_checkpoint(self.vm, checkpoint)
        return caught.value


@pytest.fixture
def simulation() -> Simulation:
    return Simulation()


async def test_an_apply_that_is_reported_as_failed_is_done(simulation: Simulation) -> None:
    simulation.world.fail_after("apply", REPORTED)
    error = await simulation.apply(simulation.cold)
    assert (error.detail, error.effect, simulation.web.state) == ("reported", Effect.DONE, "Off")


async def test_an_apply_of_the_checkpoint_that_the_vm_runs_on_is_seen_by_its_files(
    simulation: Simulation,
) -> None:
    simulation.world.fail_after("apply", REPORTED)
    assert simulation.web.parent_checkpoint_id == simulation.warm
    error = await simulation.apply(simulation.warm)
    assert (error.effect, simulation.web.state) == (Effect.DONE, "Running")


async def test_an_apply_that_failed_before_its_effect_has_no_effect_that_is_told(
    simulation: Simulation,
) -> None:
    simulation.world.fail_next("apply", REPORTED, late=True)
    error = await simulation.apply(simulation.cold)
    assert (error.effect, simulation.web.state) == (None, "Running")


@pytest.mark.parametrize("verb", ["apply", "start"])
async def test_an_apply_that_leaves_the_vm_saved_is_partly_done(simulation: Simulation, verb: str) -> None:
    simulation.world.fail_next("start", REPORTED)
    if verb == "apply":
        simulation.world.fail_next("apply", REPORTED)
    error = await simulation.apply(simulation.warm)
    assert (error.effect, simulation.web.state) == (Effect.PARTLY, "Saved")


async def test_memory_that_cannot_be_resumed_is_told_after_an_apply_and_has_a_way_out(
    simulation: Simulation,
) -> None:
    simulation.world.checkpoints[simulation.warm].memory_unusable = True
    error = await simulation.apply(simulation.warm)
    assert (type(error), error.effect) == (errors.SavedStateUnusable, Effect.PARTLY)
    assert (simulation.web.state, simulation.web.parent_checkpoint_id) == ("Saved", simulation.warm)
    with pytest.raises(errors.SavedStateUnusable):
        await simulation.session.start_vm(simulation.vm)
    await simulation.session.discard_saved_state(simulation.vm)
    await simulation.session.start_vm(simulation.vm)
    assert simulation.web.state == "Running"


@pytest.mark.parametrize(
    ("verb", "name", "effect"),
    [
        ("take_checkpoint", "x", Effect.PARTLY),
        ("rename", "x", Effect.DONE),
        ("rename", "n" * 101, Effect.PARTLY),
    ],
)
async def test_a_create_that_ended_in_an_error_says_how_far_it_got(
    simulation: Simulation, verb: str, name: str, effect: Effect
) -> None:
    simulation.world.fail_after(verb, REPORTED)
    with pytest.raises(errors.OperationFailed) as caught:
        await simulation.session.create_checkpoint(simulation.vm, name=name)
    assert caught.value.effect is effect


async def test_a_refused_create_says_nothing_of_an_effect(simulation: Simulation) -> None:
    simulation.world.fail_next("take_checkpoint", REPORTED)
    with pytest.raises(errors.OperationFailed) as caught:
        await simulation.session.create_checkpoint(simulation.vm, name="x")
    assert caught.value.effect is None


async def test_a_missing_target_is_an_error_without_effect(simulation: Simulation) -> None:
    for vm in (simulation.vm, VmId("gone")):
        with pytest.raises(errors.Missing) as caught:
            await simulation.session.delete_checkpoint(vm, CheckpointId("gone"), subtree=False)
        assert caught.value.effect is Effect.NONE


@pytest.mark.parametrize(
    ("hresult", "error"),
    [
        (FILE_IN_USE, errors.FileInUse),
        (FILE_MISSING, errors.FileMissing),
        (FILE_NOT_PERMITTED, errors.FileNotPermitted),
    ],
)
async def test_the_file_that_keeps_a_vm_from_starting_is_named(
    simulation: Simulation, hresult: int, error: type[errors.FileError]
) -> None:
    await simulation.session.stop_vm(simulation.vm, how=StopHow.TURN_OFF)
    path = simulation.web.drives[0].path
    simulation.world.file_trouble[path] = hresult
    with pytest.raises(error) as caught:
        await simulation.session.start_vm(simulation.vm)
    assert (caught.value.path, path in caught.value.message) == (path, True)
    assert caught.value.hint
    assert f"0x{hresult:08X}" in caught.value.detail


async def test_a_guest_that_cannot_be_asked_is_not_a_wrong_state(simulation: Simulation) -> None:
    simulation.web.shutdown_ok = False
    with pytest.raises(errors.GuestNotResponding) as caught:
        await simulation.session.stop_vm(simulation.vm, how=StopHow.SHUT_DOWN)
    assert (simulation.web.state, "turn it off" in caught.value.hint) == ("Running", True)
