"""Every shortcut works by the key that the config file gives it, and key bar, palette and help name that key."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from textual.actions import parse

from hvtui.backends.errors import ConnectionLost
from hvtui.backends.mock.clock import ManualClock
from hvtui.tui.app import HvtuiApp
from hvtui.tui.dialogs.commands.create import CreateDialog
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.help import HelpDialog
from hvtui.tui.host.connection import HostConnection
from hvtui.tui.keys.shortcuts import SHORTCUTS, Place
from hvtui.tui.palette.commands import palette_commands
from hvtui.tui.preferences.reading import load
from hvtui.tui.screens.hosts import HostsScreen
from hvtui.tui.text.problems import problem
from hvtui.tui.widgets.checkbox import Checkbox
from hvtui.tui.widgets.details import Details
from hvtui.tui.widgets.filter_field import FilterBar, FilterField
from hvtui.tui.widgets.key_bar import KeyBar
from tests.tui.far import FarBackend, visit
from tests.tui.journey import Journey, journey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from hvtui.tui.keys.shortcuts import Shortcut
    from hvtui.tui.preferences.preferences import Preferences

NEW, NEW_NAME = "f12", "F12"
UNUSED = [f"F{number}" for number in range(13, 25)] + [f"Ctrl+F{number}" for number in range(1, 13)]
"""Names of keys that no shortcut has by default."""
WIDE = (200, 60)
LISTED = (Place.MAIN, Place.SCREENS, Place.APP, Place.ROWS, Place.VMS, Place.TREE, Place.DETAILS)
"""The places whose shortcuts the help of the main screen lists."""
ON_FIRST_SCREEN = (Place.HOSTS, Place.HOSTS_SCREEN, Place.ADDRESS, Place.CHOICE)


def preferences(folder: Path, text: str) -> Preferences:
    file = folder / "preferences.toml"
    file.write_text(text, "utf-8")
    found = load(file, {}, {})
    assert found.mistakes == ()
    return found


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The actions that keys have run, as they come."""
    run_action = HvtuiApp.run_action
    seen: list[str] = []

    async def recorded(app: HvtuiApp, action: Any, *args: Any, **kwargs: Any) -> bool:
        done = await run_action(app, action, *args, **kwargs)
        seen.extend([action] if done else [])
        return done

    monkeypatch.setattr(HvtuiApp, "run_action", recorded)
    return seen


@asynccontextmanager
async def at(place: Place, found: Preferences, folder: Path) -> AsyncIterator[Journey]:
    """The app, where the shortcuts of this place work."""
    if place in ON_FIRST_SCREEN:
        async with visit(
            FarBackend(ManualClock()), folder / "config.toml", preferences=found, size=WIDE
        ) as visitor:
            await visitor.sees(HostsScreen)
            hosts = visitor.app.screen
            if place is not Place.HOSTS:
                hosts.set_focus(hosts.query_one("#address" if place is Place.ADDRESS else "Choice"))
            yield visitor
        return
    small = place is Place.BOX
    async with journey("one", (60, 12) if small else WIDE, preferences=found) as trip:
        await trip.rests()
        await OPENERS.get(place, stay)(trip)
        await trip.pilot.pause()
        yield trip


async def stay(trip: Journey) -> None:
    """The list of VMs has the focus."""


async def to_tree(trip: Journey) -> None:
    trip.main.action_go_to_tree()


async def to_details(trip: Journey) -> None:
    trip.main.set_focus(trip.main.query_one(Details))


async def to_scrolling_details(trip: Journey) -> None:
    await to_details(trip)
    await trip.pilot.resize_terminal(60, 18)
    await trip.until(lambda: trip.main.query_one(Details).max_scroll_y > 0)


async def to_filter(trip: Journey) -> None:
    trip.main.action_filter()
    await trip.until(lambda: isinstance(trip.app.focused, FilterField))


async def to_question(trip: Journey) -> None:
    trip.main.action_save()
    await ready(trip)


async def to_box(trip: Journey) -> None:
    trip.main.action_help()
    await ready(trip)
    await trip.until(lambda: trip.app.screen.query_one("#box").max_scroll_y > 0)


async def to_field(trip: Journey) -> None:
    trip.main.action_create()
    await ready(trip)
    assert isinstance(trip.app.screen, CreateDialog)


