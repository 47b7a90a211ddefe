"""All nodes of a failover cluster in one list."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.datacenter import Datacenter
from hvtui.backends.mock.scenarios import build
from hvtui.backends.model import OrphanedWrite, VmId
from hvtui.tui.app import HvtuiApp
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.hosts.password import PasswordDialog
from hvtui.tui.screens.hosts import HostsScreen
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.far import PASSWORD, targets_of
from tests.tui.group.far_hosts import FarHosts, GroupVisit, visit_group
from tests.tui.journey import journey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


class Cluster(FarHosts):
    """The cluster cl1 with the nodes hv01 and hv02. web-01 is on the first one."""

    def __init__(self) -> None:
        super().__init__(ManualClock(), scenarios={"hv01": "one", "hv02": "empty"})
        for name in ("hv01", "hv02"):
            self.hosts[name] = build(self.scenario(name), self.clock)
            self.world(name).host_name = name
            self.world(name).cluster, self.world(name).nodes = "CL1", ("hv01", "hv02")
        self.hosts["cl1"] = self.hosts["hv01"]
        self.nodes = Datacenter({name: self.hosts[name] for name in ("hv01", "hv02")})

    def move(self, to: str) -> None:
        (vm_id,) = [vm_id for host in self.nodes.hosts.values() for vm_id in host.world.vms]
        self.nodes.move(vm_id, to)

    def leave_record(self, node: str) -> None:
        """Move the VM from hv01 to that node, which finds the record of a write that was sent to hv01."""
        self.move(node)
        (vm_id,) = self.world(node).vms
        self.orphans[node] = OrphanedWrite(
            id="1",
            vm_id=VmId(vm_id),
            verb="create_checkpoint",
            target="New",
            started=self.clock.now(),
            running=False,
            may_be_elsewhere=True,
            node="hv01.corp.example",
        )


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    return Cluster()


@asynccontextmanager
async def visit_cluster(cluster: Cluster, config: Path, name: str = "cl1") -> AsyncIterator[GroupVisit]:
    """``hvtui --cluster NAME``."""
    targets = targets_of(cluster, config, user="you")
    app = HvtuiApp(replace(targets.named(name), cluster=True), targets, clock=cluster.clock.now)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        try:
            yield GroupVisit(app, pilot, cluster, config)
        finally:
            cluster.answers.set()


async def test_the_vms_of_all_nodes_are_listed_each_on_its_owner(cluster: Cluster, tmp_path: Path) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        await trip.until(lambda: trip.rows() == ["hv01", "web-01", "hv02"])
        assert "cl1" in trip.said().splitlines()[0]
        assert sorted(cluster.open) == ["hv01", "hv02"]


async def keeps_the_cursor_when_its_vm_moves(trip: GroupVisit, cluster: Cluster) -> None:
    await trip.go_to_vm_of("hv01", "web-01")
    cursor = trip.vms.cursor
    cluster.clock.advance(1)
    cluster.move("hv02")
    await trip.press("f5")
    await trip.until(lambda: trip.rows() == ["hv01", "hv02", "web-01"])
    assert trip.vms.cursor == cursor == trip.main.vm_id
    await trip.sees_created("On the other node", on="hv02")


async def test_a_vm_that_moves_to_another_node_keeps_the_cursor(cluster: Cluster, tmp_path: Path) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        await keeps_the_cursor_when_its_vm_moves(trip, cluster)


async def test_a_vm_that_left_its_node_while_the_other_one_is_read_slowly_says_so(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        await trip.go_to_vm_of("hv01", "web-01")
        moved = trip.main.vm_id
        cluster.host("hv02").network.latency = 600
        cluster.clock.advance(1)
        cluster.move("hv02")
        await trip.press("f5")
        await trip.until(lambda: bool(trip.state.inventory and trip.state.inventory.unread_of(moved)))
        await trip.press("c")
        left = "web-01 could not be read: It is not on hv01 any more, and the other nodes are being read."
        assert trip.toasts()[-1] == left
        await trip.press("enter")
        assert trip.main.focused is trip.main.query_one(CheckpointTree)
        cluster.host("hv02").network.latency = 0
        cluster.clock.advance(600)
        await trip.until(lambda: trip.rows() == ["hv01", "hv02", "web-01"])
        await trip.until(lambda: trip.main.why_not("create") is None)


async def test_a_vm_that_moved_while_the_person_was_asked_is_not_touched(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.open("c")
        cluster.move("hv02")
        before = len(cluster.world("hv02").checkpoints)
        await trip.press("enter")
        await trip.sees_dialog(ErrorDialog)
        assert "Nothing was done" in trip.said()
        assert len(cluster.world("hv02").checkpoints) == before


async def test_a_vm_that_is_seen_on_the_other_node_while_the_person_was_asked_is_not_touched(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.open("c")
        cluster.move("hv02")
        trip.group.refresh()
        await trip.until(lambda: trip.rows() == ["hv01", "hv02", "web-01"])
        await trip.press("enter")
        await trip.sees_dialog(ErrorDialog)
        assert "The VM was on hv01 and is on hv02 now." in trip.said()
        assert cluster.world("hv02").ran == []


async def test_a_host_that_is_in_no_cluster_says_so(cluster: Cluster, tmp_path: Path) -> None:
    cluster.world("hv01").cluster = ""
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees(HostsScreen)
        await trip.until(lambda: "is not a node of a failover cluster" in trip.said())
        await trip.until(lambda: cluster.open == [])


@pytest.mark.parametrize("scenario", ["datacenter", "vmm"])
async def test_a_vm_of_the_demo_that_fails_over_keeps_the_cursor(scenario: str) -> None:
    async with journey(scenario, (120, 36)) as trip:
        vms = trip.main.query_one(VmList)

        def names_on(host: str) -> list[str]:
            return [vm.name for vm in vms.inventory.vms if vm.host == host] if vms.inventory else []

        await trip.until(lambda: names_on("hv-prod-1") and names_on("hv-prod-2"))
        name = names_on("hv-prod-1")[0]
        world_id = next(vm.id for vm in trip.world.vms.values() if vm.name == name)
        assert vms.inventory
        cursor = next(vm.id for vm in vms.inventory.vms if vm.name == name)
        vms.put_cursor(cursor)
        await trip.rests()
        trip.backend.datacenter("datacenter").move(world_id, "hv-prod-2")
        await trip.press("f5")
        await trip.until(lambda: name in names_on("hv-prod-2"))
        await trip.until(lambda: vms.cursor == cursor == trip.main.vm_id)


async def test_enter_on_the_row_of_a_cluster_signs_in_to_its_nodes(cluster: Cluster, tmp_path: Path) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        await trip.press("b")
        await trip.until(lambda: trip.rows() == ["CL1", "web-01"])
        cluster.refusing.add("hv02")
        await trip.press("f5")
        await trip.until(lambda: trip.troubles())
        await trip.go_to_host("CL1")
        await trip.press("enter")
        await trip.sees_dialog(PasswordDialog)
        assert "hv02" in trip.said()


async def test_a_vm_keeps_the_cursor_where_the_hosts_of_a_group_are_nodes_of_one_cluster(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_group(cluster, tmp_path / "config.toml", "hv01", "hv02") as trip:
        await trip.until(lambda: trip.rows() == ["hv01", "web-01", "hv02"])
        await keeps_the_cursor_when_its_vm_moves(trip, cluster)


async def test_the_nodes_of_two_clusters_keep_their_vms_apart(cluster: Cluster, tmp_path: Path) -> None:
    cluster.hosts["hv02"] = build("one", cluster.clock)
    cluster.world("hv02").host_name = "hv02"
    cluster.world("hv02").cluster, cluster.world("hv02").nodes = "CL2", ("hv02",)
    async with visit_group(cluster, tmp_path / "config.toml", "hv01", "hv02") as trip:
        await trip.until(lambda: trip.rows() == ["hv01", "web-01", "hv02", "web-01"])
        await trip.go_to_vm_of("hv02", "web-01")
        await trip.sees_created("Only there", on="hv02")
        assert "Only there" not in [c.name for c in cluster.world("hv01").checkpoints.values()]
