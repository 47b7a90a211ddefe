"""What becomes of files and space: chains, merges, full disks."""

from __future__ import annotations

import pytest

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.records import GB
from hvtui.backends.mock.world import JobType, OperationalStatus, Refused, World, WorldCheckpoint, WorldVm

MERGING = (
    OperationalStatus.OK,
    OperationalStatus.MERGING,
)  # §1 [WMI]: OK with a secondary: it can be interrupted


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(clock: ManualClock) -> World:
    return World(clock)


@pytest.fixture
def vm(world: World) -> WorldVm:
    return world.add_vm("web-01")


def take(world: World, vm: WorldVm) -> WorldCheckpoint:
    return world.checkpoints[world.take_checkpoint(vm.id).result or ""]


def leave(world: World, free: int) -> None:
    volume = world.volumes[0]
    volume.other_bytes += world.free(volume) - free


def test_a_checkpoint_freezes_the_file_and_the_vm_goes_on_in_a_child(world: World, vm: WorldVm) -> None:
    # §6: first checkpoint -> the base .vhdx, later ones -> an .avhdx; the VM's own path is the leaf.
    base = vm.drives[0].path
    first, second = take(world, vm), take(world, vm)
    assert first.drives[0].path == base
    assert second.drives[0].path.endswith(".avhdx")
    assert [file.path for file in world.chain(vm.drives[0].path)] == [
        vm.drives[0].path,
        second.drives[0].path,
        base,
    ]
    assert first.id not in second.drives[0].path


def test_deleting_moves_children_up_and_merges_in_a_job_of_its_own(
    world: World, clock: ManualClock, vm: WorldVm
) -> None:
    first, second, third = (take(world, vm) for _ in range(3))
    world.durations["merge"] = 60
    files = len(world.files)
    assert world.destroy(second.id).finished  # §4: returns when the metadata is gone
    assert second.id not in world.checkpoints
    assert third.parent_id == first.id
    assert [job.type for job in world.jobs()] == [JobType.MERGE]
    assert world.operational_status(vm.id) == MERGING
    assert len(world.files) == files
    clock.advance(60)
    assert world.jobs() == []
    assert len(world.files) == files - 1
    assert len(world.chain(vm.drives[0].path)) == 3