async def to_checkbox(trip: Journey) -> None:
    await trip.go_to("Old branch")
    trip.main.action_apply()
    await ready(trip)
    trip.app.screen.set_focus(trip.app.screen.query_one(Checkbox))


async def to_help(trip: Journey) -> None:
    trip.main.action_help()
    await ready(trip)


async def to_error(trip: Journey) -> None:
    trip.app.show(ErrorDialog(problem(ConnectionLost("The line broke."))))
    await ready(trip)


async def to_report(trip: Journey) -> None:
    await to_error(trip)
    assert isinstance(trip.app.screen, ErrorDialog)
    trip.app.screen.action_report()
    await trip.until(lambda: not isinstance(trip.app.screen, ErrorDialog))
    await ready(trip)


async def to_copy(trip: Journey) -> None:
    trip.main.action_copy()
    await ready(trip)


async def ready(trip: Journey) -> None:
    await trip.until(lambda: getattr(trip.app.screen, "is_ready", False))


OPENERS = {
    Place.TREE: to_tree,
    Place.DETAILS: to_scrolling_details,
    Place.FILTER: to_filter,
    Place.DIALOG: to_question,
    Place.BUTTON: to_question,
    Place.BOX: to_box,
    Place.FIELD: to_field,
    Place.CHECKBOX: to_checkbox,
    Place.CLOSING: to_help,
    Place.READING: to_help,
    Place.HELP: to_help,
    Place.ERROR: to_error,
    Place.COPYABLE: to_error,
    Place.REPORT: to_report,
    Place.COPY: to_copy,
}


def bound(trip: Journey, key: str) -> list[str | None]:
    """The shortcuts that this key has where the focus is."""
    return [
        binding.id for _, found in trip.app.screen._binding_chain for at, binding in found if at == key
    ]  # fmt: skip


def bar(trip: Journey) -> str:
    keys = trip.app.screen.query_one(KeyBar)
    return "".join(text for text, _ in keys.line(0)[1])


async def make_possible(id: str, trip: Journey) -> None:
    """Bring about what the shortcut needs."""
    if id == "vms.all":
        await to_filter(trip)
        await trip.press("w", "enter")
    elif id == "host.stop_trying":
        assert isinstance(trip.app.connection, HostConnection)
        trip.app.connection.state = replace(trip.state, reconnecting=True)
    elif id == "hosts.back":
        trip.app.screen.set_focus(trip.app.screen.query_one("#address"))
    await trip.pilot.pause()


@pytest.mark.parametrize("id", SHORTCUTS)
async def test_it_works_by_its_new_key_alone_and_is_shown_with_it(
    id: str, tmp_path: Path, ran: list[str]
) -> None:
    shortcut = SHORTCUTS[id]
    found = preferences(tmp_path, f'[keys]\n"{id}" = "{NEW_NAME}"\n')
    async with at(shortcut.place, found, tmp_path) as trip:
        await make_possible(id, trip)
        assert bound(trip, NEW) == [id]
        assert [key for key in shortcut.keys if id in bound(trip, key)] == []
        trip.app.refresh_bindings()
        await trip.pilot.pause()
        if shortcut.show:
            assert f"{NEW_NAME} {shortcut.label}" in bar(trip)
        named = {command.id: command.key for command in palette_commands(trip.app.screen)}
        assert named.get(id, NEW_NAME) == NEW_NAME
        ran.clear()
        await trip.press(NEW)
        await trip.until(lambda: parse(shortcut.action)[1:] in [parse(action)[1:] for action in ran])


@pytest.mark.parametrize("place", LISTED)
async def test_the_help_names_the_new_keys(place: Place, tmp_path: Path) -> None:
    keys = {each.id: key for each, key in zip(of(place), UNUSED, strict=False)}
    assert keys.keys() == {each.id for each in of(place)}
    given = "".join(f'"{id}" = "{key}"\n' for id, key in keys.items())
    async with journey("one", (120, 120), preferences=preferences(tmp_path, f"[keys]\n{given}")) as trip:
        await trip.rests()
        await {Place.TREE: to_tree, Place.DETAILS: to_details}.get(place, stay)(trip)
        await to_help(trip)
        lines = trip.said().splitlines()
        named = {
            id
            for id, key in keys.items()
            if any(SHORTCUTS[id].sentence in line and key in line.replace(",", " ").split() for line in lines)
        }
        assert named == keys.keys()


