"""A node of a cluster dies in the middle of a command, and the VM fails over to another node."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.errors import Effect, HostUnreachable
from hvtui.backends.mock.network import NetworkFault
from hvtui.backends.operations.operation import Ending
from hvtui.tui.dialogs.error import ErrorDialog
from tests.tui.far import PASSWORD
from tests.tui.group.far_hosts import visit_group
from tests.tui.group.test_cluster import Cluster, visit_cluster

if TYPE_CHECKING:
    from pathlib import Path

    from hvtui.backends.operations.outcome import Findings
    from tests.tui.group.far_hosts import GroupVisit

DONE, LOST, HALF = NetworkFault.REPLY_LOST, NetworkFault.REQUEST_LOST, NetworkFault.INTERRUPTED
CREATE = ("c", "ctrl+u", *"New", "enter")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    return Cluster()


async def loses_its_node(
    trip: GroupVisit, cluster: Cluster, fault: NetworkFault, keys: tuple[str, ...]
) -> None:
    """Give a command by keys, during which hv01 dies."""
    await trip.sees_vms()
    await trip.go_to_vm_of("hv01", "web-01")
    cluster.host("hv01").network.write_faults.append(fault)
    cluster.dies_at_write.add("hv01")
    if keys[0] != "c":
        await trip.go_to("Old branch")
    await trip.open(keys[0])
    if keys[0] == "a":
        await trip.click("apply")
    else:
        await trip.press(*keys[1:])
    while not isinstance(trip.app.screen, ErrorDialog):
        cluster.clock.advance(1)  # an apply saves the VM first
        await trip.pilot.pause()
    await trip.sees_dialog(ErrorDialog)
    await trip.press("escape")
    assert trip.state.finished[0].ending is Ending.UNKNOWN


def seen(trip: GroupVisit) -> Findings:
    findings = trip.state.finished[0].findings
    assert findings is not None
    return findings


async def said_in_messages(trip: GroupVisit) -> str:
    """Open the messages, and return the screen in one line."""
    await trip.open("m")
    return " ".join(trip.said().replace("│", " ").split())


@pytest.mark.parametrize(
    ("keys", "fault", "effect", "words"),
    [
        (CREATE, DONE, Effect.DONE, "“New” was created."),
        (CREATE, LOST, Effect.NONE, "No checkpoint was created."),
        (("e", "ctrl+u", *"New", "enter"), DONE, Effect.DONE, "It is called “New” now."),
        (("e", "ctrl+u", *"New", "enter"), LOST, Effect.NONE, "It is called "),
        (("d", "left", "enter"), DONE, Effect.DONE, "It was deleted."),
        (("d", "left", "enter"), LOST, Effect.NONE, "It is still there."),
        (("a",), DONE, Effect.DONE, "It was applied."),
        (("a",), HALF, None, "The VM was saved, but nothing was applied."),
        (("a",), LOST, Effect.NONE, "Nothing was applied."),
    ],
)
async def test_what_became_of_a_command_is_read_on_the_node_that_the_vm_is_on_now(
    cluster: Cluster,
    tmp_path: Path,
    keys: tuple[str, ...],
    fault: NetworkFault,
    effect: Effect | None,
    words: str,
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await loses_its_node(trip, cluster, fault, keys)
        cursor, ran = trip.vms.cursor, [*cluster.world("hv01").ran]
        assert not seen(trip).final
        cluster.move("hv02")
        await trip.press("f5")
        await trip.until(lambda: seen(trip).final)
        assert (seen(trip).effect, seen(trip).moved_to) == (effect, "hv02")
        said = await said_in_messages(trip)
        assert words in said
        assert "The VM is on hv02 now." in said
        assert trip.state.finished[0].ending is Ending.UNKNOWN
        assert trip.vms.cursor == cursor
        assert cluster.world("hv01").ran == ran
        assert cluster.world("hv02").ran == []


async def test_the_outcome_stays_unknown_while_the_vm_is_on_no_node(cluster: Cluster, tmp_path: Path) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await loses_its_node(trip, cluster, DONE, CREATE)
        cluster.scenarios["none"] = "empty"
        cluster.nodes.hosts["none"] = cluster.host("none")
        cluster.move("none")
        cluster.dead.clear()
        await trip.press("f5")
        await trip.until(lambda: trip.rows() == ["hv01", "hv02"])
        await trip.until(lambda: "No node that was read has the VM" in str(seen(trip).error))
        assert (seen(trip).effect, seen(trip).final) == (None, False)
        cluster.move("hv02")
        await trip.press("f5")
        await trip.until(lambda: seen(trip).effect is Effect.DONE)
        assert seen(trip).moved_to == "hv02"


async def test_two_outcomes_that_stay_open_are_looked_for_once_after_each_poll(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await loses_its_node(trip, cluster, DONE, CREATE)
        session = trip.group.members[0].active
        assert session is not None
        session._runner.operations.open.append(replace(trip.state.finished[0]))
        cluster.scenarios["none"] = "empty"
        cluster.nodes.hosts["none"] = cluster.host("none")
        cluster.move("none")
        cluster.dead.clear()
        await trip.press("f5")
        await trip.until(lambda: "No node that was read has the VM" in str(seen(trip).error))
        polls, reads = session.polls, cluster.reads["hv01"]
        await trip.press("f5")
        await trip.until(lambda: session.polls > polls)
        assert cluster.reads["hv01"] - reads <= 2 * 3


async def test_the_outcome_is_read_on_the_same_node_if_that_comes_back_with_the_vm(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await loses_its_node(trip, cluster, DONE, CREATE)
        cluster.dead.clear()
        await trip.press("f5")
        await trip.until(lambda: seen(trip).effect is Effect.DONE)
        assert seen(trip).moved_to == ""


@pytest.mark.parametrize("state", ["Running", "Off"])
async def test_the_state_of_a_vm_that_failed_over_does_not_show_whether_it_was_stopped(
    cluster: Cluster, tmp_path: Path, state: str
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        await trip.go_to_vm_of("hv01", "web-01")
        cluster.host("hv01").network.write_faults.append(LOST)
        cluster.dies_at_write.add("hv01")
        await trip.open("S")
        await trip.click("turn-off")
        await trip.sees_dialog(ErrorDialog)
        await trip.press("escape")
        cluster.move("hv02")
        (vm,) = cluster.world("hv02").vms.values()
        vm.state = state
        await trip.press("f5")
        await trip.until(lambda: seen(trip).moved_to == "hv02")
        assert (seen(trip).effect, seen(trip).final) == (None, True)
        assert f"The VM is {state.casefold()} now" in await said_in_messages(trip)


async def test_the_outcome_waits_until_a_vm_that_failed_over_has_started(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await loses_its_node(trip, cluster, DONE, CREATE)
        cluster.move("hv02")
        (vm,) = cluster.world("hv02").vms.values()
        vm.state = "Starting"
        await trip.press("f5")
        await trip.until(lambda: seen(trip).moved_to == "hv02")
        assert not seen(trip).final
        vm.state = "Running"
        await trip.press("f5")
        await trip.until(lambda: seen(trip).final)
        assert seen(trip).effect is Effect.DONE


async def test_the_outcome_is_read_on_the_other_node_too_where_a_group_lists_the_nodes(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_group(cluster, tmp_path / "config.toml", "hv01", "hv02") as trip:
        await loses_its_node(trip, cluster, DONE, CREATE)
        cursor = trip.vms.cursor
        cluster.move("hv02")
        await trip.press("f5")
        await trip.until(lambda: seen(trip).effect is Effect.DONE)
        assert (seen(trip).moved_to, trip.vms.cursor) == ("hv02", cursor)


async def test_no_key_changes_a_vm_that_failed_over_until_the_outcome_is_known(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await loses_its_node(trip, cluster, DONE, CREATE)
        cluster.move("hv02")
        (vm,) = cluster.world("hv02").vms.values()
        vm.state = "Starting"
        await trip.press("f5")
        await trip.until(lambda: seen(trip).moved_to == "hv02")
        await trip.go_to("Old branch")
        for key in ("e", "d", "D"):
            await trip.press(key)
            assert trip.app.screen is trip.main
            assert trip.toasts()[-1] == "The outcome of creating “New” on web-01 on hv01 is not known yet."
        vm.state = "Running"
        await trip.press("f5")
        await trip.until(lambda: seen(trip).effect is Effect.DONE)
        await trip.until(lambda: trip.main.why_not("create") is None)
        assert cluster.world("hv02").ran == []


async def test_the_outcome_is_read_on_the_other_node_while_a_new_sign_in_to_the_first_one_fails(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await loses_its_node(trip, cluster, DONE, CREATE)
        cluster.silent["hv01"] = HostUnreachable("hv01 does not answer on port 5986.")
        member = trip.group.members[0]
        member.connect(member.target)
        await trip.until(lambda: "on port 5986" in trip.troubles().get("hv01", ""))
        cluster.move("hv02")
        await trip.press("f5")
        await trip.until(lambda: seen(trip).effect is Effect.DONE)
        assert seen(trip).moved_to == "hv02"


@pytest.mark.parametrize("alone", [False, True])
async def test_no_key_changes_a_vm_that_failed_over_until_what_an_earlier_hvtui_did_is_told(
    cluster: Cluster, tmp_path: Path, alone: bool
) -> None:
    cluster.leave_record("hv02")
    (vm,) = cluster.world("hv02").vms.values()
    vm.state = "Starting"
    cluster.silent["hv01"] = HostUnreachable("hv01 does not answer on port 5986.")
    config = tmp_path / "config.toml"
    async with (
        visit_group(cluster, config, "hv02") if alone else visit_cluster(cluster, config, "hv02") as trip
    ):
        await trip.sees_vms()
        await trip.until(lambda: trip.main.why_not("create") is not None)
        await trip.press("c")
        assert trip.app.screen is trip.main
        assert trip.toasts()[-1] == (
            "A command from an earlier hvtui session was sent to hv01.corp.example, "
            "and its outcome is not known yet: creating New."
        )
        vm.state = "Running"
        await trip.press("f5")
        await trip.until(lambda: trip.state.orphans)
        assert trip.main.why_not("create") is None
        assert cluster.orphans == {}
        assert "earlier hvtui: creating New outcome unknown" in await said_in_messages(trip)
    assert cluster.world("hv02").ran == []


async def test_the_record_of_a_lost_command_of_this_hvtui_is_told_with_it_and_not_as_one_of_an_earlier_hvtui(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await loses_its_node(trip, cluster, DONE, CREATE)
        cluster.leave_record("hv02")
        started = trip.state.finished[0].started
        cluster.orphans["hv02"] = replace(cluster.orphans["hv02"], started=started)
        await trip.press("f5")
        await trip.until(lambda: seen(trip).effect is Effect.DONE)
        await trip.until(lambda: not cluster.orphans)
        assert trip.state.orphans == ()


async def test_a_command_of_this_hvtui_that_runs_is_shown_once_when_the_next_node_finds_its_record(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with visit_cluster(cluster, tmp_path / "config.toml") as trip:
        await trip.sees_vms()
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.go_to("Old branch")
        cluster.host("hv01").network.latency = 60
        await trip.open("a")
        await trip.click("apply")
        await trip.until(lambda: trip.state.running)
        (operation,) = trip.state.running.values()
        cluster.leave_record("hv02")
        record = replace(cluster.orphans["hv02"], running=True, started=operation.started)
        cluster.orphans["hv02"] = record
        await trip.press("f5")
        await trip.until(lambda: trip.state.inventory and trip.state.inventory.orphans)
        assert trip.state.other_work == ()
        cluster.orphans["hv02"] = replace(record, started=operation.started - timedelta(days=1))
        await trip.press("f5")
        await trip.until(lambda: trip.state.other_work)
        cluster.clock.advance(60)
