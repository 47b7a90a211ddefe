"""A connection that is lost while the host is on screen is shown at once and retried, except after a refused sign-in."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.contract import Capabilities, Session, Verb
from hvtui.backends.errors import (
    AuthenticationFailed,
    BackendError,
    CertificateUntrusted,
    ConnectionLost,
    HostUnreachable,
)
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.operations.readings import polling
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.host import active_session
from hvtui.tui.screens.hosts import HostsScreen
from tests.tui.far import FarBackend, Visit, visit
from tests.tui.samples import inventory, vm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection
    from pathlib import Path

    from hvtui.backends.model import Inventory, VmDisks, VmId
    from tests.tui.far import FarSettings


class Shaky(Session):
    """Reads while `error` is None, and waits while its line is `reconnecting` or `silent`."""

    capabilities = Capabilities(verbs=frozenset(Verb))
    reconnecting = False

    def __init__(self) -> None:
        self.error: BackendError | None = None
        self.silent = False
        self.asked = 0
        self.given_up = asyncio.Event()

    def cancel_reads(self) -> None:
        self.given_up.set()

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        self.asked += 1
        if self.reconnecting or self.silent:
            self.given_up.clear()
            await self.given_up.wait()
            raise ConnectionLost("Nobody waits any more.")
        if self.error is not None:
            raise self.error
        return inventory(vm("web-01"), vm("db-01"))

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        self.asked += 1
        return ()


class ShakyBackend(FarBackend):
    def __init__(self) -> None:
        super().__init__(ManualClock())
        self.session = Shaky()

    @asynccontextmanager
    async def connect(self, settings: FarSettings) -> AsyncIterator[Session]:
        yield self.session


@pytest.fixture
def far() -> ShakyBackend:
    return ShakyBackend()


async def shown(trip: Visit) -> None:
    await trip.sees(HostsScreen)
    await trip.press("home", "enter")
    await trip.sees_vms()


async def test_a_failed_refresh_is_shown_and_retried_automatically(
    far: ShakyBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "FIRST_RETRY", 0.01)
    monkeypatch.setattr(polling, "LAST_RETRY", 0.01)
    async with visit(far, tmp_path / "config.toml") as trip:
        await shown(trip)
        far.session.error = HostUnreachable("hv01 does not answer.")
        await trip.press("f5")
        await trip.until(lambda: "Refresh failed: hv01 does not answer. Retrying…" in trip.said())
        assert "web-01" in trip.said()
        far.session.error = None
        await trip.until(lambda: "Refresh failed" not in trip.said())


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationFailed("hv01 does not accept this user and password."),
        CertificateUntrusted("The certificate of hv01 is not the one you trusted.", fingerprint="AA:BB"),
    ],
)
async def test_a_refused_sign_in_is_shown_once_and_only_f5_repeats_it(
    far: ShakyBackend, tmp_path: Path, error: BackendError
) -> None:
    async with visit(far, tmp_path / "config.toml", size=(120, 24)) as trip:
        await shown(trip)
        far.session.error = error
        await trip.press("f5")
        await trip.sees(ErrorDialog)
        assert error.message in trip.said()
        await trip.press("escape")
        await trip.until(lambda: trip.app.screen is trip.main)
        assert "F5 tries again" in trip.said()
        asked = far.session.asked
        await trip.press("j")
        await trip.until(lambda: trip.main.vm_id == "vm-db-01")
        await trip.press("c", "s", "v")
        assert trip.app.screen is trip.main
        assert far.session.asked == asked
        far.session.error = None
        await trip.press("f5")
        await trip.until(lambda: "F5 tries again" not in trip.said())
        assert trip.main.why_not("create") is None


async def test_a_lost_connection_is_shown_while_it_is_restored_and_no_key_writes_meanwhile(
    far: ShakyBackend, tmp_path: Path
) -> None:
    async with visit(far, tmp_path / "config.toml") as trip:
        await shown(trip)
        far.session.reconnecting = True
        await trip.press("f5")
        await trip.until(lambda: "Connection lost. Reconnecting…" in trip.said())
        await trip.until(lambda: "Stop trying" in trip.said())
        await trip.press("c")
        assert trip.app.screen is trip.main
        assert trip.main.why_not("create") == "There is no connection to the host."
        far.session.reconnecting = False
        far.session.cancel_reads()
        await trip.until(lambda: "Reconnecting" not in trip.said())
        await trip.until(lambda: trip.main.why_not("create") is None)


async def test_escape_stops_waiting_for_a_silent_host_and_f5_resumes(
    far: ShakyBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(active_session, "SLOW_SECONDS", 0.0)
    monkeypatch.setattr(polling, "FIRST_RETRY", 0.01)
    async with visit(far, tmp_path / "config.toml") as trip:
        await shown(trip)
        assert "Stop trying" not in trip.said()
        far.session.silent = True
        await trip.press("f5")
        await trip.until(lambda: "No answer for" in trip.said())
        await trip.press("escape")
        await trip.until(lambda: "hvtui has stopped trying to read the host. F5 tries again." in trip.said())
        asked = far.session.asked
        await trip.until(lambda: "Stop trying" not in trip.said() and "No answer for" not in trip.said())
        await trip.press("j")
        await trip.until(lambda: trip.main.vm_id == "vm-db-01")
        assert far.session.asked == asked
        far.session.silent = False
        await trip.press("f5")
        await trip.until(lambda: "F5 tries again" not in trip.said() and far.session.asked > asked)
