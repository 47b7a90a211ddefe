"""`hvtui config` says what is in force from where, and `hvtui config --init` writes a file to start with."""

from __future__ import annotations

import json
import re
import stat
import tomllib
from pathlib import Path

import pytest

from hvtui.backends.hosts import config
from hvtui.tui.cli.main import main
from hvtui.tui.keys.shortcuts import SHORTCUTS
from hvtui.tui.preferences.preferences import DEFAULTS
from hvtui.tui.preferences.reading import load
from hvtui.tui.preferences.sample import sample
from hvtui.tui.preferences.settings import SETTINGS

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "hvtui" / "config.toml"
    monkeypatch.setenv("HVTUI_CONFIG", str(file))
    for name in ("HVTUI_THEME", "HVTUI_WIRE", "NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return file


def write(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.touch(0o600)
    file.write_text(text, "utf-8")


def row(printed: str, name: str) -> list[str]:
    """The value and the origin of a setting."""
    (line,) = [line for line in printed.splitlines() if line.startswith(f"{name} ")]
    return re.split(r" {2,}", line)[1:]


def test_without_a_file_all_is_default_and_init_is_named(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"{file}  (there is none: hvtui config --init writes one)\n")
    assert said.err == ""
    names = ["hosts", "read_only", "keys.preset", *(each.name for each in SETTINGS)]
    names += [f"keys.{id}" for id in SHORTCUTS]
    assert {name: row(said.out, name)[-1] for name in names if name != "hosts"} == dict.fromkeys(
        [name for name in names if name != "hosts"], "default"
    )


def test_each_value_has_its_origin(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_WIRE", "plain")
    write(
        file,
        'read_only = true\ntheme = "light"\n[keys]\npreset = "vim"\n"vm.start" = ["F8", "Alt+s"]\n[hosts.a]\n[groups.g]\nhosts = ["a"]\n',
    )
    assert main(["config"]) == 0
    said = capsys.readouterr().out
    assert row(said, "hosts") == row(said, "groups") == ["1", "saved"]
    assert row(said, "read_only") == ["true", "file"]
    assert row(said, "theme") == ["light", "config.toml line 2"]
    assert row(said, "wire") == ["plain", "HVTUI_WIRE"]
    assert row(said, "keys.preset") == ["vim", "config.toml line 4"]
    assert row(said, "keys.vm.start") == ["F8, Alt+S", "config.toml line 5"]
    assert row(said, "keys.app.palette") == [":, Ctrl+P", "preset vim"]
    assert row(said, "keys.app.theme") == ["-", "default"]


@pytest.mark.parametrize(
    ("environment", "theme"),
    [
        ({"TERM": "linux"}, ["ansi", "the terminal has 16 colours"]),
        ({"TERM": "linux", "HVTUI_THEME": "light"}, ["light", "HVTUI_THEME"]),
        ({"TERM": "linux", "NO_COLOR": "1", "HVTUI_THEME": "light"}, ["no-color", "NO_COLOR"]),
        ({"TERM": "xterm-256color"}, ["dark", "default"]),
    ],
)
def test_the_look_is_the_one_that_this_terminal_gets(
    environment: dict[str, str],
    theme: list[str],
    file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["config"]) == 0
    assert row(capsys.readouterr().out, "theme") == theme


def test_every_mistake_is_told_and_the_exit_code_says_so(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(file, 'theme = "x"\n[keys]\n"vm.strat" = "F8"\n[hosts.a]\nusre = "you"\n')
    assert main(["config"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[2][:40] for line in said] == [
        f"Unknown key “usre” in {file}: [hosts.a]. Is it user?"[:40],
        "config.toml line 1: theme: there is no “x”. Known"[:40],
        "config.toml line 3: [keys] vm.strat: unknown"[:40],
    ]


def test_a_broken_file_is_told_once(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(file, "theme = \n")
    assert main(["config"]) == 2
    assert capsys.readouterr().err.count("is not TOML") == 1


def test_an_unknown_setting_hides_no_host_and_no_mistake_in_one(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(file, 'them = 1\n[hosts.a]\nuser = "you"\n')
    assert main(["config"]) == 2
    assert row(capsys.readouterr().out, "hosts") == ["1", "saved"]
    write(file, 'them = 1\nread_only = true\n[hosts.a]\nusre = "you"\n')
    assert main(["config"]) == 2
    said = capsys.readouterr()
    assert "Unknown key “usre”" in said.err
    assert "them: unknown setting" in said.err
    assert (
        row(said.out, "hosts") == row(said.out, "groups") == row(said.out, "read_only") == ["-", "not read"]
    )


def test_as_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(file, "mouse = false\nx = 1\n")
    assert main(["config", "--json"]) == 2
    said = json.loads(capsys.readouterr().out)
    assert said["file"] == str(file)
    assert said["settings"]["mouse"] == {"value": False, "from": "config.toml line 1"}
    assert said["settings"]["keys.checkpoint.rename"] == {"value": ["e", "F2"], "from": "default"}
    assert len(said["mistakes"]) == 1


def test_init_writes_a_private_file_that_changes_nothing(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "--init"]) == 0
    assert capsys.readouterr().out == f"Wrote {file}.\n"
    assert [stat.S_IMODE(each.stat().st_mode) for each in (file, file.parent)] == [0o600, 0o700]
    assert main(["config"]) == 0
    assert tomllib.loads(file.read_text("utf-8")) == {}


def test_init_leaves_an_existing_file_alone(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(file, "mouse = false\n")
    assert main(["config", "--init"]) == 2
    assert f"{file} exists already. It is left as it is." in capsys.readouterr().err
    assert file.read_text("utf-8") == "mouse = false\n"


def test_init_says_where_it_cannot_write(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plain").write_text("")
    monkeypatch.setenv("HVTUI_CONFIG", str(tmp_path / "plain" / "config.toml"))
    assert main(["config", "--init"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_every_line_of_the_sample_can_be_used_and_is_the_default(file: Path) -> None:
    is_setting = re.compile(r"# (\[[\w.]+\]|[\w.\"]+ = .*)$")
    text = "\n".join(
        match[1] if (match := is_setting.match(line)) else line for line in sample().splitlines()
    )
    write(file, text)
    found = load(file, {}, {})
    assert found.mistakes == ()
    assert found.shortcuts == SHORTCUTS
    assert {each.name: getattr(found, each.field) for each in SETTINGS} == {
        each.name: getattr(DEFAULTS, each.field) for each in SETTINGS
    }
    assert {each.name for each in SETTINGS} <= found.origins.keys()
    assert [host.name for host in config.load(file).hosts] == ["hv01"]


def test_the_example_in_the_readme_is_read_without_a_mistake(file: Path) -> None:
    text = README.read_text("utf-8")
    example = re.search(r"## Settings\n.*?```toml\n(.*?)```", text, re.DOTALL)
    assert example
    write(file, example[1])
    found = load(file, {}, {})
    assert found.mistakes == ()
    assert config.load(file) == config.Config()
    assert {name.partition(".")[0] for name in found.origins} == {
        name.partition(".")[0] for name in ("keys", *(each.name for each in SETTINGS))
    }


@pytest.mark.parametrize("text", ["them = 1\n", "[them]\nx = 1\n", "them = 1\n[hosts.a]\nuser = 'you'\n"])
def test_an_unknown_setting_is_reported_once_with_its_line(
    file: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    write(file, text)
    assert main(["config"]) == 2
    assert capsys.readouterr().err == ("hvtui: config.toml line 1: them: unknown setting. Is it theme?\n")
