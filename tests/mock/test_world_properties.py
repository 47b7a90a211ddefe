"""Properties of the world: no sequence of verbs loses data that a VM or a checkpoint needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.state.records import GB
from hvtui.backends.mock.world import Refused, World, WorldCheckpoint, WorldVm

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE = "D:\\Templates\\base.vhdx"
VM_VERBS = ("take_checkpoint", "start", "shut_down", "turn_off", "save")
CHECKPOINT_VERBS = ("apply", "destroy", "destroy_tree", "rename")

# (verb, number of the VM, number of the checkpoint, duration of the verb, pause until the next verb)
steps = st.lists(
    st.tuples(
        st.sampled_from(VM_VERBS + CHECKPOINT_VERBS * 2 + ("take_checkpoint", "apply") * 4),
        st.integers(0, 1),
        st.integers(0, 7),
        st.sampled_from([0, 0, 3, 10]),
        st.sampled_from([0, 1, 5, 20]),
    ),
    min_size=15,
    max_size=40,
)


class Simulation:
    """Two VMs on one template.

    One has two disks and automatic checkpoints, the other has standard checkpoints and links that none of them owns.
    """

    def __init__(self, free: int) -> None:
        self.clock = ManualClock()
        self.world = World(self.clock)
        self.vms = [self.world.add_vm("one", disks=(GB, GB)), self.world.add_vm("two")]
        self.vms[0].automatic_checkpoints = True
        self.vms[1].checkpoint_type = "Standard"
        for vm in self.vms:
            self.world.use_template(vm, TEMPLATE, GB)
        self.world.add_links(self.vms[1], 2, GB // 2)
        vhdx = {path for path in self.world.files if path.endswith(".vhdx")}
        self.disks = {path: self.world.files[path].parent_path for path in vhdx}
        self.ownerless = set(self.world.files) - vhdx
        self.world.durations["merge"] = 7
        volume = self.world.volumes[0]
        volume.other_bytes = self.world.free(volume) - free

    def run(self, verb: str, vm_number: int, checkpoint_number: int, duration: int) -> None:
        self.world.durations[verb] = duration
        vm = self.vms[vm_number]
        mine = [c.id for c in self.world.checkpoints.values() if c.vm_id == vm.id]
        try:
            if verb in VM_VERBS:
                getattr(self.world, verb)(vm.id)
            elif mine:
                if verb == "apply" and vm.state == "Running":
                    self.world.turn_off(vm.id)
                target = mine[checkpoint_number % len(mine)]
                getattr(self.world, verb)(target, *(["renamed"] if verb == "rename" else []))
        except Refused:
            pass


def state_of(world: World, vm: WorldVm) -> object:
    return (
        vm.state,
        vm.parent_checkpoint_id,
        [drive.path for drive in vm.drives],
        [
            (c.id, c.name, c.parent_id, [drive.path for drive in c.drives])
            for c in world.checkpoints.values()
            if c.vm_id == vm.id
        ],
    )


def drive_paths(world: World) -> Iterator[str]:
    """Yield the path of every drive of every VM and checkpoint."""
    for owner in owners(world):
        for drive in owner.drives:
            yield drive.path


def owners(world: World) -> list[WorldVm | WorldCheckpoint]:
    return [*world.vms.values(), *world.checkpoints.values()]


def check(simulation: Simulation) -> None:
    world = simulation.world
    # The chain of every drive is complete, down to a disk that Hyper-V did not create.
    needed: set[str] = set()
    for path in drive_paths(world):
        chain = world.chain(path)
        assert chain, path
        assert chain[-1].parent_path == ""
        assert chain[-1].path.endswith(".vhdx")
        needed |= {file.path for file in chain}
    # The disks that a person created are there, and the template is as it was.
    assert {path: world.files[path].parent_path for path in simulation.disks} == simulation.disks
    assert world.files[TEMPLATE].size == GB
    assert not world.files[TEMPLATE].unreferenced
    # No other file exists except links that nobody knows of. A VM writes only to files that nothing else uses.
    assert set(world.files) - needed <= simulation.ownerless
    frozen = [drive.path for c in world.checkpoints.values() for drive in c.drives]
    parents = {file.parent_path for file in world.files.values()}
    for vm in simulation.vms:
        for drive in vm.drives:
            assert drive.path not in frozen
            assert drive.path not in parents
    # The checkpoints of each VM form a tree.
    for checkpoint in world.checkpoints.values():
        seen = {checkpoint.id}
        parent = checkpoint.parent_id
        while parent is not None:
            assert parent not in seen
            seen.add(parent)
            assert world.checkpoints[parent].vm_id == checkpoint.vm_id
            parent = world.checkpoints[parent].parent_id
    for vm in simulation.vms:
        assert vm.parent_checkpoint_id is None or world.checkpoints[vm.parent_checkpoint_id].vm_id == vm.id
    for volume in world.volumes:
        assert world.free(volume) >= 0
    for file in world.files.values():
        assert file.size <= file.max_size


@given(steps=steps, free=st.sampled_from([0, 6 * GB, 500 * GB]), dependents=st.booleans())
@settings(max_examples=200, deadline=None)
def test_no_sequence_of_verbs_breaks_a_chain_or_changes_another_vm(
    steps: list[tuple[str, int, int, int, int]], free: int, dependents: bool
) -> None:
    simulation = Simulation(free)
    simulation.world.unverified.destroy_takes_dependents = dependents
    for verb, vm_number, checkpoint_number, duration, pause in steps:
        other = simulation.vms[1 - vm_number]
        simulation.world.settle()
        before = state_of(simulation.world, other)
        simulation.run(verb, vm_number, checkpoint_number, duration)
        assert state_of(simulation.world, other) == before
        check(simulation)
        simulation.clock.advance(pause)
        check(simulation)


@given(steps=steps)
@settings(max_examples=100, deadline=None)
def test_a_delete_never_changes_the_data_of_the_vm_and_the_other_checkpoints(
    steps: list[tuple[str, int, int, int, int]],
) -> None:
    simulation = Simulation(500 * GB)
    world = simulation.world
    for verb, vm_number, checkpoint_number, _, pause in steps:
        before = sizes(world)
        simulation.run(verb, vm_number, checkpoint_number, 0)
        if verb in ("destroy", "destroy_tree", "rename"):
            for drive, size in sizes(world).items():
                assert size == before[drive], drive
        between = sizes(world)
        simulation.clock.advance(pause)
        assert sizes(world) == between, "a merge changes no data that a VM or checkpoint reads"


def sizes(world: World) -> dict[tuple[str, int], int]:
    """Return the size of the whole chain of each drive. A merge moves data within a chain and does not change it."""
    return {
        (owner.id, number): sum(file.size for file in world.chain(drive.path))
        for owner in owners(world)
        for number, drive in enumerate(owner.drives)
    }


@given(steps=steps)
@settings(max_examples=60, deadline=None)
def test_every_verb_that_ran_takes_effect_and_all_merges_end(
    steps: list[tuple[str, int, int, int, int]],
) -> None:
    simulation = Simulation(500 * GB)
    for verb, vm_number, checkpoint_number, duration, pause in steps:
        simulation.run(verb, vm_number, checkpoint_number, duration)
        simulation.clock.advance(pause)
    simulation.clock.advance(1000)
    assert simulation.world.jobs() == []
    assert sorted(map(str, simulation.world.done)) == sorted(map(str, simulation.world.ran))
    children = [file.parent_path for file in simulation.world.files.values()]
    assert all(
        children.count(file.path) != 1 for file in simulation.world.files.values() if file.unreferenced
    )
