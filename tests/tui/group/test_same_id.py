"""A copy of a VM that was imported with its old id on a second node of the cluster."""

from __future__ import annotations

import asyncio
import copy
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import Effect
from hvtui.backends.mock.network import NetworkFault
from hvtui.tui.dialogs.dialog import Dialog
from hvtui.tui.dialogs.error import ErrorDialog
from tests.tui.far import PASSWORD
from tests.tui.group.test_cluster import Cluster, visit_cluster

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.group.far_hosts import GroupVisit

BOTH = ["hv01", "web-01", "hv02", "web-01"]


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    return Cluster()


def import_copy(cluster: Cluster) -> None:
    """Copy the VM with its ids to hv02, where it is switched off."""
    first, second = cluster.world("hv01"), cluster.world("hv02")
    ((vm_id, vm),) = first.vms.items()
    second.vms[vm_id] = copy.copy(vm)
    second.vms[vm_id].state = "Off"
    for checkpoint_id, checkpoint in first.checkpoints.items():
        second.checkpoints[checkpoint_id] = copy.copy(checkpoint)


async def reads_until_both_are_listed(trip: GroupVisit, cluster: Cluster) -> None:
    async with asyncio.timeout(trip.patience):
        while trip.rows() != BOTH:
            cluster.clock.advance(1)
            trip.group.refresh()
            await trip.pilot.pause()


async def test_the_copy_is_a_row_of_its_own_and_neither_of_them_takes_a_command(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        await trip.go_to_vm_of("hv01", "web-01")
        cursor = trip.vms.cursor
        import_copy(cluster)
        await reads_until_both_are_listed(trip, cluster)
        assert trip.vms.cursor == cursor
        for host, state in (("hv01", "Running"), ("hv02", "Off")):
            trip.vms.focus()
            await trip.go_to_vm_of(host, "web-01")
            assert trip.main.inventory
            shown = trip.main.inventory.vm(trip.main.vm_id)
            assert shown
            assert (shown.host, shown.state.value.casefold()) == (host, state.casefold())
            assert len(trip.main.inventory.checkpoints_of(shown.id)) == len(cluster.world(host).checkpoints)
            await trip.go_to("Old branch")
            for key in ("c", "a", "e", "d", "D", "s", "S", "v"):
                await trip.press(key)
                assert not isinstance(trip.app.screen, Dialog), key
            assert "has a VM with the same ID" in trip.toasts()[-1]
        assert cluster.world("hv01").ran == cluster.world("hv02").ran == []


async def test_a_command_that_was_asked_about_meanwhile_is_sent_to_neither(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.open("c")
        import_copy(cluster)
        await reads_until_both_are_listed(trip, cluster)
        await trip.press("enter")
        await trip.until(lambda: not isinstance(trip.app.screen, Dialog))
        await trip.until(lambda: trip.toasts())
        assert "has a VM with the same ID" in trip.toasts()[-1]
        assert cluster.world("hv01").ran == cluster.world("hv02").ran == []


async def test_once_the_copy_is_removed_the_vm_takes_commands_again(cluster: Cluster, tmp_path: Path) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        import_copy(cluster)
        await reads_until_both_are_listed(trip, cluster)
        cluster.world("hv02").vms.clear()
        cluster.world("hv02").checkpoints.clear()
        cluster.clock.advance(1)
        await trip.press("f5")
        await trip.until(lambda: trip.rows() == ["hv01", "web-01", "hv02"])
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.sees_created("Alone", on="hv01")


async def test_the_outcome_of_a_command_that_was_running_is_read_where_it_was_sent(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        await trip.go_to_vm_of("hv01", "web-01")
        cluster.host("hv01").network.write_faults.append(NetworkFault.REPLY_LOST)
        cluster.dies_at_write.add("hv01")
        await trip.open("c")
        await trip.press("ctrl+u", *"New", "enter")
        await trip.sees_dialog(ErrorDialog)
        await trip.press("escape")
        import_copy(cluster)
        copied = cluster.world("hv02")
        (new,) = (id for id, one in copied.checkpoints.items() if one.name == "New")
        del copied.checkpoints[new]
        cluster.dies_at_write.clear()
        cluster.dead.clear()
        await reads_until_both_are_listed(trip, cluster)
        await trip.until(lambda: trip.state.finished[0].findings and trip.state.finished[0].findings.final)
        found = trip.state.finished[0].findings
        assert found
        assert (found.effect, found.moved_to) == (Effect.DONE, "")


async def test_the_palette_tells_which_host_a_vm_is_on(cluster: Cluster, tmp_path: Path) -> None:
    import_copy(cluster)
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        await reads_until_both_are_listed(trip, cluster)
        await trip.press("ctrl+p", *"hv02: old")
        await trip.until(lambda: "Go to web-01 on hv02: Old branch" in trip.said())
        assert "Go to web-01 on hv01: Old branch" not in trip.said()
        await trip.press("down", "enter")
        await trip.until(lambda: trip.main.selection().checkpoint_id)
        assert trip.main.inventory
        shown = trip.main.inventory.vm(trip.main.vm_id)
        assert shown
        assert shown.host == "hv02"


async def test_the_disks_of_the_two_are_said_not_to_be_read(cluster: Cluster, tmp_path: Path) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.pilot.resize_terminal(120, 36)
        await trip.sees_vms()
        import_copy(cluster)
        await reads_until_both_are_listed(trip, cluster)
        for host in ("hv01", "hv02"):
            trip.vms.focus()
            await trip.go_to_vm_of(host, "web-01")
            await trip.until(lambda: "Disks    not read: two VMs have this ID" in trip.said())
            await trip.go_to("Old branch")
            await trip.until(lambda: "Taken" in trip.said())
            assert "Disks    not read: two VMs have this ID" in trip.said()
