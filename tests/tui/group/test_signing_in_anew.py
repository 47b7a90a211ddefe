"""A host of a group refuses the sign-in during a command: what is known of the command outlives a new sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import Effect
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.network import NetworkFault
from hvtui.backends.model import OrphanedWrite, VmId
from hvtui.backends.operations.operation import Ending
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.hosts.password import PasswordDialog
from tests.tui.far import PASSWORD
from tests.tui.group.far_hosts import FarHosts, visit_group

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.group.far_hosts import GroupVisit


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> FarHosts:
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    return FarHosts(ManualClock(), scenarios={"hv02": "empty"})


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


async def loses_the_reply(trip: GroupVisit) -> None:
    """Create a checkpoint on hv01, which accepts neither the reply's request nor the readings after it."""
    await trip.sees_vms()
    await trip.go_to_vm_of("hv01", "web-01")
    trip.far.host("hv01").network.write_faults.append(NetworkFault.REPLY_LOST)
    trip.far.refusing_at_write.add("hv01")
    await trip.open("c")
    await trip.press("ctrl+u", *"New", "enter")
    await trip.sees_dialog(ErrorDialog)
    await trip.press("escape")
    await trip.press("f5")
    await trip.until(lambda: "any more" in trip.troubles().get("hv01", ""))


async def asks_for_the_password(trip: GroupVisit) -> None:
    await trip.go_to_host("hv01")
    await trip.press("enter")
    await trip.sees_dialog(PasswordDialog)


async def signs_in(trip: GroupVisit) -> None:
    await trip.press(*"correct", "space", *"horse", "enter")


async def accepts(trip: GroupVisit) -> None:
    trip.far.refusing.clear()
    trip.far.refusing_at_write.clear()
    await asks_for_the_password(trip)
    await signs_in(trip)
    await trip.until(lambda: not trip.troubles())


async def test_an_outcome_that_is_unknown_stays_on_screen_and_is_read_in_the_new_session(
    far: FarHosts, config: Path
) -> None:
    async with visit_group(far, config, "hv01", "hv02") as trip:
        await loses_the_reply(trip)
        (lost,) = trip.state.finished
        assert lost.ending is Ending.UNKNOWN
        ran = [*far.world("hv01").ran]
        await accepts(trip)
        await trip.until(lambda: trip.state.finished[0].findings != lost.findings)
        (found,) = trip.state.finished
        assert found.findings
        assert (found.ending, found.findings.effect) == (Ending.UNKNOWN, Effect.DONE)
        assert "creating New  outcome unknown" in trip.said()
        assert far.world("hv01").ran == ran


async def test_what_has_ended_stays_on_screen_while_the_new_sign_in_is_refused_too(
    far: FarHosts, config: Path
) -> None:
    async with visit_group(far, config, "hv01", "hv02") as trip:
        await trip.sees_vms()
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.sees_created("New", on="hv01")
        far.refusing.add("hv01")
        far.passwords["hv01"] = "another"
        await trip.press("f5")
        await trip.until(lambda: trip.troubles())
        await asks_for_the_password(trip)
        await signs_in(trip)
        await trip.sees_dialog(ErrorDialog)
        await trip.press("escape")
        assert [operation.ending for operation in trip.state.finished] == [Ending.DONE]


async def test_the_record_of_a_write_whose_outcome_was_told_is_not_told_as_that_of_an_earlier_hvtui(
    far: FarHosts, config: Path
) -> None:
    async with visit_group(far, config, "hv01", "hv02") as trip:
        await loses_the_reply(trip)
        (lost,) = trip.state.finished
        (vm_id,) = far.world("hv01").vms
        far.orphans["hv01"] = OrphanedWrite(
            id="1",
            vm_id=VmId(vm_id),
            verb="create_checkpoint",
            target="New",
            started=lost.started,
            running=False,
        )
        await accepts(trip)
        await trip.until(lambda: not far.orphans)
        assert trip.state.orphans == ()


async def test_a_command_that_still_runs_keeps_its_vm_until_it_ends(far: FarHosts, config: Path) -> None:
    far.world("hv01").durations["save"] = 60
    async with visit_group(far, config, "hv01", "hv02") as trip:
        await trip.sees_vms()
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.open("v")
        await trip.click("save")
        await trip.until(lambda: "web-01 on hv01: saving" in trip.said())
        far.refusing.add("hv01")
        await trip.press("f5")
        await trip.until(lambda: "any more" in trip.troubles().get("hv01", ""))
        await accepts(trip)
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.press("c")
        assert "web-01 is busy: saving." in trip.toasts()
        far.clock.advance(60)
        await trip.until(lambda: "✓ web-01 on hv01: saved " in trip.said())
        await trip.until(lambda: trip.main.why_not("create") is None)
        assert [call.verb for call in far.world("hv01").ran] == ["save"]
