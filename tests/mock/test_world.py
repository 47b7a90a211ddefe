"""The rules of the simulated service. Each table is copied from the facts, with section and source tag."""

from __future__ import annotations

from typing import Any

import pytest

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.state.records import GB
from hvtui.backends.mock.world import OperationalStatus, Refused, VerbCall, World, WorldVm

# §2 "Production or standard, after the fact?" and the pre-check [DEC]; §3: Production falls back without a warning,
# ProductionOnly fails [REAL]. (setting, state of the VM, VSS responds, State of the checkpoint or None if refused)
CHECKPOINT_STATES = [
    ("Standard", "Running", True, "Saved"),
    ("Standard", "Paused", True, "Saved"),
    ("Standard", "Off", True, "Off"),
    ("Standard", "Saved", True, "Saved"),
    ("Production", "Running", True, "Off"),
    ("Production", "Running", False, "Saved"),
    ("Production", "Paused", True, "Saved"),
    ("Production", "Saved", True, "Saved"),
    ("Production", "Off", False, "Off"),
    ("ProductionOnly", "Running", True, "Off"),
    ("ProductionOnly", "Running", False, None),
    ("ProductionOnly", "Paused", True, None),
    ("ProductionOnly", "Saved", True, None),
    ("ProductionOnly", "Off", False, "Off"),
]

# §4 Start-VM … "Allowed: Start from Off/Saved/Paused/FastSaved/Hibernated; Save from Running/Paused" [DEC];
# apply: the cmdlet saves a running or paused VM first [DEC], so the service has it Off or Saved.
ALLOWED = {
    "start": {"Off", "Saved", "Paused", "FastSaved", "Hibernated"},
    "save": {"Running", "Paused"},
    "apply": {"Off", "Saved"},
    "take_checkpoint": {"Running", "Paused", "Off", "Saved"},
}
STATES = [
    "Running",
    "Off",
    "Saved",
    "Paused",
    "FastSaved",
    "Hibernated",
    "Starting",
    "Saving",
    "PausedCritical",
]

# §1 VMOperationalStatus; 32769 is WMI's number for applying. (verb, primary, secondary)
STATUSES = [
    ("take_checkpoint", 11, 32768),
    ("apply", 11, 32769),
    ("destroy", 11, 32770),
    ("destroy_tree", 11, 32770),
    ("back_up", 11, 32776),
    ("start", 11, None),
]


class Simulation:
    """A world with one VM."""

    def __init__(self, state: str = "Off", **vm_fields: Any) -> None:
        self.clock = ManualClock()
        self.world = World(self.clock)
        self.vm: WorldVm = self.world.add_vm("web-01")
        if state in ("Running", "Paused", "PausedCritical"):
            self.vm.memory_assigned = self.vm.memory_startup
        if state == "Saved":
            self.vm.saved_memory_bytes = self.vm.memory_startup
        self.vm.state = state
        for name, value in vm_fields.items():
            setattr(self.vm, name, value)

    def take(self) -> str:
        job = self.world.take_checkpoint(self.vm.id)
        assert job.error is None
        assert job.result is not None
        return job.result

    def call(self, verb: str, checkpoint: str) -> Any:
        target = checkpoint if verb in ("apply", "destroy", "destroy_tree") else self.vm.id
        return getattr(self.world, verb)(target)


@pytest.mark.parametrize(("setting", "state", "vss", "checkpoint_state"), CHECKPOINT_STATES)
def test_whether_a_checkpoint_has_memory_depends_on_setting_state_and_vss(
    setting: str, state: str, vss: bool, checkpoint_state: str | None
) -> None:
    simulation = Simulation(state, checkpoint_type=setting, production_possible=vss)
    if checkpoint_state is None:
        with pytest.raises(Refused) as caught:
            simulation.take()
        assert "Production checkpoints cannot be created" in str(caught.value)
        assert simulation.world.checkpoints == {}
    else:
        checkpoint = simulation.world.checkpoints[simulation.take()]
        assert checkpoint.state == checkpoint_state
        assert checkpoint.type == "Standard"  # §2: no property tells production from standard
        assert bool(checkpoint.memory_bytes) == (checkpoint_state == "Saved")
        assert simulation.vm.state == state


@pytest.mark.parametrize("code", [32768, 32775])
def test_the_code_of_a_refused_production_only_checkpoint_is_configurable(code: int) -> None:
    simulation = Simulation("Saved", checkpoint_type="ProductionOnly")
    simulation.world.unverified.production_only_code = code
    with pytest.raises(Refused) as caught:
        simulation.take()
    assert caught.value.code == code


@pytest.mark.parametrize("before", ["Off", "Saved"])
@pytest.mark.parametrize("with_memory", [True, False])
def test_applying_makes_the_vm_saved_or_off_like_the_checkpoint(before: str, with_memory: bool) -> None:
    simulation = Simulation("Running", checkpoint_type="Standard" if with_memory else "Production")
    checkpoint = simulation.take()
    simulation.vm.processors, simulation.vm.memory_startup = 16, 64 * GB
    simulation.call("save" if before == "Saved" else "turn_off", checkpoint)
    simulation.take()
    simulation.world.apply(checkpoint)
    assert simulation.vm.state == ("Saved" if with_memory else "Off")
    assert simulation.vm.parent_checkpoint_id == checkpoint
    assert (simulation.vm.processors, simulation.vm.memory_startup) == (
        2,
        4 * GB,
    )  # §4 [GEN]: settings revert
    assert len(simulation.world.checkpoints) == 2


