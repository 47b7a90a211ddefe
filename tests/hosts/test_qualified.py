"""The wrapper that tells the objects of one host from those of others with the same ids."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.contract import Session, StopHow, Verb
from hvtui.backends.errors import CheckpointMissing, ConnectionLost, VmMissing
from hvtui.backends.hosts import qualified
from hvtui.backends.hosts.qualified import QualifiedSession
from hvtui.backends.mock.clock import RealClock
from hvtui.backends.mock.managed_session import ManagedSession
from hvtui.backends.mock.network import NetworkFault, SimulatedNetwork
from hvtui.backends.mock.scenarios import build
from hvtui.backends.mock.scenarios.datacenter import datacenter
from hvtui.backends.mock.session import MockSession
from hvtui.backends.model import Host, HostDetails, Inventory, OrphanedWrite, VmId, bare_id
from hvtui.backends.testing import ContractSuite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection


class TestQualified(ContractSuite):
    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Session]:
        clock = RealClock()
        yield QualifiedSession(MockSession(build("one", clock).world, clock), "hv01")


def two() -> tuple[QualifiedSession, QualifiedSession]:
    """Return sessions with two hosts that have the same VMs."""
    clock = RealClock()
    worlds = [build("one", clock).world for _ in range(2)]
    first, second = (MockSession(world, clock) for world in worlds)
    return QualifiedSession(first, "hv01"), QualifiedSession(second, "hv02")


async def test_two_hosts_with_the_same_vms_have_no_id_in_common() -> None:
    here, there = [await session.inventory() for session in two()]
    assert {bare_id(vm.id) for vm in here.vms} == {bare_id(vm.id) for vm in there.vms}
    for kind in ("vms", "checkpoints"):
        assert {one.id for one in getattr(here, kind)}.isdisjoint(one.id for one in getattr(there, kind))
    assert {vm.host for vm in there.vms} == {there.host.name} == {"hv02"}


async def test_every_id_of_a_reading_is_of_that_host() -> None:
    session, _ = two()
    found = await session.inventory()
    disks = await session.disks([vm.id for vm in found.vms])
    ids = [
        *(vm.current for vm in found.vms),
        *(checkpoint.parent for checkpoint in found.checkpoints),
        *(checkpoint.vm_id for checkpoint in found.checkpoints),
        *(job.vm_id for job in found.jobs or ()),
        *(disk.checkpoint_id for one in disks for disk in one.disks),
        *(one.vm_id for one in disks),
    ]
    assert {id.endswith("@hv01") for id in ids if id} == {True}


async def test_nodes_of_a_cluster_share_the_ids_of_its_vms() -> None:
    clock = RealClock()
    world = build("one", clock).world
    nodes = [QualifiedSession(MockSession(world, clock), name, cluster="cl1") for name in ("hv01", "hv02")]
    first, second = [await node.inventory() for node in nodes]
    assert [vm.id for vm in first.vms] == [vm.id for vm in second.vms]
    assert first.vms[0].host == "hv01"


def test_every_member_that_takes_ids_strips_them() -> None:
    """One that is not overridden would send ids that the host does not know."""
    takes_ids = {
        name
        for name, member in vars(Session).items()
        if inspect.iscoroutinefunction(member)
        and {"vm", "vm_ids"} & set(inspect.signature(member).parameters)
    }
    assert len(takes_ids) > 10
    assert takes_ids <= set(vars(QualifiedSession))


WRITES = sorted({verb.value for verb in Verb} - {Verb.DISKS.value, Verb.EVENTS.value})
ARGUMENTS = {"name": "x", "subtree": False, "how": StopHow.TURN_OFF}


@pytest.mark.parametrize("verb", WRITES)
async def test_nothing_is_sent_for_a_vm_of_another_host(verb: str) -> None:
    """Each write to the second host with ids of the first one: their VMs have the same bare ids."""
    here, there = two()
    found = await here.inventory()
    before = await there.inventory()
    wanted = inspect.signature(getattr(there, verb)).parameters
    given = {name: value for name, value in ARGUMENTS.items() if name in wanted}
    ids = [found.vms[0].id, *([found.checkpoints[0].id] if "checkpoint" in wanted else [])]
    with pytest.raises(VmMissing):
        await getattr(there, verb)(*ids, **given)
    if "checkpoint" in wanted:
        with pytest.raises(CheckpointMissing):
            await getattr(there, verb)(before.vms[0].id, found.checkpoints[0].id, **given)
    after = await there.inventory()
    assert (after.vms, after.checkpoints) == (before.vms, before.checkpoints)


async def test_reading_leaves_out_the_vms_of_other_hosts() -> None:
    here, there = two()
    found = await here.inventory()
    assert (await there.inventory([found.vms[0].id])).vms == ()
    assert await there.disks([found.vms[0].id]) == ()


class LeftBehind(MockSession):
    """A session with a host on which an earlier hvtui left two writes behind."""

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        found = await super().inventory(vm_ids)
        vm, checkpoint = found.vms[0].id, found.checkpoints[0].id
        writes = [(Verb.CREATE, "Before patch"), (Verb.DELETE, checkpoint)]
        orphans = (
            OrphanedWrite(id=verb, vm_id=vm, verb=verb, target=target, started=found.taken, running=False)
            for verb, target in writes
        )
        return replace(found, orphans=tuple(orphans))


async def test_what_an_earlier_hvtui_left_behind_names_the_objects_of_that_host() -> None:
    clock = RealClock()
    found = await QualifiedSession(LeftBehind(build("one", clock).world, clock), "hv01").inventory()
    created, deleted = found.orphans
    assert (created.vm_id, created.target) == (found.vms[0].id, "Before patch")
    assert found.checkpoint(deleted.target) is not None


async def test_hosts_of_the_same_name_that_two_servers_manage_have_different_names() -> None:
    clock = RealClock()
    session = QualifiedSession(ManagedSession(datacenter(clock), clock), "vmm01")
    found = await session.inventory()
    assert "hv-prod-1@vmm01" in [host.name for host in found.hosts]
    assert {vm.host for vm in found.vms} <= {host.name for host in found.hosts}


class Details(MockSession):
    """Reads the host apart from its VMs, as real hosts are read, and counts how often."""

    answers = True
    asked = 0
    late: asyncio.Event | None = None
    """They are answered when this is set."""

    async def host_details(self) -> HostDetails | None:
        self.asked += 1
        if self.late:
            await self.late.wait()
        if not self.answers:
            raise ConnectionLost("No answer.")
        return HostDetails(host=(await super().inventory()).host, jobs=())

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        found = await super().inventory(vm_ids)
        return replace(found, host=Host(name=found.host.name))


def node(cluster: str, host: str = "hv01", network: SimulatedNetwork | None = None) -> Details:
    clock = RealClock()
    world = build("one", clock).world
    world.host_name, world.cluster = host, cluster
    return Details(world, clock, network)


async def test_a_node_of_a_cluster_says_so_itself_and_its_details_are_read_once() -> None:
    own = node("CL1")
    session = QualifiedSession(own, "hv01", ask=True)
    assert {vm.id.partition("@")[2] for vm in (await session.inventory()).vms} == {session.cluster}
    assert session.cluster.startswith("cl1")
    details = await session.host_details()
    assert details is not None
    assert (details.host.cluster, own.asked) == ("CL1", 1)
    await session.host_details()
    assert own.asked == 2


async def test_a_host_whose_readings_contain_its_details_says_so_too() -> None:
    own = node("CL1")
    session = QualifiedSession(MockSession(own.world, RealClock()), "hv01", ask=True)
    await session.host_details()
    assert {vm.id.partition("@")[2] for vm in (await session.inventory()).vms} == {"cl1.example.org"}


async def test_a_vm_has_the_same_id_on_each_node_and_another_one_in_another_cluster() -> None:
    one, two, other, alone = [
        {vm.id for vm in (await QualifiedSession(node(cluster, host), host, ask=True).inventory()).vms}
        for cluster, host in (("CL1", "hv01"), ("CL1", "hv02"), ("CL2", "hv03"), ("", "hv04"))
    ]
    assert one == two
    assert not one & other
    assert not one & alone


@pytest.mark.parametrize(
    ("full_name", "cluster", "wanted"),
    [("HV01.Example.org", "CL1", "cl1.example.org"), ("hv01", "CL1", ""), ("hv01.example.org", "", "")],
)
def test_a_cluster_shares_ids_only_under_a_name_that_no_other_one_has(
    full_name: str, cluster: str, wanted: str
) -> None:
    assert Host(name="hv01", full_name=full_name, cluster=cluster).full_cluster == wanted


async def test_the_ids_are_of_the_host_where_its_details_cannot_be_read_and_stay_so() -> None:
    own = node("CL1")
    own.answers = False
    session = QualifiedSession(own, "hv01", ask=True)
    before = {vm.id for vm in (await session.inventory()).vms}
    own.answers = True
    await session.host_details()
    assert {vm.id for vm in (await session.inventory()).vms} == before
    assert all(id.endswith("@hv01") for id in before)


async def test_a_node_whose_first_reading_failed_is_asked_again_with_the_next_one() -> None:
    own = node("CL1", network=SimulatedNetwork(read_faults=[NetworkFault.REQUEST_LOST]))
    own.answers = False
    session = QualifiedSession(own, "hv01", ask=True)
    with pytest.raises(ConnectionLost):
        await session.inventory()
    own.answers = True
    await session.inventory()
    assert session.cluster.startswith("cl1")


async def test_details_that_are_late_are_read_once_and_do_not_change_the_ids(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(qualified, "CLUSTER_SECONDS", 0.01)
    own = node("CL1")
    own.late = asyncio.Event()
    session = QualifiedSession(own, "hv01", ask=True)
    before = {vm.id for vm in (await session.inventory()).vms}
    own.late.set()
    details = await session.host_details()
    assert details is not None
    assert (details.host.cluster, own.asked) == ("CL1", 1)
    assert {vm.id for vm in (await session.inventory()).vms} == before
    assert session.cluster == ""
