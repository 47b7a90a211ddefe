"""What the config file says is in force, and what it says wrongly is named by line and key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.hosts import document
from hvtui.tui.preferences.preferences import DEFAULTS, Preferences
from hvtui.tui.preferences.reading import ENVIRONMENT, load
from hvtui.tui.preferences.settings import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
theme = "light"
mouse = false
wire = "plain"
[refresh]
seconds = 30
others_seconds = 300
[columns]
vms = ["memory", "state", "memory"]
checkpoints = []
[confirm]
start = true
[notify]
bell = true
title = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def read(file: Path, text: str, environment: dict[str, str] | None = None, **flags: object) -> Preferences:
    file.write_text(text, "utf-8")
    return load(file, environment or {}, flags)


def mistakes(file: Path, text: str) -> tuple[str, ...]:
    return read(file, text).mistakes


def test_all_settings_are_read(file: Path) -> None:
    found = read(file, GOOD)
    assert found.mistakes == ()
    values = [getattr(found, setting.field) for setting in SETTINGS]
    assert values == ["light", False, "plain", 30, 300, ("memory", "state"), (), True, True, True]
    assert [value != getattr(DEFAULTS, each.field) for value, each in zip(values, SETTINGS, strict=True)] == [
        True
    ] * len(SETTINGS)


def test_the_origin_of_each_value_is_known_and_flags_go_before_the_environment_before_the_file(
    file: Path,
) -> None:
    found = read(file, GOOD, {"HVTUI_WIRE": "light", "HVTUI_THEME": "ansi"}, theme="dark")
    assert (found.theme, found.wire, found.mouse) == ("dark", "light", False)
    assert {name: found.origins[name] for name in ("theme", "wire", "mouse", "notify.title")} == {
        "theme": "flag",
        "wire": "HVTUI_WIRE",
        "mouse": "config.toml line 2",
        "notify.title": "config.toml line 14",
    }


def test_without_a_file_the_defaults_are_in_force(file: Path) -> None:
    found = load(file, {}, {})
    assert (found.mistakes, found.origins, found.shortcuts) == ((), {}, DEFAULTS.shortcuts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'theme = "solarized"',
            "config.toml line 1: theme: there is no “solarized”. Known: dark, light, high-contrast, ansi, no-color.",
        ),
        ('theme = "lite"', "config.toml line 1: theme: there is no “lite”. Is it light?"),
        ("theme = 1", "config.toml line 1: theme: must be text in quotes."),
        ('\n\nmouse = "no"', "config.toml line 3: mouse: must be true or false."),
        ("them = 1", "config.toml line 1: them: unknown setting. Is it theme?"),
        (
            "[refresh]\nseconds = 1",
            "config.toml line 2: [refresh] seconds: must be a whole number from 5 to 3600.",
        ),
        (
            "[refresh]\nothers_seconds = true",
            "config.toml line 2: [refresh] others_seconds: must be a whole number from 60 to 86400.",
        ),
        ("refresh = 5", "config.toml line 1: refresh: must be a table: write [refresh], and its keys below that."),
        ("[notify]\n# loud\nbel = true", "config.toml line 3: [notify] bel: unknown setting. Is it bell?"),
        (
            '[columns]\nvms = ["state", "oldset"]',
            "config.toml line 2: [columns] vms: there is no “oldset”. Is it oldest?",
        ),
        (
            '[columns]\n\ncheckpoints = ["uptime"]',
            "config.toml line 3: [columns] checkpoints: there is no “uptime”. Known: taken, age, memory, written since.",
        ),
        (
            '[columns]\nvms = "state"',
            'config.toml line 2: [columns] vms: must be a list of columns, such as ["state", "memory"], or [] for none.',
        ),
        ("[columns]\ntree = []", "config.toml line 2: [columns] tree: unknown setting. Known: vms, checkpoints."),
        ("keys = 7", "config.toml line 1: keys: must be a table: write [keys], and its keys below that."),
        (
            '[keys]\npreset = "emacs"',
            "config.toml line 2: [keys] preset: there is no “emacs”. Known: default, vim, hyper-v-manager.",
        ),
        (
            '[keys]\n"checkpoint.aply" = "F7"',
            "config.toml line 2: [keys] checkpoint.aply: unknown action. Is it checkpoint.apply?",
        ),
        ("[keys.vm]\nstart = 7", 'config.toml line 2: [keys] vm.start: must be a key or a list of keys, such as "F7" or ["F7", "n"].'),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_and_the_default_stays(file: Path, text: str, said: str) -> None:
    found = read(file, text)
    assert found.mistakes == (said,)
    assert [getattr(found, each.field) for each in SETTINGS] == [
        getattr(DEFAULTS, each.field) for each in SETTINGS
    ]
    assert found.shortcuts == DEFAULTS.shortcuts


def test_a_mistake_keeps_nothing_else_from_being_used(file: Path) -> None:
    found = read(file, 'theme = "x"\nmouse = false\n[keys]\n"vm.start" = "Ctrl+1"\n"vm.save" = "F7"\n')
    assert not found.mouse
    assert found.shortcuts["vm.save"].keys == ("f7",)
    assert [said.partition(":")[0] for said in found.mistakes] == ["config.toml line 1", "config.toml line 4"]


@pytest.mark.parametrize(
    ("environment", "origin"),
    [
        ({"STY": "4711.pts-0.hv", "TERM": "screen-256color"}, "STY"),
        ({"STY": "4711.pts-0.hv", "TERM": "tmux-256color", "TMUX": "/tmp/tmux,1,0"}, "STY"),
        ({"TERM": "screen.xterm-256color"}, "TERM"),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux,1,0"}, ""),
        ({"TERM": "xterm-256color"}, ""),
    ],
)
def test_in_gnu_screen_the_mouse_is_left_to_the_terminal(
    file: Path, environment: dict[str, str], origin: str
) -> None:
    found = load(file, environment, {})
    assert (found.mouse, found.origins.get("mouse", "")) == (not origin, origin)
    assert read(file, "mouse = true", environment).mouse


def test_a_wrong_variable_is_named(file: Path) -> None:
    found = load(file, {"HVTUI_THEME": "lihgt"}, {})
    assert found.mistakes == ("HVTUI_THEME: there is no “lihgt”. Is it light?",)
    assert found.theme == "dark"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"theme = \n", "is not TOML: Invalid value (at line 1, column 9)."),
        (b"theme = 'dark'\n\n[keys\n", "line 3, column 6"),
        (b"theme = '\xff'\n", "is not UTF-8."),
    ],
)
def test_a_file_that_cannot_be_read_leaves_all_defaults_and_says_so_once(
    file: Path, content: bytes, said: str
) -> None:
    file.write_bytes(content)
    found = load(file, {}, {"mouse": False})
    (mistake,) = found.mistakes
    assert said in mistake
    assert mistake.endswith("Until then only the demo can be changed.")
    assert (found.theme, found.mouse) == ("dark", False)


def test_a_folder_in_the_place_of_the_file_is_said(file: Path) -> None:
    file.mkdir()
    (mistake,) = load(file, {}, {}).mistakes
    assert "cannot be read: Is a directory." in mistake


def test_a_file_from_the_windows_editor_is_read(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbftheme = "light"\r\n')
    assert load(file, {}, {}).theme == "light"


def test_the_hosts_are_no_mistake_here(file: Path) -> None:
    text = 'read_only = true\n[hosts.hv01]\nlabel = "PROD"\n[groups.prod]\nhosts = ["hv01"]\n'
    assert mistakes(file, text) == ()


def test_both_readers_know_the_same_names_at_the_top() -> None:
    tops = {setting.name.partition(".")[0] for setting in SETTINGS} | {"keys"}
    assert tops == set(document.PREFERENCES)
    assert {each.environment for each in SETTINGS} - {""} == set(ENVIRONMENT)


def test_every_setting_is_a_field_with_the_default_of_the_sample() -> None:
    import tomllib

    defaults: dict[str, Any] = {each.field: getattr(DEFAULTS, each.field) for each in SETTINGS}
    samples = {each.field: each.parse(tomllib.loads(f"x = {each.sample}")["x"]) for each in SETTINGS}
    assert samples == defaults