@pytest.mark.parametrize("reverts", [True, False])
def test_whether_applying_reverts_name_and_notes_is_configurable(reverts: bool) -> None:
    simulation = Simulation(notes="old")
    simulation.world.unverified.apply_reverts_name_and_notes = reverts
    checkpoint = simulation.take()
    simulation.vm.name, simulation.vm.notes = "new", "new"
    simulation.world.apply(checkpoint)
    assert (simulation.vm.name, simulation.vm.notes) == (("web-01", "old") if reverts else ("new", "new"))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", sorted(ALLOWED))
def test_a_verb_is_refused_in_the_states_that_forbid_it(verb: str, state: str) -> None:
    simulation = Simulation()
    checkpoint = simulation.take()
    simulation.vm.state = state
    if state in ALLOWED[verb]:
        assert simulation.call(verb, checkpoint).error is None
    else:
        with pytest.raises(Refused) as caught:
            simulation.call(verb, checkpoint)
        assert caught.value.code == 32775  # §8: InvalidState
        assert simulation.vm.state == state


@pytest.mark.parametrize(("verb", "primary", "secondary"), STATUSES)
def test_a_busy_vm_refuses_every_other_verb(verb: str, primary: int, secondary: int | None) -> None:
    simulation = Simulation()
    checkpoint = simulation.take()
    simulation.world.durations[verb] = 10
    job = simulation.call(verb, checkpoint)
    assert simulation.world.operational_status(simulation.vm.id) == (primary, secondary)
    for other in (
        "take_checkpoint",
        "apply",
        "destroy",
        "destroy_tree",
        "start",
        "save",
        "turn_off",
        "back_up",
    ):
        with pytest.raises(Refused) as caught:
            simulation.call(other, checkpoint)
        assert caught.value.code == 32775
    with pytest.raises(Refused):
        simulation.world.rename(checkpoint, "other")
    simulation.clock.advance(5)
    assert simulation.world.percent(job) == 50
    simulation.clock.advance(5)
    assert simulation.world.percent(job) == 100
    assert job.finished
    assert simulation.world.operational_status(simulation.vm.id)[0] is OperationalStatus.OK


def test_a_job_of_one_vm_does_not_block_another_vm() -> None:
    simulation = Simulation()
    other = simulation.world.add_vm("db-01")
    simulation.world.durations["take_checkpoint"] = 10
    simulation.world.take_checkpoint(simulation.vm.id)
    assert not simulation.world.take_checkpoint(other.id).finished


def test_no_checkpoint_is_created_when_checkpoints_are_disabled() -> None:
    simulation = Simulation(checkpoint_type="Disabled")
    with pytest.raises(Refused) as caught:
        simulation.take()
    # error-records.real.json, "checkpoints disabled on VM" [REAL vagrant#9977]
    assert caught.value.lines[0] == "Checkpoint operation failed."
    assert "Checkpoints have been disabled." in caught.value.lines[1]
    assert simulation.world.ran == []


def test_no_checkpoint_is_created_when_a_device_forbids_it() -> None:
    with pytest.raises(Refused):  # §3 [REAL 69413510534]: GPU partitions
        Simulation(checkpointable=False).take()


@pytest.mark.parametrize("code", [32768, 32770])
def test_the_51st_checkpoint_is_refused(code: int) -> None:
    simulation = Simulation()
    simulation.world.unverified.limit_code = code
    kinds = ["Standard", "Recovery", "Replica"]  # §11: backup and automatic ones count too [GEN]
    for number in range(50):
        simulation.world.checkpoints[simulation.take()].type = kinds[number % 3]
    with pytest.raises(Refused) as caught:
        simulation.take()
    assert caught.value.code == code
    simulation.world.destroy(next(iter(simulation.world.checkpoints)))
    simulation.take()


@pytest.mark.parametrize("verb", ["apply", "destroy", "destroy_tree", "take_checkpoint", "start", "save"])
def test_an_unknown_id_is_not_found(verb: str) -> None:
    simulation = Simulation()
    with pytest.raises(Refused) as caught:
        getattr(simulation.world, verb)("00000000-0000-4000-a000-000000000000")
    assert caught.value.code == 32779  # §8: ObjectNotFound
    assert simulation.world.ran == []


def test_the_id_of_a_vm_is_not_accepted_for_a_checkpoint() -> None:
    simulation = Simulation()
    with pytest.raises(Refused) as caught:
        simulation.world.rename(simulation.vm.id, "x")
    assert caught.value.code == 32779


def test_a_guest_that_does_not_respond_cannot_be_shut_down_but_turned_off() -> None:
    simulation = Simulation("Running", shutdown_ok=False)
    with pytest.raises(Refused):
        simulation.world.shut_down(simulation.vm.id)
    simulation.world.turn_off(simulation.vm.id)
    assert simulation.vm.state == "Off"


def test_jobs_end_in_the_order_of_their_end_times() -> None:
    simulation = Simulation()
    other = simulation.world.add_vm("db-01")
    simulation.world.durations["take_checkpoint"] = 20
    late = simulation.world.take_checkpoint(simulation.vm.id)
    simulation.world.durations["take_checkpoint"] = 10
    early = simulation.world.take_checkpoint(other.id)
    simulation.clock.advance(60)
    assert list(simulation.world.checkpoints) == [early.result, late.result]


def test_an_injected_failure_refuses_a_verb_or_fails_its_job() -> None:
    simulation = Simulation("Running")
    simulation.world.fail_next("save", Refused(32768, "no"))
    with pytest.raises(Refused):
        simulation.world.save(simulation.vm.id)
    assert simulation.world.ran == []
    simulation.world.fail_next("save", Refused(32768, "no"), late=True)
    job = simulation.world.save(simulation.vm.id)
    assert job.error is not None
    assert simulation.vm.state == "Running"
    assert simulation.world.ran == [VerbCall("save", simulation.vm.id, None)]
    assert simulation.world.done == []
