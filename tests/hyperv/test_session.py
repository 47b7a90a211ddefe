"""The agents of a session: no call waits for one that it has nothing to do with, and each id is the object it names."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.contract import StopHow
from hvtui.backends.errors import BackendError, ConnectionLost
from hvtui.backends.mock.hostile import HOSTILE_NAMES
from hvtui.backends.model import Activity, CheckpointId
from hvtui.backends.powershell.agent import Deadlines
from tests.hyperv.test_outcomes import parked, target

if TYPE_CHECKING:
    from pathlib import Path

    from hvtui.backends.hyperv.session import HyperVSession
    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine


async def test_a_refresh_and_another_write_run_during_an_apply(session: HyperVSession, host: Host) -> None:
    vm, checkpoint = target(host)
    other = CheckpointId(host.checkpoint_id("Old branch"))
    host.park("apply")
    applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
    await parked(host)
    (shown,) = (await session.inventory()).vms
    await session.rename_checkpoint(vm, other, name="renamed meanwhile")
    assert not applying.done()
    host.release()
    await applying
    assert shown.state == "Saved"
    assert host.state()["checkpoints"][other]["name"] == "renamed meanwhile"


async def test_a_rename_sets_exactly_this_name_of_exactly_this_checkpoint(
    session: HyperVSession, host: Host
) -> None:
    vm, checkpoint = target(host)
    for name in [
        *filter(str.strip, HOSTILE_NAMES),
        "2026-11-23T10:00:00Z",
        "\\/Date(1465573273343)\\/",
        "a" * 100,
    ]:
        await session.rename_checkpoint(vm, checkpoint, name=name)
        shown = {c.id: c.name for c in (await session.inventory()).checkpoints}
        assert shown[checkpoint] == name
        assert sorted(shown.values()) == sorted([name, "Old branch", "Before CU-11"])


async def test_two_checkpoints_may_have_the_same_name(session: HyperVSession, host: Host) -> None:
    vm, _ = target(host)
    first = await session.create_checkpoint(vm, name="*")
    second = await session.create_checkpoint(vm, name="*")
    await session.delete_checkpoint(vm, first, subtree=False)
    names = {c.id: c.name for c in (await session.inventory()).checkpoints}
    assert first not in names
    assert names[second] == "*"
    assert len(names) == 4


async def test_power_verbs_change_the_state_and_run_their_cmdlet_once(
    session: HyperVSession, host: Host
) -> None:
    vm, _ = target(host)
    seen = []
    for step in (
        session.save_vm(vm),
        session.start_vm(vm),
        session.stop_vm(vm, how=StopHow.SHUT_DOWN),
        session.start_vm(vm),
        session.stop_vm(vm, how=StopHow.TURN_OFF),
    ):
        await step
        seen.append((await session.inventory([vm])).vms[0].state)
    assert seen == ["Saved", "Running", "Off", "Running", "Off"]
    assert [len(host.cmdlets(name)) for name in ("Save-VM", "Start-VM", "Stop-VM")] == [1, 2, 2]


async def test_a_running_job_is_read_with_its_percentage(connect: Connect, host: Host) -> None:
    async with connect() as session:
        vm, _ = target(host)
        host.set_durations(merge=100)
        leaf = CheckpointId(host.checkpoint_id("Before CU-11"))
        await session.delete_checkpoint(vm, leaf, subtree=False)
        host.advance(25)
        reading = await session.inventory()
        details = await session.host_details()
    (job,) = details.jobs or ()
    assert (job.vm_id, job.activity) == (vm, Activity.MERGING)
    assert job.percent is not None
    assert 0 < job.percent < 100
    assert reading.vms[0].activity is Activity.MERGING


async def test_disks_contain_the_chain_and_the_unreadable_files(session: HyperVSession, host: Host) -> None:
    vm, _ = target(host)
    (whole,) = await session.disks([vm])
    live = next(disk.path for disk in whole.disks if disk.checkpoint_id is None)
    host.make_unreadable(live, 32774)
    (partly,) = await session.disks([vm])
    assert {disk.checkpoint_id for disk in whole.disks} == {None, *host.state()["checkpoints"]}
    assert all(file.size for file in whole.files)
    assert whole.volumes
    assert [file.path for file in partly.unread] == [live]
    assert live not in {file.path for file in partly.files}


async def test_a_file_that_blocks_delays_neither_a_refresh_nor_the_next_disks(
    connect: Connect, host: Host
) -> None:
    async with connect() as session:
        vm, _ = target(host)
        host.park("file")
        blocked = asyncio.create_task(session.disks([vm]))
        await parked(host)
        assert [shown.id for shown in (await session.inventory()).vms] == [vm]
        assert not blocked.done()
        blocked.cancel()
        (read,) = await session.disks([vm])
        assert read.files
        host.release()


async def test_disks_have_their_own_deadline(connect: Connect, host: Host) -> None:
    async with connect(deadlines=Deadlines(disks=1.0)) as session:
        vm, _ = target(host)
        host.park("file")
        with pytest.raises(ConnectionLost):
            await session.disks([vm])
        host.release()


async def test_a_cancelled_disks_call_that_has_ended_costs_no_new_process(
    connect: Connect, host: Host
) -> None:
    async with connect() as session:
        vm, _ = target(host)
        host.park("file")
        cancelled = asyncio.create_task(session.disks([vm]))
        await parked(host)
        cancelled.cancel()
        await asyncio.wait([cancelled])
        host.release()
        running = session._side_readers.running("disks")
        assert running
        await asyncio.wait([running])
        await session.disks([vm])
    assert len({cmdlet.process for cmdlet in host.cmdlets("Get-VHD")}) == 1


def replace_record_by_folder(journal: Path) -> None:
    """Make the removal of the one record fail, for root too."""
    (record,) = journal.glob("*.json")
    record.unlink()
    record.mkdir()


async def test_a_record_that_cannot_be_removed_leaves_a_write_done_and_its_agent_in_use(
    connect: Connect, host: Host, tmp_path: Path
) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)
        host.park("rename")
        renaming = asyncio.create_task(session.rename_checkpoint(vm, checkpoint, name="one"))
        await parked(host)
        replace_record_by_folder(tmp_path)
        host.release()
        await renaming
        assert (await session.inventory()).orphans == ()
        await session.rename_checkpoint(vm, checkpoint, name="two")
    first, second = host.cmdlets("Rename-VMSnapshot")
    assert first.process == second.process


async def test_an_unreadable_record_stops_writes_and_no_reads(
    connect: Connect, host: Host, tmp_path: Path
) -> None:
    record = tmp_path / "0123456789abcdef.json"
    async with connect() as session:
        vm, checkpoint = target(host)
        record.write_text("{")
        assert (await session.inventory()).orphans == ()
        assert str(record) in session.warning
        with pytest.raises(BackendError, match="Nothing was done") as caught:
            await session.rename_checkpoint(vm, checkpoint, name="new")
        assert str(record) in caught.value.message
        assert host.state()["ran"] == []
        record.unlink()
        await session.rename_checkpoint(vm, checkpoint, name="new")
        assert session.warning == ""
