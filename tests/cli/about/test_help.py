"""`hvtui help`: every topic fits a terminal and says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.hosts.config import SavedHost
from hvtui.backends.hyperv.settings import HyperVSettings
from hvtui.backends.settings import describe_settings
from hvtui.tui.cli.exit_codes import EXIT_CODES
from hvtui.tui.cli.main import main
from hvtui.tui.cli.subcommands import SUBCOMMANDS
from hvtui.tui.cli.topics.topics import TOPICS
from hvtui.tui.keys.names import key_name
from hvtui.tui.keys.shortcuts import SHORTCUTS
from hvtui.tui.preferences.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    Hvtui = Callable[..., str]

ROOT = Path(__file__).parents[3]
WIDTH = 79


@pytest.fixture
def hvtui(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Hvtui:
    """Run hvtui on a terminal of 80 columns and return its standard output."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("HVTUI_CONFIG", "no-such-file")

    def run(*words: str) -> str:
        code = main(words)
        out, err = capsys.readouterr()
        assert (code, err) == (0, "")
        return out

    return run


def test_without_a_topic_the_topics_are_listed(hvtui: Hvtui) -> None:
    said = hvtui("help")
    assert re.findall(r"hvtui help (\S+)", said) == list(TOPICS)


@pytest.mark.parametrize("topic", ["", *TOPICS])
def test_every_topic_is_filled_anew_on_a_narrow_terminal_but_for_what_is_copied(
    topic: str, hvtui: Hvtui, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = hvtui("help", topic) if topic else hvtui("help")
    monkeypatch.setenv("COLUMNS", "56")
    narrow = hvtui("help", topic) if topic else hvtui("help")
    copied = re.compile(r"  (hvtui |\S+ = )")
    assert [line for line in narrow.splitlines() if len(line) > 55 and not copied.match(line)] == []
    assert narrow.split() == wide.split()
    assert narrow.endswith("\n")


def test_a_narrow_terminal_keeps_the_columns_of_a_topic_and_the_items_of_a_list(
    hvtui: Hvtui, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "56")
    assert (
        "  D, Shift+Del          Delete the checkpoint and all\n                        below it\n"
    ) in hvtui("help", "keys")
    assert "- Before anything is sent, the target is read again. If\n  it has changed," in hvtui(
        "help", "safety"
    )
    assert "  hvtui list hv01 --no-header | awk -F '  +' '{print $NF}'\n" in hvtui("help", "scripts")


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_fits_a_terminal(topic: str, hvtui: Hvtui) -> None:
    said = hvtui("help", topic)
    assert len(said.splitlines()) > 5
    assert [line for line in said.splitlines() if len(line) > WIDTH or line != line.rstrip()] == []


@pytest.mark.parametrize("name", ["", *SUBCOMMANDS])
def test_every_help_fits_a_terminal_and_has_an_example(name: str, hvtui: Hvtui) -> None:
    said = hvtui(*([name] if name else []), "--help")
    assert [line for line in said.splitlines() if len(line) > WIDTH] == []
    (_, examples) = said.split("\nexamples:\n")
    assert examples.startswith(f"  hvtui {name}")


def test_the_help_of_a_subcommand_is_the_one_of_its_own(hvtui: Hvtui) -> None:
    assert hvtui("help", "create") == hvtui("create", "--help")


def test_a_topic_that_does_not_exist_is_refused_with_those_that_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["help", "nonsense"]) == 2
    assert "Topics: keys, connecting" in capsys.readouterr().err


def test_the_keys_are_all_there(hvtui: Hvtui) -> None:
    said = hvtui("help", "keys")
    for shortcut in SHORTCUTS.values():
        keys = ", ".join(map(key_name, shortcut.keys)) or "(none)"
        assert re.search(rf"^  {re.escape(keys)} +{re.escape(shortcut.sentence)}$", said, re.MULTILINE)


def test_the_keys_are_those_in_force(hvtui: Hvtui, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[keys]\n"checkpoint.apply" = "F7"\n"vm.save" = []\n')
    monkeypatch.setenv("HVTUI_CONFIG", str(config))
    said = hvtui("help", "keys")
    assert re.search(r"^  F7 +Apply the checkpoint to the VM$", said, re.MULTILINE)
    assert re.search(r"^  \(none\) +Save the state of the VM$", said, re.MULTILINE)


def test_every_setting_is_explained(hvtui: Hvtui) -> None:
    said = " ".join(hvtui("help", "config").split())
    assert [each.name for each in SETTINGS if f" {each.name} = {each.sample} " not in said] == []


def test_the_exit_codes_are_all_there(hvtui: Hvtui) -> None:
    said = hvtui("help", "exit-codes")
    assert all(
        re.search(rf"^ +{code} +{re.escape(meaning)}$", said, re.MULTILINE)
        for code, meaning in EXIT_CODES.items()
    )


def test_every_key_of_a_saved_host_is_explained(hvtui: Hvtui) -> None:
    settings = {setting.name for setting in describe_settings(HyperVSettings) if setting.flag}
    own = {*SavedHost.__struct_fields__} - {"name", "settings"}
    words = set(re.findall(r"\w+", hvtui("help", "config")))
    assert {"address", *settings, *own} - words == set()


def test_every_environment_variable_is_explained(hvtui: Hvtui) -> None:
    files = [path for top in ("backends", "tui") for path in (ROOT / top).rglob("*.py")]
    used = {name for path in files for name in re.findall(r'"(HVTUI_[A-Z_]+)"', path.read_text("utf-8"))}
    said = set(re.findall(r"^  (HVTUI_[A-Z_]+)", hvtui("help", "environment"), re.MULTILINE))
    assert said == used
