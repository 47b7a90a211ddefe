"""Signing in anew to a host that is on screen by itself: what was done there stays on screen."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from hvtui.backends.errors import Effect
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.network import NetworkFault
from hvtui.backends.operations.operation import Ending
from hvtui.tui.app import HvtuiApp
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.hosts.password import PasswordDialog
from hvtui.tui.dialogs.quit import DisconnectDialog
from hvtui.tui.screens.hosts import HostsScreen
from tests.tui.far import PASSWORD, Visit, targets_of
from tests.tui.group.far_hosts import FarHosts, visit_group

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

TWO = '[hosts.hv01]\nuser = "you"\n[hosts.hv02]\nuser = "you"\n'


@asynccontextmanager
async def visit(far: FarHosts, tmp_path: Path) -> AsyncIterator[Visit]:
    targets = targets_of(far, tmp_path / "config.toml", TWO)
    app = HvtuiApp(targets.named("hv01"), targets, clock=far.clock.now)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        try:
            yield Visit(app, pilot, far, tmp_path / "config.toml")
        finally:
            far.answers.set()


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> FarHosts:
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    return FarHosts(ManualClock())


async def loses_the_reply(trip: Visit, far: FarHosts) -> None:
    """Create a checkpoint on hv01, which accepts neither the reply's request nor the readings after it."""
    await trip.sees_vms()
    far.host("hv01").network.write_faults.append(NetworkFault.REPLY_LOST)
    far.refusing_at_write.add("hv01")
    await trip.open("c")
    await trip.press("ctrl+u", *"New", "enter")
    await trip.sees_dialog(ErrorDialog)
    await trip.press("escape")
    await trip.press("f5")
    await trip.until(lambda: isinstance(trip.app.screen, ErrorDialog) or trip.state.failure)
    while isinstance(trip.app.screen, ErrorDialog):
        await trip.press("escape")
    await trip.until(lambda: trip.state.failure)


async def saves(trip: Visit) -> None:
    """Start to save web-01, and stay while that runs."""
    await trip.sees_vms()
    await trip.open("v")
    await trip.click("save")
    await trip.until(lambda: trip.state.running)


async def chooses(trip: Visit, *keys: str) -> None:
    before = trip.main
    await trip.press("o")
    await trip.sees(HostsScreen)
    await trip.press(*keys)
    await trip.sees_vms()
    await trip.until(lambda: trip.main is not before)


async def test_an_open_outcome_stays_on_screen_and_is_read_in_the_new_session(
    far: FarHosts, tmp_path: Path
) -> None:
    async with visit(far, tmp_path) as trip:
        await loses_the_reply(trip, far)
        (lost,) = trip.state.finished
        assert lost.ending is Ending.UNKNOWN
        ran = [*far.world("hv01").ran]
        far.refusing.clear()
        far.refusing_at_write.clear()
        await chooses(trip, "enter")
        await trip.until(lambda: trip.state.finished and trip.state.finished[0].findings != lost.findings)
        (found,) = trip.state.finished
        assert found.findings
        assert (found.ending, found.findings.effect) == (Ending.UNKNOWN, Effect.DONE)
        assert "creating New  outcome unknown" in trip.said()
        assert far.world("hv01").ran == ran


async def test_another_host_does_not_get_them_and_the_first_one_has_them_again(
    far: FarHosts, tmp_path: Path
) -> None:
    async with visit(far, tmp_path) as trip:
        await loses_the_reply(trip, far)
        await chooses(trip, "down", "enter")
        assert trip.state.finished == ()
        assert "creating New" not in trip.said()
        far.refusing.clear()
        far.refusing_at_write.clear()
        await chooses(trip, "up", "enter")
        await trip.until(lambda: trip.state.finished[0].findings and trip.state.finished[0].findings.final)
        assert "creating New  outcome unknown" in trip.said()


