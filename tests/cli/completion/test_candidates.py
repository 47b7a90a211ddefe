"""What can be completed: all that the parsers and the config file know, and nothing of a host."""

from __future__ import annotations

from argparse import SUPPRESS
from typing import TYPE_CHECKING

import pytest

from hvtui.backends import registry
from hvtui.backends.mock.scenarios import ALL_NAMES
from hvtui.tui.cli.main import main
from hvtui.tui.cli.subcommands import SUBCOMMANDS, module_of
from hvtui.tui.cli.syntax import parser_of
from hvtui.tui.cli.topics.topics import TOPICS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Complete = Callable[..., list[str]]

HOSTS = '[hosts.hv01]\nlabel = "PROD"\n[hosts."my host"]\n[hosts."two\\nlines"]\n[groups.prod]\nhosts = ["hv01"]\n'


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "config.toml"
    file.touch(0o600)
    file.write_text(HOSTS)
    monkeypatch.setenv("HVTUI_CONFIG", str(file))
    return file


@pytest.fixture
def complete(config: Path, capsys: pytest.CaptureFixture[str]) -> Complete:
    """Return the candidates for the last word; ``["files"]`` if these are files."""

    def run(*words: str) -> list[str]:
        *before, current = words
        assert main(["__complete", f"={current}", *before]) == 0
        out, err = capsys.readouterr()
        kind, *lines = out.splitlines()
        assert err == ""
        return ["files"] if kind == "files" else [line.split("\t")[0] for line in lines]

    return run


def test_the_first_word_is_a_subcommand_or_a_host(complete: Complete) -> None:
    assert complete("") == [*SUBCOMMANDS, "prod", "hv01", "my host"]
    assert complete("h") == ["help", "hv01"]
    assert complete("you@hv") == ["you@hv01"]


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_option_of_every_subcommand_is_completed(name: str, complete: Complete) -> None:
    parser = parser_of(module_of(name).SYNTAX, registry.load("hyperv"))
    flags = {flag for flag, option in parser._option_string_actions.items() if option.help != SUPPRESS} - {
        "-h"
    }
    assert {"--help", "--log"} <= flags
    assert set(complete(name, "--")) == flags


def test_options_are_those_of_the_backend_that_is_chosen_and_none_is_offered_twice(
    complete: Complete,
) -> None:
    assert complete("list", "--backend", "mock", "--sc") == ["--scenario"]
    assert complete("list", "hv01", "--j") == ["--json"]
    assert complete("list", "hv01", "--json", "--j") == []
    assert "--no-mouse" in complete("hv01", "--no")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("list", "--demo", ""), list(ALL_NAMES)),
        (("list", "--demo=tr",), ["--demo=troubled"]),
        (("--transport", ""), ["https", "http"]),
        (("--theme", "high"), ["high-contrast"]),
        (("list", "hv01", "--auth=k"), ["--auth=kerberos"]),
        (("--backend", "m"), ["mock"]),
        (("--backend", "mock", "--scenario", "fl"), ["fleet", "flaky", "fleets"]),
        (("completion", ""), ["bash", "zsh", "fish", "powershell"]),
        (("list", "hv01", "--filter", "mark:"), ["mark:!", "mark:!!"]),
        (("list", "hv01", "--filter=memory"), ["--filter=memory", "--filter=memory:no"]),
        (("list", "hv01", "--filter", "web -state:o"), ["web -state:off"]),
        (("hv01", ""), ["prod", "hv01", "my host"]),
        (("help", "ke"), ["keys"]),
        (("help", "cre"), ["create"]),
        (("list", "--log", ""), ["files"]),
        (("--ca-file=",), ["files"]),
        (("list", "--user", "h"), []),
        (("list", "--user", "h", "h"), ["hv01"]),
        (("list", "hv01", "h"), ["hv01"]),
        (("start", "hv01", "h"), []),
        (("list", "--local", "h"), []),
        (("list", "--demo", "one", "h"), []),
        (("delete", "hv01", "--", "h"), []),
        (("backends", "h"), []),
        (("--backend", "nonsense", "h"), []),
    ],
)  # fmt: skip
def test_values_and_places(words: tuple[str, ...], found: list[str], complete: Complete) -> None:
    assert complete(*words) == found


def test_all_topics_are_completed(complete: Complete) -> None:
    assert set(complete("help", "")) == {*TOPICS, *SUBCOMMANDS}


@pytest.mark.parametrize(
    "text", ["[hosts", '[hosts.hv01]\npassword = "hunter2"\n', "[hosts.hv01]\nnonsense = 1\n"]
)
def test_of_a_broken_config_no_host_is_completed_and_nothing_is_said(
    text: str, config: Path, complete: Complete
) -> None:
    config.write_text(text)
    assert complete("list", "") == []
    assert complete("cre") == ["create"]
