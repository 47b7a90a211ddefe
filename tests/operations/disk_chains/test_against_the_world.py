"""What is predicted of chains and merges is what the simulated world then does, over random lives of a VM."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hvtui.backends.operations.disk_chains.chains import own_size, ownerless_links, written_since
from hvtui.backends.operations.disk_chains.merges import merge_of_delete
from tests.operations.disk_chains.simulation import MB, Shape, Simulation, shapes, steps

Steps = list[tuple[str, int, int]]

usual = settings(max_examples=250, deadline=None)
many = settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))


@given(shape=shapes, steps=steps)
@usual
def test_a_delete_merges_what_was_predicted(shape: Shape, steps: Steps) -> None:
    check_deletes(shape, steps)


@pytest.mark.rare
@pytest.mark.timeout(1200)
@given(shape=shapes, steps=steps)
@many
def test_a_delete_merges_what_was_predicted_over_many_lives(shape: Shape, steps: Steps) -> None:
    check_deletes(shape, steps)
    check_sizes(shape, steps)


def check_deletes(shape: Shape, steps: Steps) -> None:
    simulation = Simulation(shape)
    world = simulation.world
    for step, number, megabytes in steps:
        deleted = simulation.to_delete(step, number)
        predicted = merge_of_delete(simulation.disks, simulation.selection, deleted)
        before, merged = simulation.sizes(), len(world.merged)
        running = simulation.vm.state == "Running"
        simulation.do(step, number, megabytes)
        if not deleted:
            continue
        after = simulation.sizes()
        assert predicted.reason is None
        assert predicted.amount == sum(size for _, _, size in world.merged[merged:])
        into = {
            merge.into.path: after[merge.into.path] - before[merge.into.path] for merge in predicted.merges
        }
        assert predicted.amount == sum(into.values())
        links = {link.path for merge in predicted.merges for link in merge.links}
        assert links == {child for _, child, _ in world.merged[merged:]}
        assert predicted.freed == sum(before[path] for path in before.keys() - after.keys() - links)
        unchanged = {path: size for path, size in after.items() if path not in into}
        assert unchanged == {path: before[path] for path in unchanged}
        assert (predicted.online, predicted.fits) == (running, True)
        assert simulation.untouched.items() <= after.items()


@given(shape=shapes, steps=steps)
@usual
def test_written_since_and_own_sizes_are_the_difference_of_two_chains(shape: Shape, steps: Steps) -> None:
    check_sizes(shape, steps)


def check_sizes(shape: Shape, steps: Steps) -> None:
    simulation = Simulation(shape)
    for step in steps:
        simulation.do(*step)
    disks, sizes, vm = simulation.disks, simulation.sizes(), simulation.selection.vm
    assert vm is not None
    if vm.current is None:
        assert written_since(disks, None) is None
    else:
        new = simulation.chain(None) - simulation.chain(vm.current)
        assert written_since(disks, None) == sum(sizes[path] for path in new)
    for checkpoint in simulation.checkpoints:
        own = simulation.chain(checkpoint.id)
        below = {c.id for c in simulation.checkpoints if c.parent == checkpoint.id}
        since = set().union(*(simulation.chain(child) for child in below)) - own
        if vm.current == checkpoint.id:
            since |= simulation.chain(None) - own
        assert written_since(disks, checkpoint.id) == sum(sizes[path] for path in since)
        if checkpoint.parent:
            new = own - simulation.chain(checkpoint.parent)
            assert own_size(disks, checkpoint.id) == sum(sizes[path] for path in new)


@given(
    shape=shapes, steps=steps, left=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 900)), max_size=4)
)
@usual
def test_links_that_the_host_forgot_are_found_and_nothing_else_is(
    shape: Shape, steps: Steps, left: list[tuple[int, int]]
) -> None:
    simulation = Simulation(shape)
    for step, number, megabytes in steps:
        if step != "due":
            simulation.do(step, number, megabytes)
            assert ownerless_links(simulation.disks) == ()
    simulation.do("take", 0, 0)
    paths = {simulation.leave_link(*each, due=False) for each in left}
    assert {file.path for file in ownerless_links(simulation.disks)} == paths


@given(
    shape=shapes,
    steps=steps,
    number=st.integers(0, 7),
    whole=st.booleans(),
    left=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 900)), min_size=1, max_size=3),
)
@usual
def test_what_the_host_forgot_may_be_merged_with_it_or_not(
    shape: Shape, steps: Steps, number: int, whole: bool, left: list[tuple[int, int]]
) -> None:
    simulation = Simulation(shape)
    for step in steps:
        simulation.do(*step)
    simulation.do("take", 0, 0)
    for each in left:
        simulation.leave_link(*each, due=False)
    deleted = simulation.to_delete("subtree" if whole else "delete", number)
    predicted = merge_of_delete(simulation.disks, simulation.selection, deleted)
    merged = len(simulation.world.merged)
    simulation.do("subtree" if whole else "delete", number, 0)
    moved = sum(size for _, _, size in simulation.world.merged[merged:])
    assert predicted.amount is not None
    assert predicted.at_most or not predicted.amount
    assert predicted.already_due > 0
    assert predicted.amount - predicted.already_due <= moved <= predicted.amount


@given(shape=shapes, steps=steps, number=st.integers(0, 7), whole=st.booleans(), free=st.integers(0, 3000))
@usual
def test_what_fits_is_merged_and_a_link_that_does_not_fit_is_not(
    shape: Shape, steps: Steps, number: int, whole: bool, free: int
) -> None:
    simulation = Simulation(shape)
    world = simulation.world
    for step in steps:
        simulation.do(*step)
    simulation.do("take", 0, 0)
    for volume in world.volumes:
        volume.other_bytes += world.free(volume) - free * MB
    deleted = simulation.to_delete("subtree" if whole else "delete", number)
    predicted = merge_of_delete(simulation.disks, simulation.selection, deleted)
    merged = len(world.merged)
    simulation.do("subtree" if whole else "delete", number, 0)
    moved = [size for _, _, size in world.merged[merged:]]
    if predicted.fits:
        assert sum(moved) == predicted.amount
    if predicted.fits is False and sum(len(merge.links) for merge in predicted.merges) == 1:
        assert moved == []
    assert predicted.volume is None or predicted.volume.free == free * MB
