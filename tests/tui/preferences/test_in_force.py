"""What the settings change while hvtui runs: the bell, the title, the question before a start, the pauses, the mistakes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver

from hvtui.backends.mock.session import MockSession
from hvtui.backends.operations.operation import Ending
from hvtui.backends.operations.readings import polling
from hvtui.backends.operations.readings.polling import Poller
from hvtui.tui.dialogs.activity import ActivityDialog
from hvtui.tui.dialogs.commands.power import StartDialog
from hvtui.tui.dialogs.dialog_app import LONG_SECONDS
from hvtui.tui.preferences.preferences import DEFAULTS
from hvtui.tui.preferences.reading import load
from tests.tui.journey import journey

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from hvtui.backends.model import Inventory, VmId
    from hvtui.tui.preferences.preferences import Preferences

TITLE_STACK = {"saved": "\x1b[22;2t", "restored": "\x1b[23;2t"}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is sent to the terminal besides what is drawn: titles, and a bell as ``\\a``."""
    found: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "write", lambda self, data: found.append(data))
    monkeypatch.setattr(App, "bell", lambda self: found.append("\a"))
    return found


async def save_for(seconds: float, preferences: Preferences) -> None:
    """Run the app while it saves a VM, which takes this long."""
    async with journey(preferences=preferences) as trip:
        release = await trip.start_held_save()
        trip.clock.advance(seconds)
        release.set()
        assert await trip.ended() is Ending.DONE
        await trip.until(lambda: not trip.main.busy)


async def test_the_bell_rings_once_after_a_command_that_took_long(sent: list[str]) -> None:
    await save_for(LONG_SECONDS, replace(DEFAULTS, notify_bell=True))
    assert sent.count("\a") == 1
    assert not any(each in sent for each in TITLE_STACK.values())


async def test_the_title_says_how_a_long_command_ended_and_is_given_back(sent: list[str]) -> None:
    await save_for(LONG_SECONDS, replace(DEFAULTS, notify_title=True))
    titles = [each for each in sent if each in TITLE_STACK.values() or each.startswith("\x1b]2;")]
    assert titles == [TITLE_STACK["saved"], "\x1b]2;hvtui: saving web-01: done\a", TITLE_STACK["restored"]]
    assert "\a" not in sent


@pytest.mark.parametrize(
    ("seconds", "preferences"),
    [(LONG_SECONDS - 1, replace(DEFAULTS, notify_bell=True, notify_title=True)), (LONG_SECONDS, DEFAULTS)],
    ids=["short", "by default"],
)
async def test_nobody_is_called_after_a_short_command_nor_by_default(
    sent: list[str], seconds: float, preferences: Preferences
) -> None:
    await save_for(seconds, preferences)
    assert "\a" not in sent
    assert not any(each.startswith("\x1b]2;") for each in sent)


async def test_a_vm_is_started_at_once_unless_the_settings_ask_for_a_question() -> None:
    async with journey("lab") as trip:
        await trip.go_to_vm("template-2025")
        await trip.press("s")
        await trip.until(lambda: trip.state.running)
        assert trip.app.screen is trip.main
    async with journey("lab", preferences=replace(DEFAULTS, confirm_start=True)) as trip:
        await trip.go_to_vm("template-2025")
        await trip.press("s")
        await trip.sees_dialog(StartDialog)
        assert not trip.state.running
        await trip.click("start")
        await trip.until(lambda: trip.state.running)


class Readings:
    """When the host was read in its first ten minutes. Pauses take no time once `time_passes` is set."""

    def __init__(self) -> None:
        self.now = 0.0
        self.time_passes = asyncio.Event()
        self.of_all: list[float] = []
        self.of_some: list[float] = []


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Readings:
    found = Readings()
    inventory = MockSession.inventory

    async def recorded(self: MockSession, vm_ids: Collection[VmId] | None = None) -> Inventory:
        (found.of_all if vm_ids is None else found.of_some).append(found.now)
        return await inventory(self, vm_ids)

    async def passed(self: Poller, seconds: float) -> None:
        await found.time_passes.wait()
        found.now += seconds
        if found.now > 600:
            await self._requested.wait()

    monkeypatch.setattr(MockSession, "inventory", recorded)
    monkeypatch.setattr(Poller, "_wait_for_request", passed)
    monkeypatch.setattr(polling, "monotonic", lambda: found.now)
    return found


@pytest.mark.parametrize(
    ("changes", "of_all", "of_some"),
    [
        ({}, [0, 60, 120], [10, 20, 30, 40, 50, 70]),
        ({"refresh_seconds": 45, "refresh_others_seconds": 200}, [0, 225, 450], [45, 90, 135, 180, 270, 315]),
    ],
)
async def test_the_pauses_between_readings_are_those_of_the_settings(
    readings: Readings, changes: dict[str, Any], of_all: list[float], of_some: list[float]
) -> None:
    async with journey("hostile", (80, 14), preferences=replace(DEFAULTS, **changes)) as trip:
        await trip.rests()
        readings.time_passes.set()
        await trip.until(lambda: readings.now > 500)
        assert readings.of_all[:3] == of_all
        assert readings.of_some[:6] == of_some


async def test_mistakes_in_the_config_file_are_shown_and_kept_among_the_messages(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("them = 1\nmouse = 1\n[refresh]\nseconds = 1\n[notify]\nbell = 1\ntitle = 1\n", "utf-8")
    async with journey(size=(120, 40), preferences=load(file, {}, {})) as trip:
        await trip.until(trip.toasts)
        (shown,) = trip.toasts()
        assert shown.splitlines() == [
            "config.toml line 1: them: unknown setting. Is it theme?",
            "config.toml line 2: mouse: must be true or false.",
            "config.toml line 4: [refresh] seconds: must be a whole number from 5 to 3600.",
            "And 2 more: `hvtui config` lists them.",
        ]
        trip.app.clear_notifications()
        await trip.press("m")
        await trip.sees_dialog(ActivityDialog)
        assert "Settings: config.toml line 1: them: unknown setting." in trip.said()
        assert "And 2 more: `hvtui config` lists them." in trip.said()


async def test_nothing_is_said_of_a_config_file_without_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("mouse = false\n", "utf-8")
    async with journey(preferences=load(file, {}, {})) as trip:
        await trip.rests()
        assert trip.toasts() == []
