"""What a session tells of a world in which some things cannot be read, or look odd."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hvtui.backends.errors import HyperVUnavailable, UnavailableCause
from hvtui.backends.mock.backend import MockSession
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.model_view import HEALTH
from hvtui.backends.mock.state.records import GB, WorldFile
from hvtui.backends.mock.world import MergeCode, OperationalStatus, World, WorldCheckpoint, WorldVm
from hvtui.backends.model import (
    Activity,
    HealthCode,
    Inventory,
    MergeEventCode,
    Unread,
    UnreadDrives,
    UnreadFile,
    UnreadPart,
    VmDisks,
    VmId,
    VmState,
)

NOT_WORK = {status for status in OperationalStatus if status < 32768 or status > 32781}


class Simulation:
    """A VM that runs on a checkpoint."""

    def __init__(self) -> None:
        clock = ManualClock()
        self.world = World(clock)
        self.session = MockSession(self.world, clock)
        self.vm: WorldVm = self.world.add_vm("web-01")
        self.checkpoint: WorldCheckpoint = self.world.add_checkpoint(self.vm, "first", clock.now())
        self.leaf, self.base = self.vm.drives[0].path, self.checkpoint.drives[0].path

    @property
    def id(self) -> VmId:
        return VmId(self.vm.id)

    async def inventory(self) -> Inventory:
        return await self.session.inventory()

    async def disks(self) -> VmDisks:
        (found,) = await self.session.disks([self.id])
        return found


@pytest.fixture
def simulation() -> Simulation:
    return Simulation()


async def test_a_vm_at_work_keeps_its_health(simulation: Simulation) -> None:
    simulation.vm.trouble = (OperationalStatus.DEGRADED, OperationalStatus.SR_IOV_DRIVERS_NEEDED)
    simulation.world.durations["back_up"] = 9
    (vm,) = (await simulation.inventory()).vms
    health = (HealthCode.DEGRADED, HealthCode.SR_IOV)
    assert (vm.health, vm.activity, vm.in_service) == (health, Activity.NONE, False)
    simulation.world.back_up(simulation.id)
    (vm,) = (await simulation.inventory()).vms
    assert (vm.health, vm.activity, vm.in_service) == (health, Activity.BACKING_UP, True)


def test_every_status_that_is_not_work_has_a_health_code() -> None:
    assert set(HEALTH) == NOT_WORK - {OperationalStatus.OK, OperationalStatus.IN_SERVICE}


async def test_a_vm_that_cannot_be_read_is_not_gone(simulation: Simulation) -> None:
    simulation.vm.unread = "Not now."
    inventory = await simulation.inventory()
    assert [(vm.name, vm.state) for vm in inventory.vms] == [("web-01", VmState.UNKNOWN)]
    assert inventory.unread == (Unread(vm_id=simulation.id, part=UnreadPart.VM, words="Not now."),)
    assert inventory.checkpoints == ()
    assert (await simulation.disks()).unread_drives == (UnreadDrives(checkpoint_id=None, words="Not now."),)


async def test_checkpoints_that_cannot_be_read_are_not_none(simulation: Simulation) -> None:
    simulation.vm.checkpoints_unread = "Not now."
    inventory = await simulation.inventory()
    assert inventory.unread == (Unread(vm_id=simulation.id, part=UnreadPart.CHECKPOINTS, words="Not now."),)
    assert (inventory.checkpoints, inventory.lists_checkpoints_of(simulation.id)) == ((), False)


async def test_a_checkpoint_that_is_not_listed_is_there_all_the_same(simulation: Simulation) -> None:
    hidden = simulation.checkpoint
    simulation.world.add_checkpoint(simulation.vm, "second", simulation.world.now())
    hidden.listed = False
    inventory = await simulation.inventory()
    assert [(c.name, c.parent) for c in inventory.checkpoints] == [("second", hidden.id)]
    assert hidden.id not in {disk.checkpoint_id for disk in (await simulation.disks()).disks}
    assert simulation.world.destroy(hidden.id).error is None


@pytest.mark.parametrize("of_checkpoint", [True, False])
async def test_drives_that_cannot_be_read_hide_no_others(simulation: Simulation, of_checkpoint: bool) -> None:
    owner = simulation.checkpoint if of_checkpoint else simulation.vm
    owner.drives_unread = "Not now."
    found = await simulation.disks()
    unread = simulation.checkpoint.id if of_checkpoint else None
    assert [(u.checkpoint_id, u.words) for u in found.unread_drives] == [(unread, "Not now.")]
    other = None if of_checkpoint else simulation.checkpoint.id
    assert {disk.checkpoint_id for disk in found.disks} == {other}


async def test_a_file_that_cannot_be_read_is_not_missing_and_hides_its_parents(
    simulation: Simulation,
) -> None:
    simulation.checkpoint.listed = False
    simulation.world.unreadable[simulation.leaf.lower()] = "Denied."
    found = await simulation.disks()
    assert (found.files, found.unread) == ((), (UnreadFile(path=simulation.leaf, words="Denied."),))


async def test_a_chain_is_followed_whatever_the_case_of_its_paths(simulation: Simulation) -> None:
    simulation.world.files[simulation.leaf].parent_path = simulation.base.upper()
    found = await simulation.disks()
    assert [(file.path, file.parent) for file in found.files] == [
        (simulation.leaf, simulation.base.upper()),
        (simulation.base, ""),
    ]
    assert found.unread == ()
    del simulation.world.files[simulation.base]
    assert len((await simulation.disks()).unread) == 1


async def test_a_vhd_set_has_no_size_of_its_own(simulation: Simulation) -> None:
    path = "D:\\Hyper-V\\shared.vhds"
    simulation.world.files[path] = WorldFile(path, "", 264 << 10, 64 * GB)
    simulation.vm.drives[0].path = path
    assert [file.size for file in (await simulation.disks()).files if file.path == path] == [None]


async def test_a_cycle_and_a_chain_of_200_links_end(simulation: Simulation) -> None:
    simulation.world.add_links(simulation.vm, 200, GB)
    found = await simulation.disks()
    assert (len(found.files), found.unread) == (202, ())
    simulation.world.files[simulation.base].parent_path = simulation.vm.drives[0].path
    assert (len((await simulation.disks()).files), found.unread) == (202, ())


@pytest.mark.parametrize("folder", ["\\\\nas\\vms", "\\\\?\\Volume{5b3c5b1e-0000-0000-0000-100000000000}"])
async def test_a_path_without_a_letter_has_no_volume(simulation: Simulation, folder: str) -> None:
    other = simulation.world.add_vm("other", folder=folder)
    (found,) = await simulation.session.disks([VmId(other.id)])
    assert ([file.volume for file in found.files], found.volumes) == ([""], ())


async def test_merge_events_are_told_newest_first(simulation: Simulation) -> None:
    world, session = simulation.world, simulation.session
    other = world.add_vm("other")
    world.add_links(other, 1, GB, due=True)
    world.start(other.id)
    world.destroy(simulation.checkpoint.id)
    since = world.now() - timedelta(hours=1)
    codes = [event.code for event in await session.events([simulation.id], since=since)]
    assert codes == [MergeEventCode.FINISHED, MergeEventCode.STARTED]
    assert await session.events([simulation.id], since=world.now() + timedelta(seconds=1)) == ()
    assert {code.name for code in MergeCode} == {code.name for code in MergeEventCode}


@pytest.mark.parametrize(
    ("running", "elevated", "cause"),
    [
        (False, True, UnavailableCause.SERVICE_STOPPED),
        (True, False, UnavailableCause.NOT_ELEVATED),
    ],
)
async def test_a_host_whose_service_does_not_answer_says_why(
    simulation: Simulation, running: bool, elevated: bool, cause: UnavailableCause
) -> None:
    simulation.world.service_running, simulation.world.elevated = running, elevated
    session = simulation.session
    for call in (session.inventory(), session.disks([simulation.id]), session.save_vm(simulation.id)):
        with pytest.raises(HyperVUnavailable) as caught:
            await call
        assert (caught.value.cause, bool(caught.value.hint), bool(caught.value.detail)) == (cause, True, True)
    assert simulation.world.ran == []
