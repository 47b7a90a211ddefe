"""What goes wrong in the world: health, saved states, failed merges, files, and errors after the effect."""

from __future__ import annotations

import pytest

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.state.records import FILE_IN_USE, FILE_MISSING, FILE_NOT_PERMITTED, GB
from hvtui.backends.mock.world import Code, MergeCode, OperationalStatus, Refused, World, WorldVm

OK = OperationalStatus
TROUBLE = (OK.DEGRADED, OK.SR_IOV_DRIVERS_NEEDED)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(clock: ManualClock) -> World:
    return World(clock)


@pytest.fixture
def vm(world: World) -> WorldVm:
    return world.add_vm("web-01")


def take(world: World, vm: WorldVm) -> str:
    return world.take_checkpoint(vm.id).result or ""


def codes(world: World) -> list[MergeCode]:
    return [event.code for event in world.merge_events]


def test_a_vm_in_trouble_reports_it_until_it_is_at_work(world: World, vm: WorldVm) -> None:
    vm.trouble = TROUBLE
    assert world.operational_status(vm.id) == TROUBLE
    world.durations["back_up"] = 9
    world.back_up(vm.id)
    assert world.operational_status(vm.id) == (OK.IN_SERVICE, OK.BACKING_UP)
    assert world.trouble(vm) == TROUBLE


@pytest.mark.parametrize(("hides", "primary"), [(True, OK.OK), (False, OK.DEGRADED)])
def test_whether_a_merge_hides_trouble_is_configurable(
    world: World, vm: WorldVm, hides: bool, primary: OperationalStatus
) -> None:
    world.unverified.merge_hides_trouble = hides
    vm.trouble = TROUBLE
    world.durations["merge"] = 9
    world.destroy(take(world, vm))
    assert world.operational_status(vm.id) == (primary, OK.MERGING)


def test_memory_that_cannot_be_resumed_is_applied_and_the_vm_does_not_start(
    world: World, vm: WorldVm
) -> None:
    vm.checkpoint_type = "Standard"
    world.start(vm.id)
    checkpoint = take(world, vm)
    world.checkpoints[checkpoint].memory_unusable = True
    world.turn_off(vm.id)
    assert world.apply(checkpoint).error is None
    error = world.start(vm.id).error
    assert error is not None
    assert (error.hresult, vm.state) == (0xC0370029, "Saved")
    assert world.checkpoints[take(world, vm)].memory_unusable


@pytest.mark.parametrize("state", ["Saved", "FastSaved"])
def test_a_discarded_saved_state_frees_its_bytes_and_the_vm_starts(
    world: World, vm: WorldVm, state: str
) -> None:
    world.start(vm.id)
    free = world.free(world.volumes[0])
    world.save(vm.id)
    vm.state, vm.resume_fails = state, True
    world.discard_saved_state(vm.id)
    assert (vm.state, world.free(world.volumes[0])) == ("Off", free)
    assert world.start(vm.id).error is None


@pytest.mark.parametrize("state", ["Off", "Running", "Paused"])
def test_only_a_saved_vm_has_a_state_to_discard(world: World, vm: WorldVm, state: str) -> None:
    vm.state = state
    with pytest.raises(Refused) as caught:
        world.discard_saved_state(vm.id)
    assert caught.value.code == Code.INVALID_STATE


def test_a_new_saved_state_can_be_resumed(world: World, vm: WorldVm) -> None:
    vm.state, vm.resume_fails = "Running", True
    world.save(vm.id)
    assert world.start(vm.id).error is None


def test_merges_are_logged_with_their_times(world: World, clock: ManualClock, vm: WorldVm) -> None:
    first, second = take(world, vm), take(world, vm)
    world.durations["merge"] = 60
    started = clock.now()
    world.destroy(first)
    clock.advance(10)
    world.destroy(second)
    clock.advance(60)
    assert world.jobs() == []
    events = [(event.code, (event.time - started).total_seconds()) for event in world.merge_events]
    assert events == [
        (MergeCode.STARTED, 0), (MergeCode.INTERRUPTED, 10), (MergeCode.STARTED, 10), (MergeCode.FINISHED, 70)
    ]  # fmt: skip


