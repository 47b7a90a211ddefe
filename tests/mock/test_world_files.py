"""Disk files and disk space: chains, merges, full disks."""

from __future__ import annotations

import pytest

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.state.records import GB
from hvtui.backends.mock.world import JobType, OperationalStatus, Refused, World, WorldCheckpoint, WorldVm

# §1 [WMI]: the primary status is OK, because the merge can be interrupted
MERGING = (OperationalStatus.OK, OperationalStatus.MERGING)


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


def fill_volume(world: World, *, free: int) -> None:
    volume = world.volumes[0]
    volume.other_bytes += world.free(volume) - free


def test_a_checkpoint_freezes_the_file_and_the_vm_writes_to_a_child(world: World, vm: WorldVm) -> None:
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


def test_deleting_moves_children_up_and_merges_in_a_separate_job(
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


def test_a_merge_enlarges_the_parent_up_to_its_maximum_size(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    base = world.files[checkpoint.drives[0].path]
    base.size, base.max_size = 40 * GB, 50 * GB
    world.files[vm.drives[0].path].size = 30 * GB
    world.destroy(checkpoint.id)
    assert (base.size, vm.drives[0].path) == (50 * GB, base.path)


def test_an_unreferenced_file_is_merged_once_it_has_one_child(world: World, vm: WorldVm) -> None:
    root = take(world, vm)
    left = take(world, vm)
    world.set_current(vm, root)
    right = take(world, vm)
    shared = root.drives[0].path
    world.destroy(root.id)
    assert (left.parent_id, right.parent_id) == (None, None)
    assert world.files[shared].unreferenced
    assert world.jobs() == []
    world.destroy(left.id)
    assert right.drives[0].path == shared
    assert not world.files[shared].unreferenced


def test_the_files_of_a_branch_that_is_not_current_are_deleted_without_a_merge(
    world: World, vm: WorldVm
) -> None:
    root = take(world, vm)
    world.durations["merge"] = 60
    branch = take(world, vm)
    world.set_current(vm, root)
    world.destroy(branch.id)
    assert world.jobs() == []
    assert set(world.files) == {root.drives[0].path, vm.drives[0].path}


def test_deleting_a_subtree_keeps_the_data_of_the_vm(world: World, vm: WorldVm) -> None:
    root, middle, leaf = (take(world, vm) for _ in range(3))
    world.files[vm.drives[0].path].size = 7 * GB
    world.destroy_tree(middle.id)
    assert list(world.checkpoints) == [root.id]
    assert vm.parent_checkpoint_id == root.id
    (current, base) = world.chain(vm.drives[0].path)
    assert current.size > 7 * GB
    assert base.path == root.drives[0].path
    assert leaf.id not in world.checkpoints


@pytest.mark.parametrize("deletes_dependents", [True, False])
def test_whether_a_delete_also_deletes_the_checkpoints_below_is_configurable(
    world: World, vm: WorldVm, deletes_dependents: bool
) -> None:
    world.unverified.destroy_takes_dependents = deletes_dependents  # §4 [WMI], not observed [UNV]
    first, second = take(world, vm), take(world, vm)
    world.destroy(first.id)
    assert list(world.checkpoints) == ([] if deletes_dependents else [second.id])


def test_applying_deletes_the_file_written_since_the_last_checkpoint(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    abandoned = vm.drives[0].path
    world.apply(checkpoint.id)
    assert abandoned not in world.files
    assert world.files[vm.drives[0].path].parent_path == checkpoint.drives[0].path


def test_a_new_operation_interrupts_a_merge_which_starts_again(
    world: World, clock: ManualClock, vm: WorldVm
) -> None:
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


def test_with_the_other_variant_a_merge_forbids_new_operations(world: World, vm: WorldVm) -> None:
    world.unverified.merging_refuses_new_work = True
    first, second = take(world, vm), take(world, vm)
    world.durations["merge"] = 60
    world.destroy(first.id)
    with pytest.raises(Refused) as caught:
        world.destroy(second.id)
    assert caught.value.code == 32775
    assert world.operational_status(vm.id) == MERGING


def test_a_refused_operation_does_not_interrupt_a_merge(world: World, vm: WorldVm) -> None:
    first = take(world, vm)
    world.durations["merge"] = 60
    world.destroy(first.id)
    world.fail_next("take_checkpoint", Refused(32768, "no"))
    with pytest.raises(Refused):
        world.take_checkpoint(vm.id)
    assert world.operational_status(vm.id) == MERGING


def test_a_merge_also_runs_while_the_vm_is_running(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)  # §4: live merge works on running VMs
    world.start(vm.id)
    world.destroy(checkpoint.id)
    assert len(world.files) == 1
    assert vm.state == "Running"


def test_a_merge_that_does_not_fit_waits_for_space(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    world.files[vm.drives[0].path].size = 5 * GB
    fill_volume(
        world, free=1 * GB
    )  # §4: the parent grows up to the child's size, and both exist until done [GEN]
    world.destroy(checkpoint.id)
    assert len(world.files) == 2
    fill_volume(world, free=6 * GB)
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


def test_a_checkpoint_fails_on_a_full_disk_and_changes_nothing(world: World, vm: WorldVm) -> None:
    vm.checkpoint_type = "Standard"
    world.start(vm.id)
    fill_volume(world, free=vm.memory_assigned)
    before = set(world.files)
    job = world.take_checkpoint(vm.id)
    assert job.error is not None
    # error-records.real.json "checkpoint, disk full" [REAL 67276723348]
    assert job.error.hresult == 0x80070070
    assert (set(world.files), world.checkpoints, vm.state) == (before, {}, "Running")


def test_a_checkpoint_with_memory_uses_disk_space_until_it_is_deleted(world: World, vm: WorldVm) -> None:
    vm.checkpoint_type = "Standard"
    world.start(vm.id)
    free = world.free(world.volumes[0])
    checkpoint = take(world, vm)
    used = free - world.free(world.volumes[0])
    assert 4 * GB <= used < 4.1 * GB  # §11: about the RAM
    world.destroy(checkpoint.id)
    assert free - world.free(world.volumes[0]) < 0.1 * GB


def test_saving_fails_without_disk_space_for_the_memory(world: World, vm: WorldVm) -> None:
    world.start(vm.id)
    fill_volume(world, free=1 * GB)
    job = world.save(vm.id)
    assert job.error is not None
    assert (job.error.hresult, vm.state) == (0x80070070, "Running")


def test_a_disk_that_hyper_v_did_not_create_is_never_deleted(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    vm.drives += world.add_vm("other").drives
    added = vm.drives[1].path
    world.apply(checkpoint.id)
    assert [drive.path for drive in vm.drives if drive.path == added] == []
    assert added in world.files


def test_a_disk_that_is_attached_again_is_not_merged(world: World, vm: WorldVm) -> None:
    before = take(world, vm)
    attached = world.add_vm("other").drives[0]
    vm.drives.append(attached)
    world.apply(before.id)
    vm.drives.append(attached)
    checkpoint = take(world, vm)
    assert [drive.path for drive in checkpoint.drives][1] == attached.path
    assert world.files[vm.drives[1].path].parent_path == attached.path
