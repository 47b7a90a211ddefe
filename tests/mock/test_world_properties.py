"""Whatever is asked of a world, in any order: nothing that anybody needs is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.records import GB
from hvtui.backends.mock.world import Refused, World, WorldCheckpoint, WorldVm

if TYPE_CHECKING:
    from collections.abc import Iterator

VM_VERBS = ("take_checkpoint", "start", "shut_down", "turn_off", "save")
CHECKPOINT_VERBS = ("apply", "destroy", "destroy_tree", "rename")

# (verb, which VM, which checkpoint, how long the verb takes, how long until the next)
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


class Story:
    """Two VMs to play with: one with two disks and automatic checkpoints, one set to standard checkpoints."""

    def __init__(self, space: int) -> None:
        self.clock = ManualClock()
        self.world = World(self.clock)
        self.vms = [self.world.add_vm("one", disks=(GB, GB)), self.world.add_vm("two")]
        self.vms[0].automatic_checkpoints = True
        self.vms[1].checkpoint_type = "Standard"
        self.world.durations["merge"] = 7
        volume = self.world.volumes[0]
        volume.other_bytes = self.world.free(volume) - space

    def play(self, verb: str, vm_number: int, checkpoint_number: int, duration: int) -> None:
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


def seen_of(world: World, vm: WorldVm) -> object:
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


def stood_on(world: World) -> Iterator[str]:
    """Every path that Now or a checkpoint of any VM stands on."""
    for holder in holders(world):
        for drive in holder.drives:
            yield drive.path


def holders(world: World) -> list[WorldVm | WorldCheckpoint]:
    return [*world.vms.values(), *world.checkpoints.values()]


def check(story: Story) -> None:
    world = story.world
    # All that Now and every checkpoint reach is there, down to a disk that somebody made.
    reached: set[str] = set()
    for path in stood_on(world):
        chain = world.chain(path)
        assert chain, path
        assert chain[-1].parent_path == ""
        assert chain[-1].path.endswith(".vhdx")
        reached |= {file.path for file in chain}
    # Nothing is left lying about, and Now writes where nobody else stands.
    assert reached == set(world.files)
    frozen = [drive.path for c in world.checkpoints.values() for drive in c.drives]
    parents = {file.parent_path for file in world.files.values()}
    for vm in story.vms:
        for drive in vm.drives:
            assert drive.path not in frozen
            assert drive.path not in parents
    # The tree is a tree, of the VM's own.
    for checkpoint in world.checkpoints.values():
        seen = {checkpoint.id}
        parent = checkpoint.parent_id
        while parent is not None:
            assert parent not in seen
            seen.add(parent)
            assert world.checkpoints[parent].vm_id == checkpoint.vm_id
            parent = world.checkpoints[parent].parent_id
    for vm in story.vms:
        assert vm.parent_checkpoint_id is None or world.checkpoints[vm.parent_checkpoint_id].vm_id == vm.id
    for volume in world.volumes:
        assert world.free(volume) >= 0
    for file in world.files.values():
        assert file.size <= file.max_size


@given(steps=steps, space=st.sampled_from([0, 6 * GB, 500 * GB]), dependents=st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_sequence_keeps_what_is_needed(
    steps: list[tuple[str, int, int, int, int]], space: int, dependents: bool
) -> None:
    story = Story(space)
    story.world.unverified.destroy_takes_dependents = dependents
    for verb, vm_number, checkpoint_number, duration, pause in steps:
        other = story.vms[1 - vm_number]
        story.world.settle()
        before = seen_of(story.world, other)
        story.play(verb, vm_number, checkpoint_number, duration)
        assert seen_of(story.world, other) == before
        check(story)
        story.clock.advance(pause)
        check(story)


@given(steps=steps)
@settings(max_examples=100, deadline=None)
def test_a_delete_never_changes_what_now_and_the_other_checkpoints_read(
    steps: list[tuple[str, int, int, int, int]],
) -> None:
    story = Story(500 * GB)
    world = story.world
    for verb, vm_number, checkpoint_number, _, pause in steps:
        before = sizes(world)
        story.play(verb, vm_number, checkpoint_number, 0)
        if verb in ("destroy", "destroy_tree", "rename"):
            for holder, size in sizes(world).items():
                assert size == before[holder], holder
        between = sizes(world)
        story.clock.advance(pause)
        assert sizes(world) == between, "merging in the background changes nothing that anybody reads"


def sizes(world: World) -> dict[tuple[str, int], int]:
    """What can be read from Now and from each checkpoint: the bytes of the whole chain, which a merge only moves."""
    return {
        (holder.id, number): sum(file.size for file in world.chain(drive.path))
        for holder in holders(world)
        for number, drive in enumerate(holder.drives)
    }


@given(steps=steps)
@settings(max_examples=60, deadline=None)
def test_what_took_effect_was_begun_and_in_the_end_nothing_is_left_to_merge(
    steps: list[tuple[str, int, int, int, int]],
) -> None:
    story = Story(500 * GB)
    for verb, vm_number, checkpoint_number, duration, pause in steps:
        story.play(verb, vm_number, checkpoint_number, duration)
        story.clock.advance(pause)
    story.clock.advance(1000)
    assert story.world.jobs() == []
    assert sorted(map(str, story.world.done)) == sorted(map(str, story.world.ran))
    children = [file.parent_path for file in story.world.files.values()]
    assert all(children.count(file.path) != 1 for file in story.world.files.values() if file.leaving)