@pytest.mark.parametrize("again", [True, False])
def test_whether_a_failed_merge_starts_again_at_once_is_configurable(
    world: World, vm: WorldVm, again: bool
) -> None:
    world.unverified.failed_merge_starts_again = again
    checkpoint = take(world, vm)
    files = len(world.files)
    world.fail_next("merge", Refused(Code.FAILED, "no", hresult=0x80070299))
    world.destroy(checkpoint)
    assert world.merge_events[1].hresult == 0x80070299
    assert codes(world)[:2] == [MergeCode.STARTED, MergeCode.FAILED]
    assert codes(world)[2:] == ([MergeCode.STARTED, MergeCode.FINISHED] if again else [])
    assert len(world.files) == files - again


def test_a_merge_that_always_fails_is_tried_again_after_the_next_operation(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    world.failing_merges[vm.id] = Refused(Code.FAILED, "no", hresult=0x80070020)
    world.destroy(checkpoint)
    assert codes(world) == [MergeCode.STARTED, MergeCode.FAILED]
    world.rename(take(world, vm), "next")
    assert codes(world).count(MergeCode.FAILED) == 3
    world.failing_merges.clear()
    world.start(vm.id)
    assert codes(world)[-1] is MergeCode.FINISHED


def test_a_merge_fails_on_a_file_that_is_in_use(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    world.file_trouble[vm.drives[0].path] = FILE_IN_USE
    world.destroy(checkpoint)
    assert [(event.code, event.hresult) for event in world.merge_events] == [
        (MergeCode.STARTED, None),
        (MergeCode.FAILED, FILE_IN_USE),
    ]


@pytest.mark.parametrize("verb", ["start", "take_checkpoint", "apply"])
@pytest.mark.parametrize("hresult", [FILE_IN_USE, FILE_NOT_PERMITTED, FILE_MISSING])
def test_a_verb_that_opens_a_file_in_trouble_fails_and_changes_nothing(
    world: World, vm: WorldVm, verb: str, hresult: int
) -> None:
    base = vm.drives[0].path
    checkpoint = take(world, vm)
    world.file_trouble[base.upper()] = hresult
    before = (vm.state, [drive.path for drive in vm.drives], list(world.checkpoints))
    error = getattr(world, verb)(checkpoint if verb == "apply" else vm.id).error
    assert (error.hresult, error.path) == (hresult, base)
    assert (vm.state, [drive.path for drive in vm.drives], list(world.checkpoints)) == before


def test_a_vm_whose_chain_is_broken_does_not_start(world: World, vm: WorldVm) -> None:
    base = vm.drives[0].path
    take(world, vm)
    del world.files[base]
    error = world.start(vm.id).error
    assert error is not None
    assert (error.hresult, error.path) == (FILE_MISSING, base)


VERBS = ["take_checkpoint", "rename", "apply", "destroy", "destroy_tree", "start", "shut_down", "turn_off", "save"]  # fmt: skip


@pytest.mark.parametrize("verb", [*VERBS, "discard_saved_state"])
def test_every_verb_can_take_effect_and_then_be_reported_as_failed(
    world: World, vm: WorldVm, verb: str
) -> None:
    checkpoint = take(world, vm)
    world.files[vm.drives[0].path].size = GB
    vm.state = {"shut_down": "Running", "turn_off": "Running", "save": "Running"}.get(verb, "Off")
    vm.state = "Saved" if verb == "discard_saved_state" else vm.state
    world.fail_after(verb, Refused(Code.FAILED, "reported"))
    on_checkpoint = verb in ("rename", "apply", "destroy", "destroy_tree")
    arguments = [checkpoint if on_checkpoint else vm.id, *(["new"] if verb == "rename" else [])]
    job = getattr(world, verb)(*arguments)
    assert str(job.error) == "reported"
    assert world.done[-1].verb == verb
    done = {
        "take_checkpoint": len(world.checkpoints) == 2,
        "rename": checkpoint in world.checkpoints and world.checkpoints[checkpoint].name == "new",
        "apply": world.files[vm.drives[0].path].size < GB,
        "destroy": checkpoint not in world.checkpoints,
        "destroy_tree": checkpoint not in world.checkpoints,
        "start": vm.state == "Running",
        "save": vm.state == "Saved",
    }
    assert done.get(verb, vm.state == "Off")


def test_links_without_owner_stay_and_those_that_are_due_are_merged(world: World, vm: WorldVm) -> None:
    world.add_links(vm, 3, GB)
    checkpoint = take(world, vm)
    world.destroy(checkpoint)
    assert len(world.chain(vm.drives[0].path)) == 4
    due = world.add_vm("due")
    world.add_links(due, 3, GB, due=True)
    world.start(due.id)
    assert len(world.chain(due.drives[0].path)) == 1


def test_a_template_is_shared_and_never_merged_or_deleted(world: World) -> None:
    template = "D:\\Templates\\base.vhdx"
    first, second = world.add_vm("first"), world.add_vm("second")
    for vm in (first, second):
        world.use_template(vm, template, 9 * GB)
    own = [vm.drives[0].path for vm in (first, second)]
    checkpoint = take(world, first)
    assert len(world.chain(first.drives[0].path)) == 3
    world.destroy(checkpoint)
    assert [file.path for file in world.chain(first.drives[0].path)] == [own[0], template]
    assert world.files[template].size == 9 * GB
    master = world.add_vm("master")
    base = master.drives[0].path
    world.use_template(first, base, GB)
    world.destroy(take(world, master))
    world.destroy_tree(take(world, master))
    assert [file.path for file in world.chain(first.drives[0].path)] == [own[0], base]
    assert set(own) <= set(world.files)


def test_a_vhdx_above_a_released_file_is_not_merged_into_it(world: World) -> None:
    master, clone = world.add_vm("master"), world.add_vm("clone")
    world.use_template(clone, master.drives[0].path, GB)
    world.files[master.drives[0].path].unreferenced = True
    world.start(clone.id)
    assert len(world.chain(clone.drives[0].path)) == 2


def test_paths_are_compared_as_windows_does(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    leaf = world.files[vm.drives[0].path]
    leaf.parent_path, leaf.size = leaf.parent_path.upper(), 2 * GB
    vm.drives[0].path = vm.drives[0].path.upper()
    assert len(world.chain(vm.drives[0].path)) == 2
    size = sum(file.size for file in world.files.values())
    world.destroy(checkpoint)
    (only,) = world.chain(vm.drives[0].path)
    assert only.size == size


def test_a_mount_point_whose_name_starts_another_has_only_its_own_files(world: World) -> None:
    first, tenth = (f"C:\\ClusterStorage\\Volume{number}" for number in (1, 10))
    world.volumes[0].name = first
    assert world.volume_of(f"{tenth}\\a.vhdx") is None
    assert world.volume_of(f"\\\\?\\{first.upper()}\\a.vhdx") is world.volumes[0]
    for path in ("\\\\nas\\share\\a.vhdx", "\\\\?\\Volume{1111}\\a.vhdx"):
        assert world.volume_of(path) is None
        assert world.add_vm("elsewhere", folder=path.rpartition("\\")[0])


@pytest.mark.parametrize("templated", [True, False])
def test_a_disk_that_was_detached_is_not_deleted_with_its_checkpoint(world: World, templated: bool) -> None:
    vm = world.add_vm("web-01")
    if templated:
        world.use_template(vm, "D:\\Templates\\base.vhdx", GB)
    disk, checkpoint = vm.drives[0].path, take(world, vm)
    leaf = vm.drives.pop().path
    del world.files[leaf]
    world.destroy(checkpoint)
    assert set(world.files) == {disk, *(["D:\\Templates\\base.vhdx"] if templated else [])}
