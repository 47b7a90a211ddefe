"""Switching from one host to another: nothing of the first is shown on the second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from hvtui.backends.errors import BackendError, HostUnreachable
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.operations.operation import Ending
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.quit import DisconnectDialog
from hvtui.tui.host.connection import HostConnection
from hvtui.tui.screens.hosts import HostsScreen
from hvtui.tui.text.safe import SafeText
from tests.tui.far import PASSWORD, FarBackend, Visit, visit
from tests.tui.journey import journey

if TYPE_CHECKING:
    from pathlib import Path

    from hvtui.backends.operations.runner import Runner


TWO = '[hosts.hv01]\nuser = "you"\nlabel = "PROD"\n[hosts.hv02]\nuser = "you"\n'
LOOK_ONLY = TWO.replace('label = "PROD"', "read_only = true")


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> FarBackend:
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    return FarBackend(ManualClock(), scenarios={"hv02": "lab"})


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


async def to_the_other_although_a_write_runs(trip: Visit) -> None:
    await trip.press("o")
    await trip.sees(HostsScreen)
    await trip.press("down")
    await trip.open("enter")
    await trip.click("disconnect")
    await trip.sees_vms()


async def to_the_other(trip: Visit) -> None:
    await trip.press("o")
    await trip.sees(HostsScreen)
    await trip.press("down", "enter")
    await trip.sees_vms()


async def test_o_shows_the_hosts_and_the_session_is_closed_once_another_host_is_there(
    far: FarBackend, config: Path
) -> None:
    async with visit(far, config, TWO, host="hv01") as trip:
        await trip.sees_vms()
        await trip.press("o")
        await trip.sees(HostsScreen)
        assert far.open == ["hv01"]
        await trip.press("down", "enter")
        await trip.sees_vms()
        await trip.until(lambda: far.open == ["hv02"])
        assert [type(screen).__name__ for screen in trip.app.screen_stack[1:]] == ["MainScreen"]


@pytest.mark.parametrize("keys", [["escape"], ["enter"], ["n", "escape", "escape"]])
async def test_escape_and_the_same_host_go_back_to_the_host_that_is_still_connected(
    far: FarBackend, config: Path, keys: list[str]
) -> None:
    async with visit(far, config, TWO, host="hv01") as trip:
        await trip.sees_vms()
        before = trip.main
        await trip.press("o")
        await trip.sees(HostsScreen)
        assert "Still connected to hv01. Esc goes back." in trip.said()
        await trip.press(*keys)
        await trip.until(lambda: trip.app.screen is before)
        assert (len(far.tried), far.open) == (1, ["hv01"])


async def test_after_another_host_could_not_be_reached_escape_still_goes_back(
    far: FarBackend, config: Path
) -> None:
    async with visit(far, config, TWO, host="hv01") as trip:
        await trip.sees_vms()
        before = trip.main
        far.breaks = HostUnreachable("hv02 does not answer.")
        await trip.press("o")
        await trip.sees(HostsScreen)
        await trip.press("down", "enter")
        await trip.until(lambda: "hv02 does not answer." in trip.said())
        await trip.press("escape")
        await trip.until(lambda: trip.app.screen is before)
        assert far.open == ["hv01"]


async def test_escape_at_the_start_stays_on_the_first_screen(far: FarBackend, config: Path) -> None:
    async with visit(far, config, TWO) as trip:
        await trip.sees(HostsScreen)
        await trip.press("escape")
        assert isinstance(trip.app.screen, HostsScreen)


async def test_nothing_of_one_host_is_seen_on_the_other(far: FarBackend, config: Path) -> None:
    async with visit(far, config, TWO, host="hv01") as trip:
        await trip.sees_vms()
        await trip.go_to("Old branch")
        await trip.rests()
        before = trip.main
        await trip.open("d")
        await trip.click("delete")
        assert await trip.ended() is Ending.DONE
        before.failure = SafeText("The line is gone")
        await to_the_other(trip)
        now = trip.main
        assert now is not before
        assert now.inventory is not None
        assert len(now.inventory.vms) == 10
        assert now.vm_id in [vm.id for vm in now.inventory.vms]
        assert now.disk_reading is None or now.disk_reading.vm_id == now.vm_id
        assert (now.checkpoint_id, now.failure, dict(now.busy)) == (None, "", {})
        assert not trip.state.finished
        said = trip.said()
        assert [word for word in ("PROD", "Old branch", "The line is gone") if word in said] == []


async def test_while_a_write_runs_it_asks_before_it_goes_to_another_host(
    far: FarBackend, config: Path
) -> None:
    async with visit(far, config, TWO, host="hv01") as trip:
        await trip.sees_vms()
        release = await trip.start_held_save()
        await trip.press("o")
        await trip.sees(HostsScreen)
        await trip.press("down")
        await trip.open("enter")
        assert isinstance(trip.app.screen, DisconnectDialog)
        assert "Disconnect from hv01?" in trip.said()
        await trip.press("escape")
        await trip.sees(HostsScreen)
        assert far.open == ["hv01"]
        await trip.press("escape")
        await trip.until(lambda: trip.app.screen is trip.main)
        await to_the_other_although_a_write_runs(trip)
        await trip.until(lambda: far.open == ["hv02"])
        release.set()


@pytest.mark.parametrize(
    ("keys", "button", "words"),
    [("S", "shut-down", "shutting down web-01"), ("a", "apply", "applying “Old branch” on web-01")],
)
async def test_what_runs_is_named_before_quitting(keys: str, button: str, words: str) -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        await trip.rests()
        await trip.open(keys)
        trip.network.latency = 5
        await trip.click(button)
        await trip.until(lambda: trip.state.running)
        dialog = await trip.open("q")
        assert str(dialog.query(Static).first().content) == words
        await trip.press("escape")
        trip.network.latency = 0
        await trip.clock.wait_for_sleeper()
        trip.clock.advance(10)
        assert await trip.ended() is Ending.DONE


async def test_the_end_of_a_write_on_one_host_is_not_shown_on_another(far: FarBackend, config: Path) -> None:
    async with visit(far, config, TWO, host="hv01") as trip:
        await trip.sees_vms()
        runner = runner_of(trip)
        release = await trip.start_held_save(BackendError("It broke on hv01."))
        await to_the_other_although_a_write_runs(trip)
        release.set()
        await trip.until(lambda: runner.operations.finished)
        await trip.pilot.pause()
        assert not isinstance(trip.app.screen, ErrorDialog)
        assert "It broke" not in trip.said()


async def test_a_write_that_is_still_being_checked_is_not_sent_after_disconnecting(
    far: FarBackend, config: Path
) -> None:
    async with visit(far, config, TWO, host="hv01") as trip:
        await trip.sees_vms()
        await trip.go_to("Old branch")
        await trip.rests()
        runner, network, first = runner_of(trip), trip.network, trip.app.connection
        network.latency = 5
        await trip.open("d")
        await trip.click("delete")
        await trip.until(lambda: runner.operations.running)
        await trip.clock.wait_for_sleeper()
        await trip.press("o")
        await trip.sees(HostsScreen)
        await trip.press("down")
        await trip.open("enter")
        await trip.click("disconnect")
        await trip.until(lambda: trip.app.connection is not first)
        network.latency = 0
        trip.clock.advance(10)
        await trip.until(lambda: runner.operations.finished)
        assert runner.operations.finished[0].ending is Ending.FAILED
        assert "Old branch" in trip.names()


@pytest.mark.parametrize("key", ["c", "a", "e", "f2", "d", "delete", "D", "shift+delete", "s", "S", "v"])
async def test_no_key_writes_to_a_host_that_is_set_to_read_only(
    far: FarBackend, config: Path, key: str
) -> None:
    async with visit(far, config, LOOK_ONLY, host="hv01", size=(120, 36)) as trip:
        await trip.sees_vms()
        assert "READ ONLY" in trip.said()
        await trip.go_to("Old branch")
        await trip.press(key)
        assert trip.app.screen is trip.main
        assert trip.toasts() == ["This host is read-only in your configuration."]
        assert not trip.state.running


async def test_o_switches_from_the_demo_to_a_host_too(far: FarBackend, config: Path) -> None:
    async with visit(far, config, TWO) as trip:
        await trip.sees(HostsScreen)
        await trip.press("end", "enter")
        await trip.sees_vms()
        await trip.press("o")
        await trip.sees(HostsScreen)
        await trip.press("home", "enter")
        await trip.sees_vms()
        assert far.open == ["hv01"]


async def test_o_means_nothing_while_a_dialog_is_open() -> None:
    async with journey() as trip:
        dialog = await trip.open("S")
        await trip.press("o")
        assert trip.app.screen is dialog


def runner_of(trip: Visit) -> Runner:
    """What runs the commands of the present connection; it is still there when the host was left."""
    assert isinstance(trip.app.connection, HostConnection)
    assert trip.app.connection.active
    return trip.app.connection.active._runner
