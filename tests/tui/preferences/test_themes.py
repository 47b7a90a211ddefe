"""The colours are chosen in the palette: shown at once, undone unless chosen, and remembered in the config file."""

from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from textual.widgets import OptionList

from hvtui.tui.palette.themes import ThemePalette
from hvtui.tui.preferences.preferences import DEFAULTS
from hvtui.tui.preferences.reading import load
from hvtui.tui.preferences.saving import save_theme
from hvtui.tui.terminal.theme import THEMES
from tests.tui.journey import Journey, journey

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def write(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")


def found(file: Path) -> str:
    """The content of the file; "" if there is none."""
    return file.read_text("utf-8") if file.exists() else ""


async def choose(trip: Journey) -> OptionList:
    """Open the palette of the colours by keys, and return its list."""
    await trip.press("ctrl+p", *"choose the colours")
    await trip.until(lambda: trip.app.screen.query(OptionList))
    await trip.until(lambda: trip.app.screen.query_one(OptionList).option_count == 1)
    await trip.press("enter")
    if not isinstance(trip.app.screen, ThemePalette):
        await trip.press("enter")
    await trip.until(lambda: isinstance(trip.app.screen, ThemePalette))
    options = trip.app.screen.query_one(OptionList)
    await trip.until(lambda: options.option_count == len(THEMES))
    return options


def background(trip: Journey) -> str:
    color = trip.main.styles.background
    return color.hex.lower()


@pytest.mark.parametrize("name", ["dark", "light"])
async def test_the_app_starts_in_the_look_of_the_preferences(name: str) -> None:
    async with journey(preferences=replace(DEFAULTS, theme=name)) as trip:
        assert background(trip) == THEMES[name].background


async def test_the_highlighted_look_is_shown_and_undone_by_escape(file: Path) -> None:
    async with journey(preferences=replace(DEFAULTS, file=file)) as trip:
        await choose(trip)
        await trip.press("down")
        await trip.until(lambda: background(trip) == THEMES["light"].background)
        await trip.press("escape")
        await trip.until(lambda: background(trip) == THEMES["dark"].background)
        assert found(file) == ""


async def test_the_chosen_look_stays_and_is_remembered_beside_what_stands_in_the_file(file: Path) -> None:
    write(file, "# mine\n[notify]\nbell = true  # loud\n")
    async with journey(preferences=replace(DEFAULTS, file=file)) as trip:
        await choose(trip)
        await trip.press("down", "enter")
        await trip.until(lambda: trip.app.screen is trip.main)
        await trip.until(lambda: load(file, {}, {}).theme == "light")
        assert background(trip) == THEMES["light"].background
        assert "# mine\n[notify]\nbell = true  # loud\n" in found(file)


async def test_a_file_that_cannot_be_written_is_said_and_the_look_stays(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("not a folder")
    where = tmp_path / "folder" / "config.toml"
    async with journey(preferences=replace(DEFAULTS, file=where)) as trip:
        await choose(trip)
        await trip.press("down", "enter")
        await trip.until(trip.toasts)
        (said,) = trip.toasts()
        assert said.endswith("The colours stay until hvtui ends.")
        assert "Not a directory" in said
        assert background(trip) == THEMES["light"].background


def test_saving_keeps_comments_and_replaces_the_old_choice(file: Path) -> None:
    text = '# hvtui\ntheme = "dark"  # for the night\nmouse = false\n[keys]\n"vm.start" = "F8"\n'
    file.write_text(text, "utf-8")
    save_theme(file, "high-contrast")
    assert file.read_text("utf-8") == text.replace('"dark"', '"high-contrast"')


def test_saving_into_a_file_that_has_only_tables_writes_above_them(file: Path) -> None:
    file.write_text('[hosts.hv01]\nlabel = "PROD"\n', "utf-8")
    save_theme(file, "ansi")
    assert tomllib.loads(file.read_text("utf-8")) == {"theme": "ansi", "hosts": {"hv01": {"label": "PROD"}}}


@pytest.mark.skipif(os.name != "posix", reason="symlinks")
def test_saving_keeps_a_link(file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.toml"
    kept.write_text("mouse = false\n", "utf-8")
    file.symlink_to(kept)
    save_theme(file, "light")
    assert file.is_symlink()
    assert tomllib.loads(kept.read_text("utf-8")) == {"theme": "light", "mouse": False}


@pytest.mark.parametrize("name", THEMES)
async def test_every_look_shows_every_screen(name: str) -> None:
    async with journey("lab", (120, 36), preferences=replace(DEFAULTS, theme=name)) as trip:
        await trip.rests()
        await trip.press("enter", "question_mark")
        await trip.until(lambda: getattr(trip.app.screen, "is_ready", False))
        assert "Help" in trip.said()
        await trip.press("escape", "ctrl+p")
        await trip.until(lambda: trip.app.screen.query(OptionList))


def hues(trip: Journey) -> set[tuple[int, int, int]]:
    """The colours on the screen that are no grey, as they are sent."""
    colors = set()
    for line in trip.app.screen._compositor.render_strips():
        strip = line
        for each in trip.app.get_line_filters():
            strip = strip.apply_filter(each, trip.app.screen.background_colors[1])
        for segment in strip:
            style = segment.style
            for color in (style.color, style.bgcolor) if style else ():
                if color is not None and color.triplet and len(set(color.triplet)) > 1:
                    colors.add((color.triplet.red, color.triplet.green, color.triplet.blue))
    return colors


async def test_the_look_without_colours_has_none() -> None:
    async with journey("lab", preferences=replace(DEFAULTS, theme="no-color")) as trip:
        assert hues(trip) == set()
    async with journey("lab", preferences=replace(DEFAULTS, theme="light")) as trip:
        assert hues(trip)


@pytest.mark.parametrize(
    ("term", "origins", "look"),
    [
        ("xterm-16color", {}, "ansi"),
        ("xterm-16color", {"theme": "flag"}, "dark"),
        ("xterm-256color", {}, "dark"),
    ],
)
async def test_with_sixteen_colours_the_first_look_is_the_terminals_own_unless_one_was_chosen(
    term: str, origins: dict[str, str], look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("COLORTERM", raising=False)
    async with journey("one", preferences=replace(DEFAULTS, origins=origins)) as trip:
        assert trip.app.look == look


async def test_no_color_in_the_environment_takes_precedence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with journey("lab", preferences=replace(DEFAULTS, theme="ansi")) as trip:
        assert hues(trip) == set()
        trip.app.use_theme("light")
        await trip.pilot.pause()
        assert hues(trip) == set()
