"""Three hosts behind WinRM in one list, each with a PowerShell, a password and a certificate of its own."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import Effect
from hvtui.backends.hosts.targets import Targets
from hvtui.backends.hyperv.backend import HyperVBackend
from hvtui.backends.mock.clock import ManualClock, RealClock
from hvtui.backends.operations.operation import Ending
from hvtui.tui.app import HvtuiApp
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.hosts.password import PasswordDialog
from hvtui.tui.dialogs.hosts.trust import TrustDialog
from tests.hyperv_host.conftest import powershell
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.tui.far import FarBackend
from tests.tui.group.far_hosts import GroupVisit
from tests.winrm.certificates import self_signed
from tests.winrm.faults import Hang
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.hyperv_host.engine import Engine

__all__ = ["powershell"]

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]

PASSWORD, OTHER = "battery-staple", "quieter-pony"
NEWER = "staple-remover"
NAMES = ("north", "south", "west")
WAIT_SECONDS = 60
"""Each host starts two PowerShells, all of them on the machine of the tests."""


@dataclass(frozen=True, slots=True)
class Site:
    """A host, and the service in front of it."""

    host: Host
    server: FakeWinRm

    def ran(self) -> list[str]:
        return [verb for verb, *_ in self.host.state()["ran"]]

    def names(self) -> list[str]:
        return [checkpoint["name"] for checkpoint in self.host.state()["checkpoints"].values()]


@pytest.fixture
def sites(powershell: Engine) -> Iterator[dict[str, Site]]:
    """All have VMs of the same ids and names. West has another password, and a certificate that nobody knows."""
    with ExitStack() as stack:
        found = {}
        for name in NAMES:
            host = stack.enter_context(Host.started("one", clock="eager"))
            host.set_world(host_name=name.upper())
            server = FakeWinRm.started(
                engine=powershell,
                prelude=prelude(host.port),
                password=OTHER if name == "west" else PASSWORD,
                certificate=self_signed("west.corp.example") if name == "west" else None,
            )
            found[name] = Site(host, stack.enter_context(server))
        yield found


class WinRmVisit(GroupVisit):
    patience = WAIT_SECONDS

    async def create(self, name: str) -> None:
        """Start to create a checkpoint of the highlighted VM, by keys."""
        await self.open("c")
        await self.press("ctrl+u", *name, "enter")


@asynccontextmanager
async def visit(sites: dict[str, Site], folder: Path) -> AsyncIterator[WinRmVisit]:
    config = folder / "config.toml"
    config.touch(0o600)
    config.write_text(
        "".join(
            f'[hosts.{name}]\naddress = "127.0.0.1"\nuser = "hv-demo"\nport = {site.server.port}\n'
            f'transport = "{"https" if site.server.certificate else "http"}"\n'
            for name, site in sites.items()
        ),
        "utf-8",
    )
    clock = RealClock()
    targets = Targets(config, load=lambda name: HyperVBackend())
    app = HvtuiApp(targets.chosen(NAMES), targets, clock=clock.now)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        yield WinRmVisit(app, pilot, FarBackend(ManualClock()), config)


async def test_each_of_three_hosts_has_its_own_password_certificate_pace_and_breakdown(
    sites: dict[str, Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    monkeypatch.delenv("HVTUI_PASSWORD", raising=False)
    north, south, west = (sites[name] for name in NAMES)
    async with visit(sites, tmp_path) as trip:
        # One password serves all hosts that accept it. West is sent it only once its certificate is trusted, and once.
        await trip.sees_dialog(PasswordDialog)
        assert "north" in trip.said()
        await trip.press(*PASSWORD, "enter")
        await trip.until(lambda: trip.rows() == ["north", "web-01", "south", "web-01", "west"])
        await trip.until(lambda: "certificate" in trip.troubles().get("west", ""))
        assert west.server.messages() == []
        await trip.go_to_host("west")
        await trip.press("enter")
        await trip.sees_dialog(TrustDialog)
        assert "west" in trip.said()
        await trip.click("trust")
        await trip.sees_dialog(ErrorDialog)
        assert "west: Not signed in" in trip.said()
        await trip.press("escape")
        await trip.press("enter")
        await trip.sees_dialog(PasswordDialog)
        assert "west" in trip.said()
        await trip.press(*OTHER, "enter")
        await trip.until(lambda: len(trip.rows()) == 6)

        # While north does not answer, south does what it is told.
        north.server.fail(Hang(), "Receive")
        await trip.press("f5")
        await asyncio.to_thread(north.server.wait_hanging)
        await trip.go_to_vm_of("south", "web-01")
        await trip.create("Beside a slow host")
        await trip.until(lambda: "Beside a slow host" in south.names())
        await trip.until(lambda: not trip.state.running)
        assert north.server.machine.held == 1
        north.server.release()

        # While south is lost in the middle of a write, west does what it is told; then south is asked what came of it.
        south.host.park("take_checkpoint", before=False)
        await trip.create("Lost on the way")
        await asyncio.to_thread(south.host.wait_parked)
        south.server.refuse_connections()
        south.host.release()
        await trip.go_to_vm_of("west", "web-01")
        await trip.create("Beside a lost host")
        await trip.until(lambda: "Beside a lost host" in west.names())
        await trip.until(lambda: [vm_id.partition("@")[2] for vm_id in trip.state.running] == ["south"])
        south.server.accept_connections()
        await trip.until(lambda: not trip.state.running)
        assert [operation.ending for operation in trip.state.finished] == [Ending.DONE] * 3
        assert "web-01 on south: created Lost on the way " in trip.said()

    assert north.ran() == []
    assert south.ran() == ["take_checkpoint", "rename"] * 2
    assert west.ran() == ["take_checkpoint", "rename"]


async def test_a_command_whose_host_changes_its_password_meanwhile_is_told_once_after_signing_in_anew(
    sites: dict[str, Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    south = sites["south"]
    async with visit(sites, tmp_path) as trip:
        await trip.until(lambda: trip.rows() == ["north", "web-01", "south", "web-01", "west"])
        await trip.go_to_vm_of("south", "web-01")
        south.host.park("take_checkpoint", before=False)
        await trip.create("Lost on the way")
        await asyncio.to_thread(south.host.wait_parked)
        south.server.change_password(NEWER)
        south.server.drop_connections()
        await trip.press("f5")
        await trip.until(lambda: trip.group.members[1].needs_sign_in)
        await trip.until(lambda: trip.state.finished)
        await trip.sees_dialog(ErrorDialog)
        await trip.press("escape")
        await trip.go_to_host("south")
        await trip.press("enter")
        await trip.sees_dialog(PasswordDialog)
        await trip.press(*NEWER, "enter")
        await trip.until(lambda: "south" not in trip.troubles())
        await trip.go_to_vm_of("south", "web-01")
        await trip.until(
            lambda: "earlier hvtui session may still be running" in (trip.main.why_not("create") or "")
        )
        south.host.release()

        def is_known() -> bool:
            (told,) = trip.state.finished
            return told.findings is not None and told.findings.effect is Effect.DONE

        await trip.press("f5")
        await trip.until(is_known)
        assert trip.state.finished[0].ending is Ending.UNKNOWN
        await trip.until(lambda: trip.main.why_not("create") is None)
        assert trip.state.orphans == ()
    assert south.ran() == ["take_checkpoint", "rename"]
