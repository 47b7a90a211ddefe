"""The host's details and its merge events: each part alone, and never in the way of the VMs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import BackendError, NotAllowed
from hvtui.backends.model import MergeEventCode
from hvtui.backends.powershell.agent import Deadlines
from tests.hyperv.test_outcomes import parked, target
from tests.hyperv_host.facts import FOLDER

if TYPE_CHECKING:
    from hvtui.backends.hyperv.session import HyperVSession
    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

AGES_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FAILED = 32768
LOG = "Microsoft-Windows-Hyper-V-VMMS-Admin"
SAMPLE = (FOLDER / "samples" / "vmms-event-19100.semi-synthetic.xml").read_text("utf-8").split("-->")[1]


def event(number: int, vm: str, code: str = "0x80070020") -> str:
    return (
        SAMPLE.replace(">19100<", f">{number}<")
        .replace("8F233F6C-28E0-44B7-8A16-C57D0D72DB61", vm)
        .replace("0x80070020", code)
    )


async def test_what_failed_once_is_read_again_and_the_rest_is_kept(connect: Connect, host: Host) -> None:
    host.refuse("host", FAILED, "The host is shy.", times=1)
    async with connect() as session:
        first = await session.host_details()
        second = await session.host_details()
        await session.host_details()
    assert first.host.unread == ("Settings of the host: The host is shy.",)
    assert first.host.system
    assert (first.host.full_name, second.host.full_name) == ("", "hv-demo-01.example.org")
    assert (second.host.unread, second.host.system) == ((), first.host.system)
    assert [volume.name for volume in second.host.volumes] == ["D:"]
    assert second.clustered == frozenset()
    assert len(host.cmdlets("Get-VMHost")) == 2


@pytest.mark.parametrize("query", ["jobs", "volumes"])
async def test_a_part_that_fails_is_named(connect: Connect, host: Host, query: str) -> None:
    host.refuse(query, FAILED, "It is away.")
    async with connect() as session:
        details = await session.host_details()
        assert (await session.inventory()).vms
    (words,) = details.host.unread
    assert words.startswith({"jobs": "Running jobs: ", "volumes": "Volume of D:\\Hyper-V: "}[query])
    assert details.host.name


async def test_the_vms_of_a_cluster_and_its_volumes_are_read_once(connect: Connect, host: Host) -> None:
    shared = "C:\\ClusterStorage\\Volume1"
    vm, _ = target(host)
    host.set_world(cluster="CL1")
    host.set_vm(vm, clustered=True)
    host.add_volume(shared, 1 << 40)
    async with connect() as session:
        for _ in range(2):
            details = await session.host_details()
        assert (await session.inventory()).vms[0].clustered is None
    assert (details.host.cluster, details.clustered) == ("CL1", frozenset({vm}))
    assert details.host.nodes == (details.host.name,)
    assert [volume.name for volume in details.host.volumes] == ["D:", shared]
    assert len(host.cmdlets("Get-VM")) == 2


@pytest.mark.parametrize("query", ["host", "system", "jobs"])
async def test_details_that_hang_delay_no_vm(connect: Connect, host: Host, query: str) -> None:
    async with connect(deadlines=Deadlines(turn=0.2)) as session:
        vm, _ = target(host)
        await session.inventory()
        host.park(query)
        details = asyncio.create_task(session.host_details())
        await parked(host)
        assert [shown.id for shown in (await session.inventory([vm])).vms] == [vm]
        assert (await session.disks([vm]))[0].files
        assert not details.done()
        host.release()
        await details


async def test_merge_events_of_some_vms_since_a_time(session: HyperVSession, host: Host) -> None:
    vm, _ = target(host)
    assert await session.events([vm], since=AGES_AGO) == ()
    for age, number, code in (
        (4000, 19070, ""),
        (300, 19070, ""),
        (200, 19090, ""),
        (100, 19100, "0x80070020"),
    ):
        host.add_event(LOG, number, event(number, vm.upper(), code), seconds_ago=age)
    host.add_event(LOG, 19080, event(19080, "{" + vm + "}"), seconds_ago=50)
    host.add_event(LOG, 18500, event(18500, vm.upper()), seconds_ago=50)
    host.add_event(LOG, 19100, event(19100, "8F233F6C-28E0-44B7-8A16-C57D0D72DB61"))
    host.add_event(LOG, 19100, event(19100, ""))
    every = await session.events([vm], since=AGES_AGO)
    found = await session.events([vm], since=every[0].time - timedelta(hours=1))
    assert len(every) == 5
    assert {one.vm_id for one in found} == {vm}
    assert [(one.code, one.hresult) for one in found] == [
        (MergeEventCode.FINISHED, 0x80070020),
        (MergeEventCode.FAILED, 0x80070020),
        (MergeEventCode.INTERRUPTED, None),
        (MergeEventCode.STARTED, None),
    ]


async def test_a_log_that_must_not_be_read_is_not_an_empty_one(session: HyperVSession, host: Host) -> None:
    vm, _ = target(host)
    host.refuse("events", 0, "Attempted to perform an unauthorized operation.")
    with pytest.raises(NotAllowed, match="unauthorized operation"):
        await session.events([vm], since=datetime.now(UTC))
    assert await session.events([], since=datetime.now(UTC)) == ()


async def test_details_come_without_rights_as_far_as_they_can(connect: Connect, host: Host) -> None:
    async with connect() as session:
        host.set_rights(granted=False)
        with pytest.raises(BackendError):
            await session.inventory()
        details = await session.host_details()
    assert details.host.system
    assert len(details.host.unread) == 2
