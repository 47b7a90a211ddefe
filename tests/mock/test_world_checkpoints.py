"""The rules for names, kinds and automatic checkpoints, with the facts that they come from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.world import Refused, World, WorldCheckpoint, WorldVm

# §3 default name, as on a real host [REAL]: `WS2008R2Core - (6/10/2016 - 8:41:12 AM)`.
REAL_NAME = (
    "WS2008R2Core",
    datetime(2016, 6, 10, 6, 41, 12, tzinfo=UTC),
    "WS2008R2Core - (6/10/2016 - 8:41:12 AM)",
)


@pytest.fixture
def world() -> World:
    return World(ManualClock())


@pytest.fixture
def vm(world: World) -> WorldVm:
    return world.add_vm("web-01")


def take(world: World, vm: WorldVm) -> WorldCheckpoint:
    return world.checkpoints[world.take_checkpoint(vm.id).result or ""]


@pytest.mark.parametrize(
    ("name", "fits"),  # §11: ElementName <= 100 characters [WMI], which on Windows are UTF-16 units
    [
        ("x" * 100, True),
        ("x" * 101, False),
        ("\U0001f40b" * 50, True),
        ("\U0001f40b" * 51, False),
        ("", False),
    ],
)
def test_a_name_has_1_to_100_utf16_units(world: World, vm: WorldVm, name: str, fits: bool) -> None:
    checkpoint = take(world, vm)
    default = checkpoint.name
    if fits:
        world.rename(checkpoint.id, name)
    else:
        with pytest.raises(Refused) as caught:
            world.rename(checkpoint.id, name)
        assert caught.value.code == 32773
    assert checkpoint.name == (name if fits else default)


def test_two_checkpoints_may_have_the_same_name(world: World, vm: WorldVm) -> None:
    for checkpoint in (take(world, vm), take(world, vm)):  # §3: nothing checks for duplicates [DEC]
        world.rename(checkpoint.id, "twin")
    assert [c.name for c in world.checkpoints.values()] == ["twin", "twin"]


def test_the_default_name_is_that_of_a_real_host() -> None:
    name, moment, expected = REAL_NAME
    world = World(ManualClock(moment), utc_offset_minutes=120)
    assert take(world, world.add_vm(name)).name == expected


@pytest.mark.parametrize("truncated", [True, False])
def test_whether_long_default_names_are_truncated_is_configurable(
    world: World, vm: WorldVm, truncated: bool
) -> None:
    vm.name = "n" * 100
    world.unverified.long_default_names_are_cut = truncated
    assert (len(take(world, vm).name) == 100) == truncated


def test_a_checkpoint_of_type_missing_cannot_be_applied(world: World, vm: WorldVm) -> None:
    checkpoint = take(world, vm)
    checkpoint.type = "Missing"  # §2
    with pytest.raises(Refused):
        world.apply(checkpoint.id)


@pytest.mark.parametrize("kind", ["Recovery", "Replica", "AppConsistentReplica", "SyncedReplica"])
@pytest.mark.parametrize("applies", [True, False])
def test_backup_and_replica_checkpoints_can_be_deleted_and_perhaps_applied(
    world: World, vm: WorldVm, kind: str, applies: bool
) -> None:
    world.unverified.foreign_checkpoints_apply = applies
    checkpoint = take(world, vm)
    checkpoint.type = kind
    if applies:
        world.apply(checkpoint.id)
    else:
        with pytest.raises(Refused):
            world.apply(checkpoint.id)
    world.destroy(checkpoint.id)  # §2: deletable, though the backup product owns it
    assert world.checkpoints == {}


@pytest.mark.parametrize("service_removes", [True, False])
def test_an_automatic_checkpoint_is_created_at_start_and_removed_at_stop(
    world: World, vm: WorldVm, service_removes: bool
) -> None:
    vm.automatic_checkpoints = True  # §4 [DEC StopVM]
    world.unverified.stop_removes_automatic = service_removes
    world.start(vm.id)
    (automatic,) = world.checkpoints.values()
    assert automatic.automatic
    assert vm.parent_checkpoint_id == automatic.id
    world.turn_off(vm.id)
    assert (automatic.id not in world.checkpoints) == service_removes


def test_an_automatic_checkpoint_that_is_not_current_is_kept_at_stop(world: World, vm: WorldVm) -> None:
    vm.automatic_checkpoints = True
    world.start(vm.id)
    take(world, vm)
    world.turn_off(vm.id)
    assert len(world.checkpoints) == 2


def test_no_automatic_checkpoint_is_created_when_a_saved_vm_starts(world: World, vm: WorldVm) -> None:
    world.start(vm.id)
    world.save(vm.id)
    vm.automatic_checkpoints = True
    world.start(vm.id)
    assert world.checkpoints == {}