def of(place: Place) -> list[Shortcut]:
    return [each for each in SHORTCUTS.values() if each.place is place]


@pytest.mark.parametrize("preset", ["vim", "hyper-v-manager"])
@pytest.mark.parametrize("place", [Place.VMS, Place.TREE, Place.DETAILS, Place.HELP, Place.COPYABLE])
async def test_all_keys_of_a_preset_are_bound_where_they_work(
    preset: str, place: Place, tmp_path: Path
) -> None:
    found = preferences(tmp_path, f'[keys]\npreset = "{preset}"\n')
    wanted = {place} | ({Place.ROWS} if place in (Place.VMS, Place.TREE) else set())
    wanted |= {Place.MAIN, Place.SCREENS} if place in (Place.VMS, Place.TREE, Place.DETAILS) else set()
    async with at(place, found, tmp_path) as trip:
        missing = [
            (shortcut.id, key)
            for shortcut in found.shortcuts.values()
            for key in shortcut.keys
            if shortcut.place in wanted and shortcut.id not in bound(trip, key)
        ]
        assert missing == []


async def test_a_shortcut_without_a_key_is_in_the_palette_and_not_in_the_key_bar(tmp_path: Path) -> None:
    found = preferences(tmp_path, '[keys]\n"checkpoint.create" = []\n')
    async with journey("one", WIDE, preferences=found) as trip:
        await trip.rests()
        assert "Create" not in bar(trip)
        (command,) = [each for each in palette_commands(trip.app.screen) if each.id == "checkpoint.create"]
        assert command.words == "Create a checkpoint of the VM"
        await trip.press("c")
        assert trip.app.screen is trip.main


async def test_swapped_keys_are_swapped(tmp_path: Path) -> None:
    found = preferences(tmp_path, '[keys]\n"checkpoint.create" = "d"\n"checkpoint.delete" = ["c", "Del"]\n')
    async with journey("one", WIDE, preferences=found) as trip:
        await trip.go_to("Old branch")
        assert type(await trip.open("d")).__name__ == "CreateDialog"
        await trip.press("escape")
        await trip.until(lambda: trip.app.screen is trip.main)
        assert type(await trip.open("c")).__name__ == "DeleteDialog"


async def test_one_that_shares_a_key_by_default_keeps_it_when_the_other_one_goes(tmp_path: Path) -> None:
    found = preferences(tmp_path, '[keys]\n"host.stop_trying" = "F12"\n')
    async with journey("one", WIDE, preferences=found) as trip:
        await make_possible("vms.all", trip)
        await trip.press("escape")
        await trip.until(lambda: not trip.main.query_one(FilterBar).display)


async def test_a_command_is_inert_while_a_person_types_by_its_new_key_too(tmp_path: Path) -> None:
    found = preferences(tmp_path, '[keys]\n"checkpoint.create" = "F7"\n"app.palette" = [":", "Ctrl+P"]\n')
    async with journey("one", WIDE, preferences=found) as trip:
        await to_filter(trip)
        await trip.press("f7", "colon", "w")
        assert trip.app.screen is trip.main
        assert trip.main.query_one(FilterField).value == ":w"


async def test_a_windows_key_that_was_given_to_something_else_does_that_in_the_list_of_vms(
    tmp_path: Path,
) -> None:
    found = preferences(tmp_path, '[keys]\n"checkpoint.rename" = "e"\n"app.help" = "F2"\n')
    async with journey("one", WIDE, preferences=found) as trip:
        await trip.rests()
        assert isinstance(await trip.open("f2"), HelpDialog)
        assert trip.toasts() == []


async def test_sentences_name_the_key_in_force(tmp_path: Path) -> None:
    found = preferences(
        tmp_path, '[keys]\n"vms.choose" = "F11"\n"dialog.copy" = "F10"\n"copy.id" = "F9"\n"app.refresh" = []\n'
    )  # fmt: skip
    async with journey("one", WIDE, preferences=found) as trip:
        await trip.rests()
        await trip.press("delete")
        await trip.until(trip.toasts)
        assert "Press F11 to go to the checkpoints." in trip.toasts()[-1]
        await to_error(trip)
        assert "Copy (F10)" in trip.said()
        await trip.press("escape")
        await trip.until(lambda: trip.app.screen is trip.main)
        await to_copy(trip)
        assert "F9  ID" in trip.said()
        assert trip.app.key_of("app.refresh") == "“Read the host again”"