async def test_a_command_that_still_runs_needs_no_question_and_keeps_its_vm(
    far: FarHosts, tmp_path: Path
) -> None:
    far.world("hv01").durations["save"] = 60
    async with visit(far, tmp_path) as trip:
        await saves(trip)
        far.refusing.add("hv01")
        await trip.press("f5")
        await trip.sees_dialog(ErrorDialog)
        await trip.press("escape")
        far.refusing.clear()
        await chooses(trip, "enter")
        await trip.press("c")
        assert "web-01 is busy: saving." in trip.toasts()
        far.clock.advance(60)
        await trip.until(lambda: "✓ web-01: saved " in trip.said())
        await trip.until(lambda: trip.main.why_not("create") is None)
        assert [call.verb for call in far.world("hv01").ran] == ["save"]


async def test_while_the_new_sign_in_is_refused_the_screen_behind_shows_how_its_command_ended(
    far: FarHosts, tmp_path: Path
) -> None:
    far.world("hv01").durations["save"] = 60
    async with visit(far, tmp_path) as trip:
        await saves(trip)
        far.refusing.add("hv01")
        far.passwords["hv01"] = "another"
        await trip.press("f5")
        await trip.sees_dialog(ErrorDialog)
        await trip.press("escape")
        await trip.press("o")
        await trip.sees(HostsScreen)
        await trip.press("enter")
        await trip.until(lambda: "does not accept this user" in trip.said())
        assert not isinstance(trip.app.screen, PasswordDialog)
        await trip.press("escape")
        far.clock.advance(60)
        await trip.until(lambda: trip.state.finished)
        assert not trip.state.running


async def test_while_the_host_still_answers_a_new_sign_in_asks_before_it_leaves_a_running_command(
    far: FarHosts, tmp_path: Path
) -> None:
    far.world("hv01").durations["save"] = 60
    async with visit(far, tmp_path) as trip:
        await saves(trip)
        before = trip.main
        await trip.press("o")
        await trip.sees(HostsScreen)
        await trip.press("n", *"other@hv01", "enter")
        await trip.sees_dialog(DisconnectDialog)
        assert "saving web-01" in trip.said()
        await trip.press("escape", "escape", "escape")
        await trip.until(lambda: trip.app.screen is before)
        far.clock.advance(60)
        await trip.until(lambda: trip.state.finished)


def consequence(trip: Visit) -> str:
    return str(trip.app.screen.query_one("#consequence", Static).content)


async def test_the_outcome_of_a_command_that_ran_on_is_shown_when_its_host_is_on_screen_again(
    far: FarHosts, tmp_path: Path
) -> None:
    far.world("hv01").durations["save"] = 60
    async with visit(far, tmp_path) as trip:
        await saves(trip)
        await trip.press("o")
        await trip.sees(HostsScreen)
        await trip.press("down", "enter")
        await trip.sees_dialog(DisconnectDialog)
        assert consequence(trip) == (
            "The host finishes the current step; later steps may not be sent. "
            "The outcome is shown when you connect to this host by itself again."
        )
        await trip.click("disconnect")
        await trip.sees_vms()
        far.clock.advance(60)
        ((left, kept),) = trip.app._left
        assert (left.name, bool(left.settings.password), kept.state.inventory) == ("hv01", False, None)
        await chooses(trip, "up", "enter")
        await trip.until(lambda: trip.state.finished)
        assert trip.state.finished[0].ending is Ending.DONE
        assert "web-01: saved" in trip.said()


async def test_leaving_a_group_says_that_the_outcome_is_not_seen(far: FarHosts, tmp_path: Path) -> None:
    far.world("hv01").durations["save"] = 60
    async with visit_group(far, tmp_path / "config.toml", "hv01", "hv03", saved=TWO) as trip:
        await trip.sees_vms()
        await trip.go_to_vm_of("hv01", "web-01")
        await saves(trip)
        await trip.press("o")
        await trip.sees(HostsScreen)
        await trip.press("home", "enter")
        await trip.sees_dialog(DisconnectDialog)
        assert "You will not see the outcome." in consequence(trip)
