"""The scenarios: each is consistent and contains what its name says."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from hvtui.backends import settings
from hvtui.backends.errors import HyperVUnavailable, SavedStateUnusable, SettingsError, UnavailableCause
from hvtui.backends.limits import utf16_length
from hvtui.backends.lineage import tree
from hvtui.backends.mock.backend import MockBackend, MockSettings
from hvtui.backends.mock.clock import ManualClock, RealClock
from hvtui.backends.mock.scenarios import NAMES
from hvtui.backends.mock.state.records import GB
from hvtui.backends.model import (
    Activity,
    CheckpointKind,
    CheckpointSetting,
    HealthCode,
    Inventory,
    MergeEventCode,
    UnreadPart,
    VmState,
)

if TYPE_CHECKING:
    from hvtui.backends.contract import Backend

RELIABLE = [name for name in NAMES if name != "flaky"]


async def read(name: str) -> Inventory:
    backend = MockBackend(ManualClock())
    async with backend.connect(MockSettings(scenario=name)) as session:
        return await session.inventory()


@pytest.mark.parametrize("name", RELIABLE)
async def test_a_scenario_is_consistent(name: str) -> None:
    inventory = await read(name)
    ids = {vm.id for vm in inventory.vms}
    checkpoints = {c.id: c for c in inventory.checkpoints}
    assert all(c.vm_id in ids for c in checkpoints.values())
    listed = {vm.current: vm.id for vm in inventory.vms if vm.current in checkpoints}
    assert all(checkpoints[current].vm_id == vm for current, vm in listed.items() if current)
    unlisted = {vm.name for vm in inventory.vms if vm.current and vm.current not in checkpoints}
    assert unlisted == ({"hidden-parent", "sick-vm"} if name == "troubled" else set())
    assert all(1 <= utf16_length(c.name) <= 100 for c in checkpoints.values())
    assert all(c.created <= inventory.taken for c in checkpoints.values())
    for checkpoint in checkpoints.values():
        if checkpoint.parent:
            assert checkpoints[checkpoint.parent].vm_id == checkpoint.vm_id


@pytest.mark.parametrize("name", RELIABLE)
async def test_a_scenario_is_the_same_each_time_it_is_built(name: str) -> None:
    assert await read(name) == await read(name)


async def test_lab_has_every_kind_of_vm_and_checkpoint() -> None:
    lab = await read("lab")
    assert 8 <= len(lab.vms) <= 10
    assert {VmState.RUNNING, VmState.OFF, VmState.SAVED} <= {vm.state for vm in lab.vms}
    assert {CheckpointSetting.DISABLED, CheckpointSetting.PRODUCTION_ONLY} <= {
        v.checkpoint_setting for v in lab.vms
    }
    assert Activity.MERGING in {vm.activity for vm in lab.vms}
    assert {CheckpointKind.RECOVERY, CheckpointKind.REPLICA} <= {c.kind for c in lab.checkpoints}
    assert any(c.automatic for c in lab.checkpoints)
    assert {c.with_memory for c in lab.checkpoints} == {True, False}
    assert lab.host.volumes[0].free >> 30 == 212
    web = next(vm for vm in lab.vms if vm.name == "web-01")
    (root,) = tree(c for c in lab.checkpoints if c.vm_id == web.id)
    assert [len(list(child.walk())) for child in root.children] == [3, 2]


async def test_hostile_has_hostile_names_for_vms_and_checkpoints() -> None:
    hostile = await read("hostile")
    for names in ([vm.name for vm in hostile.vms], [c.name for c in hostile.checkpoints]):
        text = "".join(names)
        assert {"[/] x", "[@click=app.quit]boo[/]", "$(x)", "`n", "'; x", "*"} <= set(names)
        assert names.count("twin") == 2
        assert any(utf16_length(name) == 100 for name in names)
        assert any(not name.strip() for name in names)
        assert {"Cc", "Cf", "Mn", "So"} <= {unicodedata.category(c) for c in text}
        assert {"R", "AL", "RLO"} <= {unicodedata.bidirectional(c) for c in text}
        assert "W" in {unicodedata.east_asian_width(c) for c in text}


async def test_troubled_has_every_kind_of_problem() -> None:
    troubled = await read("troubled")
    assert troubled.host.volumes[0].free == 0
    assert any(vm.critical for vm in troubled.vms)
    assert {Activity.MERGING, Activity.BACKING_UP} <= {vm.activity for vm in troubled.vms}
    assert CheckpointKind.MISSING in {c.kind for c in troubled.checkpoints}
    assert max(len([c for c in troubled.checkpoints if c.vm_id == vm.id]) for vm in troubled.vms) == 50


async def test_troubled_fits_the_list_at_80x24() -> None:
    troubled = await read("troubled")
    assert len(troubled.vms) <= 24
    assert max(len(vm.name) for vm in troubled.vms) <= 14


async def test_troubled_has_vms_in_trouble_sick_stuck_replicated_clustered_and_automatic() -> None:
    troubled = await read("troubled")
    vms = {vm.name: vm for vm in troubled.vms}
    assert vms["sr-iov"].health == (HealthCode.DEGRADED, HealthCode.SR_IOV)
    assert vms["stuck-stop"].state is VmState.STOPPING
    assert (vms["replicated"].replicated, vms["clustered"].clustered) == (True, True)
    assert vms["automatic"].automatic_checkpoints
    assert [(u.vm_id, u.part) for u in troubled.unread] == [(vms["sick-vm"].id, UnreadPart.CHECKPOINTS)]
    assert not troubled.checkpoints_of(vms["sick-vm"].id)
    assert troubled.checkpoint(vms["hidden-parent"].current) is None
    (left,) = troubled.checkpoints_of(vms["backup-left"].id)
    assert (left.kind, (troubled.taken - left.created).days) == (CheckpointKind.RECOVERY, 12)
    assert vms["backup-left"].activity is Activity.NONE


async def test_troubled_has_disks_with_each_kind_of_trouble_and_a_healthy_template() -> None:
    async with MockBackend(ManualClock()).connect(MockSettings(scenario="troubled")) as session:
        inventory = await session.inventory()
        names = {vm.id: vm.name for vm in inventory.vms}
        disks = {names[found.vm_id]: found for found in await session.disks(list(names))}
    unread = {name: found.unread for name, found in disks.items() if found.unread}
    assert {name: [file.missing for file in files] for name, files in unread.items()} == {
        "broken-chain": [True],
        "dead-share": [False],
    }
    links = [file for file in disks["backup-links"].files if file.differencing]
    assert (len(links), sum(file.size or 0 for file in links)) == (15, 450 * GB)
    template = [file for file in disks["from-template"].files if not file.path.endswith(".avhdx")]
    assert [file.differencing for file in template] == [True, False]
    large = disks["big-delete"]
    assert [large.volumes[0].free, max(file.size or 0 for file in large.files) >= 480 * GB] == [0, True]


async def test_troubled_has_a_failed_merge_whose_links_remain() -> None:
    async with MockBackend(ManualClock()).connect(MockSettings(scenario="troubled")) as session:
        inventory = await session.inventory()
        vm = next(vm for vm in inventory.vms if vm.name == "failed-merge")
        newest, started = await session.events([vm.id], since=inventory.taken - timedelta(days=1))
        assert (newest.code, newest.hresult) == (MergeEventCode.FAILED, 0x80070299)
        assert started.code is MergeEventCode.STARTED
        assert (vm.activity, vm.current) == (Activity.NONE, None)
        (disks,) = await session.disks([vm.id])
        assert sum(file.differencing for file in disks.files) == 1


async def test_troubled_has_a_silent_fallback_and_memory_that_cannot_be_resumed() -> None:
    backend = MockBackend(ManualClock())
    backend.host("troubled").world.durations.clear()
    async with backend.connect(MockSettings(scenario="troubled")) as session:
        inventory = await session.inventory()
        vms = {vm.name: vm for vm in inventory.vms}
        made = await session.create_checkpoint(vms["no-production"].id, name="x")
        assert next(c for c in (await session.inventory()).checkpoints if c.id == made).with_memory
        old = vms["old-memory"].id
        (checkpoint,) = inventory.checkpoints_of(old)
        for write in (session.apply_checkpoint(old, checkpoint.id), session.start_vm(vms["dead-save"].id)):
            with pytest.raises(SavedStateUnusable):
                await write
        for vm in (old, vms["dead-save"].id):
            await session.discard_saved_state(vm)
            await session.start_vm(vm)


async def test_stopped_answers_one_reading() -> None:
    async with MockBackend(ManualClock()).connect(MockSettings(scenario="stopped")) as session:
        vms = (await session.inventory()).vms
        assert vms
        for read_again in (session.inventory(), session.inventory([vms[0].id]), session.disks([vms[0].id])):
            with pytest.raises(HyperVUnavailable) as caught:
                await read_again
            assert caught.value.cause is UnavailableCause.SERVICE_STOPPED
        with pytest.raises(HyperVUnavailable):
            await session.start_vm(vms[0].id)


async def test_one_has_one_vm_and_empty_has_none() -> None:
    one, empty = await read("one"), await read("empty")
    assert [(vm.name, vm.state) for vm in one.vms] == [("web-01", VmState.RUNNING)]
    assert (empty.vms, empty.checkpoints) == ((), ())


async def test_fleet_has_10_000_vms_and_is_built_quickly() -> None:
    backend = MockBackend(ManualClock())
    # Compared with work of a known size, so that the test does not fail on a slow computer.
    start = perf_counter()
    assert sum(hash(str(number)) & 1 for number in range(1_000_000))
    unit = perf_counter() - start
    start = perf_counter()
    host = backend.host("fleet")
    assert (perf_counter() - start) < 5 * unit
    assert len(host.world.vms) == 10_000


def test_flaky_has_an_unreliable_network() -> None:
    network = MockBackend(ManualClock()).host("flaky").network
    assert network.latency > 0
    assert 0 < network.read_loss < 1
    assert 0 < network.write_loss < 1


async def test_the_error_for_an_unknown_scenario_lists_the_known_ones() -> None:
    with pytest.raises(SettingsError) as caught:
        async with MockBackend().connect(MockSettings(scenario="nope")):
            pass
    assert "nope" in caught.value.message
    assert all(name in caught.value.hint for name in NAMES)


async def test_a_host_keeps_its_state_between_sessions() -> None:
    backend: Backend[MockSettings] = MockBackend(ManualClock())
    one = MockSettings(scenario="one")
    async with backend.connect(one) as session:
        (vm,) = (await session.inventory()).vms
        await session.create_checkpoint(vm.id, name="stays")
    async with backend.connect(one) as session:
        assert "stays" in {c.name for c in (await session.inventory()).checkpoints}


def test_the_scenario_setting_has_a_flag_an_environment_variable_and_a_default() -> None:
    (scenario,) = settings.describe_settings(MockBackend.Settings)
    assert (scenario.name, scenario.flag, scenario.env) == ("scenario", "--scenario", "HVTUI_SCENARIO")
    assert MockSettings().scenario == "lab"


def test_a_real_clock_runs_at_its_speed() -> None:
    clock = RealClock(speed=1e6)
    before = clock.now()
    start = perf_counter()
    while perf_counter() == start:
        pass
    assert clock.now() > before
