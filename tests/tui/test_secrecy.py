"""A password that was given is nowhere to be seen, whatever breaks."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import ConnectError
from hvtui.backends.mock.clock import ManualClock
from hvtui.tui.dialogs.hosts.password import PasswordDialog
from hvtui.tui.screens.hosts import HostsScreen
from tests.tui.far import PASSWORD, FarBackend, targets_of, visit

if TYPE_CHECKING:
    from pathlib import Path

MARKER = "marker-4711-horse"
SAVED = '[hosts.hv01]\nuser = "you"\n'


@pytest.fixture
def far() -> FarBackend:
    return FarBackend(ManualClock())


@pytest.mark.parametrize(
    "broken",
    [
        RuntimeError(f"login(you, {MARKER}) broke"),
        ConnectError(f"no way with {MARKER}", hint=f"is {MARKER} right?", detail=f"401 for {MARKER}"),
    ],
)
async def test_an_error_that_holds_the_password_is_shown_without_it(
    far: FarBackend, tmp_path: Path, broken: Exception
) -> None:
    far.breaks = broken
    async with visit(far, tmp_path / "config.toml", SAVED) as trip:
        await trip.sees(HostsScreen)
        await trip.press("enter")
        await trip.sees(PasswordDialog)
        await trip.press(*MARKER, "enter")
        await trip.until(lambda: "***" in trip.said())
        assert MARKER not in trip.said()
        assert far.tried[0].password.reveal() == MARKER
        assert MARKER not in repr(far.tried[0])


async def test_an_error_that_holds_it_during_a_session_is_shown_and_copied_without_it(
    far: FarBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    async with visit(far, tmp_path / "config.toml", SAVED, host="hv01") as trip:
        await trip.sees_vms()
        assert trip.app.connection is not None
        trip.app.connection.report(ConnectError(f"no way with {PASSWORD}"))
        await trip.pilot.pause()
        assert "no way with ***" in trip.said()
        assert PASSWORD not in trip.said()


async def test_a_crash_of_the_app_is_reported_without_it(
    far: FarBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    out = io.StringIO()

    def broken(seconds: object) -> None:
        local = PASSWORD  # as a traceback with local variables would show it
        raise RuntimeError(f"broke with {local}")

    with redirect_stdout(out), redirect_stderr(out), pytest.raises(RuntimeError):
        async with visit(far, tmp_path / "config.toml", SAVED, host="hv01") as trip:
            await trip.sees_vms()
            app = trip.app
            monkeypatch.setattr(trip.main, "action_refresh", lambda: broken(None))
            await trip.press("f5")
            await trip.until(lambda: app._exit_renderables)
            shown = [str(each) for each in app._exit_renderables]
            assert shown == ["hvtui has to stop because of an error: RuntimeError: broke with ***"]
            app._print_error_renderables()
    assert PASSWORD not in out.getvalue()


def test_targets_show_no_password(far: FarBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTUI_PASSWORD", MARKER)
    target = targets_of(far, tmp_path / "config.toml", SAVED).named("hv01")
    assert target.settings.password.reveal() == MARKER
    assert MARKER not in repr(target) + repr(target.settings) + str(vars(far))
