"""The service's rules: each table is copied out of the facts (docs of record: section and source tag beside it)."""

from __future__ import annotations

from typing import Any

import pytest

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.records import GB
from hvtui.backends.mock.world import OperationalStatus, Ran, Refused, World, WorldVm

# §2 "Production or standard, after the fact?" and the pre-check [DEC]; §3: Production falls back in silence,
# ProductionOnly fails [REAL]. (setting, VM when taken, VSS answers, checkpoint's State or None for refused)
KEPT = [
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


class Bench:
    """A world with one VM, and short ways to bring it into a condition."""

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


@pytest.mark.parametrize(("setting", "state", "vss", "kept"), KEPT)
def test_what_a_checkpoint_keeps(setting: str, state: str, vss: bool, kept: str | None) -> None:
    bench = Bench(state, checkpoint_type=setting, production_possible=vss)
    if kept is None:
        with pytest.raises(Refused) as caught:
            bench.take()
        assert "Production checkpoints cannot be created" in str(caught.value)
        assert bench.world.checkpoints == {}
    else:
        checkpoint = bench.world.checkpoints[bench.take()]
        assert checkpoint.state == kept
        assert checkpoint.type == "Standard"  # §2: no property tells production from standard
        assert bool(checkpoint.memory_bytes) == (kept == "Saved")
        assert bench.vm.state == state


@pytest.mark.parametrize("code", [32768, 32775])
def test_how_production_only_is_refused_is_not_known(code: int) -> None:
    bench = Bench("Saved", checkpoint_type="ProductionOnly")
    bench.world.unverified.production_only_code = code
    with pytest.raises(Refused) as caught:
        bench.take()
    assert caught.value.code == code


@pytest.mark.parametrize("before", ["Off", "Saved"])
@pytest.mark.parametrize("with_memory", [True, False])
def test_applying_leaves_the_vm_saved_or_off_as_the_checkpoint_is(before: str, with_memory: bool) -> None:
    bench = Bench("Running", checkpoint_type="Standard" if with_memory else "Production")
    checkpoint = bench.take()
    bench.vm.processors, bench.vm.memory_startup = 16, 64 * GB
    bench.call("save" if before == "Saved" else "turn_off", checkpoint)
    bench.take()
    bench.world.apply(checkpoint)
    assert bench.vm.state == ("Saved" if with_memory else "Off")
    assert bench.vm.parent_checkpoint_id == checkpoint
    assert (bench.vm.processors, bench.vm.memory_startup) == (2, 4 * GB)  # §4 [GEN]: settings revert
    assert len(bench.world.checkpoints) == 2


@pytest.mark.parametrize("reverts", [True, False])
def test_whether_name_and_notes_revert_is_not_known(reverts: bool) -> None:
    bench = Bench(notes="old")
    bench.world.unverified.apply_reverts_name_and_notes = reverts
    checkpoint = bench.take()
    bench.vm.name, bench.vm.notes = "new", "new"
    bench.world.apply(checkpoint)
    assert (bench.vm.name, bench.vm.notes) == (("web-01", "old") if reverts else ("new", "new"))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", sorted(ALLOWED))
def test_states_that_forbid(verb: str, state: str) -> None:
    bench = Bench()
    checkpoint = bench.take()
    bench.vm.state = state
    if state in ALLOWED[verb]:
        assert bench.call(verb, checkpoint).error is None
    else:
        with pytest.raises(Refused) as caught:
            bench.call(verb, checkpoint)
        assert caught.value.code == 32775  # §8: InvalidState
        assert bench.vm.state == state


@pytest.mark.parametrize(("verb", "primary", "secondary"), STATUSES)
def test_busy_refuses_everything_else(verb: str, primary: int, secondary: int | None) -> None:
    bench = Bench()
    checkpoint = bench.take()
    bench.world.durations[verb] = 10
    job = bench.call(verb, checkpoint)
    assert bench.world.operational_status(bench.vm.id) == (primary, secondary)
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
            bench.call(other, checkpoint)
        assert caught.value.code == 32775
    with pytest.raises(Refused):
        bench.world.rename(checkpoint, "other")
    bench.clock.advance(5)
    assert bench.world.percent(job) == 50
    bench.clock.advance(5)
    assert bench.world.percent(job) == 100
    assert job.finished
    assert bench.world.operational_status(bench.vm.id)[0] is OperationalStatus.OK


def test_another_vm_is_not_busy() -> None:
    bench = Bench()
    other = bench.world.add_vm("db-01")
    bench.world.durations["take_checkpoint"] = 10
    bench.world.take_checkpoint(bench.vm.id)
    assert not bench.world.take_checkpoint(other.id).finished


def test_disabled_is_refused() -> None:
    bench = Bench(checkpoint_type="Disabled")
    with pytest.raises(Refused) as caught:
        bench.take()
    # error-records.real.json, "checkpoints disabled on VM" [REAL vagrant#9977]
    assert caught.value.lines[0] == "Checkpoint operation failed."
    assert "Checkpoints have been disabled." in caught.value.lines[1]
    assert bench.world.ran == []


def test_a_device_may_forbid_checkpoints() -> None:
    with pytest.raises(Refused):  # §3 [REAL 69413510534]: GPU partitions
        Bench(checkpointable=False).take()


@pytest.mark.parametrize("code", [32768, 32770])
def test_fifty_checkpoints_and_no_more(code: int) -> None:
    bench = Bench()
    bench.world.unverified.limit_code = code
    kinds = ["Standard", "Recovery", "Replica"]  # §11: backup and automatic ones count too [GEN]
    for number in range(50):
        bench.world.checkpoints[bench.take()].type = kinds[number % 3]
    with pytest.raises(Refused) as caught:
        bench.take()
    assert caught.value.code == code
    bench.world.destroy(next(iter(bench.world.checkpoints)))
    bench.take()


@pytest.mark.parametrize("verb", ["apply", "destroy", "destroy_tree", "take_checkpoint", "start", "save"])
def test_wrong_ids_are_not_found(verb: str) -> None:
    bench = Bench()
    with pytest.raises(Refused) as caught:
        getattr(bench.world, verb)("00000000-0000-4000-a000-000000000000")
    assert caught.value.code == 32779  # §8: ObjectNotFound
    assert bench.world.ran == []


def test_a_vm_id_is_no_checkpoint_id() -> None:
    bench = Bench()
    with pytest.raises(Refused) as caught:
        bench.world.rename(bench.vm.id, "x")
    assert caught.value.code == 32779


def test_a_guest_that_does_not_answer_is_not_shut_down() -> None:
    bench = Bench("Running", shutdown_ok=False)
    with pytest.raises(Refused):
        bench.world.shut_down(bench.vm.id)
    bench.world.turn_off(bench.vm.id)
    assert bench.vm.state == "Off"


def test_jobs_end_in_the_order_of_their_time() -> None:
    bench = Bench()
    other = bench.world.add_vm("db-01")
    bench.world.durations["take_checkpoint"] = 20
    late = bench.world.take_checkpoint(bench.vm.id)
    bench.world.durations["take_checkpoint"] = 10
    early = bench.world.take_checkpoint(other.id)
    bench.clock.advance(60)
    assert list(bench.world.checkpoints) == [early.result, late.result]


def test_faults_on_demand_at_the_beginning_and_at_the_end() -> None:
    bench = Bench("Running")
    bench.world.fail_next("save", Refused(32768, "no"))
    with pytest.raises(Refused):
        bench.world.save(bench.vm.id)
    assert bench.world.ran == []
    bench.world.fail_next("save", Refused(32768, "no"), late=True)
    job = bench.world.save(bench.vm.id)
    assert job.error is not None
    assert bench.vm.state == "Running"
    assert bench.world.ran == [Ran("save", bench.vm.id, None)]
    assert bench.world.done == []