def test_the_parent_grows_by_what_the_child_held(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    base = world.files[checkpoint.drives[0].path]
    base.size, base.max_size = 40 * GB, 50 * GB
    world.files[vm.drives[0].path].size = 30 * GB
    world.destroy(checkpoint.id)
    assert (base.size, vm.drives[0].path) == (50 * GB, base.path)


def test_a_frozen_file_with_two_children_waits_until_one_is_left(world: World, vm: WorldVm) -> None:
    root = take(world, vm)
    left = take(world, vm)
    world.stand_at(vm, root)
    right = take(world, vm)
    shared = root.drives[0].path
    world.destroy(root.id)
    assert (left.parent_id, right.parent_id) == (None, None)
    assert world.files[shared].leaving
    assert world.jobs() == []
    world.destroy(left.id)
    assert right.drives[0].path == shared
    assert not world.files[shared].leaving


def test_a_branch_without_now_is_deleted_and_not_merged(world: World, vm: WorldVm) -> None:
    root = take(world, vm)
    world.durations["merge"] = 60
    branch = take(world, vm)
    world.stand_at(vm, root)
    world.destroy(branch.id)
    assert world.jobs() == []
    assert set(world.files) == {root.drives[0].path, vm.drives[0].path}


def test_deleting_a_subtree_keeps_what_now_needs(world: World, vm: WorldVm) -> None:
    root, middle, leaf = (take(world, vm) for _ in range(3))
    world.files[vm.drives[0].path].size = 7 * GB
    world.destroy_tree(middle.id)
    assert list(world.checkpoints) == [root.id]
    assert vm.parent_checkpoint_id == root.id
    (now, base) = world.chain(vm.drives[0].path)
    assert now.size > 7 * GB
    assert base.path == root.drives[0].path
    assert leaf.id not in world.checkpoints


@pytest.mark.parametrize("takes_dependents", [True, False])
def test_whether_one_delete_takes_those_below_is_not_known(
    world: World, vm: WorldVm, takes_dependents: bool
) -> None:
    world.unverified.destroy_takes_dependents = takes_dependents  # §4 [WMI], not observed [UNV]
    first, second = take(world, vm), take(world, vm)
    world.destroy(first.id)
    assert list(world.checkpoints) == ([] if takes_dependents else [second.id])


def test_applying_drops_what_was_written_since(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    left = vm.drives[0].path
    world.apply(checkpoint.id)
    assert left not in world.files
    assert world.files[vm.drives[0].path].parent_path == checkpoint.drives[0].path


def test_a_merge_gives_way_to_new_work_and_begins_anew(world: World, clock: ManualClock, vm: WorldVm) -> None:
    first, second = take(world, vm), take(world, vm)
    world.durations.update(merge=60, destroy=5)
    world.destroy(first.id)
    clock.advance(5)
    (merge,) = world.jobs()
    clock.advance(30)
    world.destroy(second.id)
    assert merge.finished
    assert merge.error is not None
    clock.advance(5)
    assert world.percent(world.jobs()[0]) == 0
    clock.advance(60)
    assert world.jobs() == []
    assert len(world.files) == 1


def test_or_a_merge_forbids_new_work(world: World, vm: WorldVm) -> None:
    world.unverified.merging_refuses_new_work = True
    first, second = take(world, vm), take(world, vm)
    world.durations["merge"] = 60
    world.destroy(first.id)
    with pytest.raises(Refused) as caught:
        world.destroy(second.id)
    assert caught.value.code == 32775
    assert world.operational_status(vm.id) == MERGING


def test_a_refused_call_does_not_interrupt_a_merge(world: World, vm: WorldVm) -> None:
    first = take(world, vm)
    world.durations["merge"] = 60
    world.destroy(first.id)
    world.fail_next("take_checkpoint", Refused(32768, "no"))
    with pytest.raises(Refused):
        world.take_checkpoint(vm.id)
    assert world.operational_status(vm.id) == MERGING


def test_a_running_vm_merges_too(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)  # §4: live merge works on running VMs
    world.start(vm.id)
    world.destroy(checkpoint.id)
    assert len(world.files) == 1
    assert vm.state == "Running"


def test_a_merge_that_does_not_fit_waits_for_space(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    world.files[vm.drives[0].path].size = 5 * GB
    leave(world, 1 * GB)  # §4: the parent grows up to the child's size, and both exist until done [GEN]
    world.destroy(checkpoint.id)
    assert len(world.files) == 2
    leave(world, 6 * GB)
    world.settle()
    assert len(world.files) == 1


def test_a_stuck_merge_never_ends(world: World, clock: ManualClock, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    world.durations["merge"] = 60
    world.stuck_merges.add(vm.id)
    world.destroy(checkpoint.id)
    clock.advance(1e6)
    (job,) = world.jobs()
    assert 0 < world.percent(job) < 100


def test_a_full_disk_fails_the_checkpoint_and_changes_nothing(world: World, vm: WorldVm) -> None:
    vm.checkpoint_type = "Standard"
    world.start(vm.id)
    leave(world, vm.memory_assigned)
    before = set(world.files)
    job = world.take_checkpoint(vm.id)
    assert job.error is not None
    assert (
        job.error.hresult == 0x80070070
    )  # error-records.real.json "checkpoint, disk full" [REAL 67276723348]
    assert (set(world.files), world.checkpoints, vm.state) == (before, {}, "Running")


def test_memory_costs_disk_space_and_gives_it_back(world: World, vm: WorldVm) -> None:
    vm.checkpoint_type = "Standard"
    world.start(vm.id)
    free = world.free(world.volumes[0])
    checkpoint = take(world, vm)
    cost = free - world.free(world.volumes[0])
    assert 4 * GB <= cost < 4.1 * GB  # §11: about the RAM
    world.destroy(checkpoint.id)
    assert free - world.free(world.volumes[0]) < 0.1 * GB


def test_saving_needs_space_for_the_memory(world: World, vm: WorldVm) -> None:
    world.start(vm.id)
    leave(world, 1 * GB)
    job = world.save(vm.id)
    assert job.error is not None
    assert (job.error.hresult, vm.state) == (0x80070070, "Running")


def test_a_disk_that_somebody_made_is_never_deleted(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    vm.drives += world.add_vm("donor").drives
    added = vm.drives[1].path
    world.apply(checkpoint.id)
    assert [drive.path for drive in vm.drives if drive.path == added] == []
    assert added in world.files


def test_a_disk_that_came_back_is_not_merged_away(world: World, vm: WorldVm) -> None:
    before = take(world, vm)
    donated = world.add_vm("donor").drives[0]
    vm.drives.append(donated)
    world.apply(before.id)
    vm.drives.append(donated)
    checkpoint = take(world, vm)
    assert [drive.path for drive in checkpoint.drives][1] == donated.path
    assert world.files[vm.drives[1].path].parent_path == donated.path
