"""Options that contradict each other, or that a command cannot be used with, are refused before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hvtui.backends.mock.clock import ManualClock
from hvtui.tui.cli.main import main
from hvtui.tui.cli.subcommands import SUBCOMMANDS, module_of
from tests.tui.group.far_hosts import FarHosts

if TYPE_CHECKING:
    from pathlib import Path

USAGE = 2
ONE_HOST = "This command takes one host, and --cluster is all nodes of a cluster. Name a node in its place."


@pytest.fixture(autouse=True)
def _own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTUI_CONFIG", str(tmp_path / "config.toml"))


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (
            "list --cluster cl1 --local",
            "--cluster and --local cannot be used together. Use only one of them.",
        ),
        ("--demo one --local", "--local and --demo cannot be used together."),
        ("list --demo --local --cluster cl1", "--cluster, --local and --demo cannot be used together."),
        ("list --local --hosts web-01", "--hosts and --local cannot be used together."),
        ("list --demo --hosts web-01", "--hosts and --demo cannot be used together."),
        ("list --cluster cl1 --hosts web-01", "--hosts and --cluster cannot be used together."),
        ("list --demo --backend hyperv", "--demo and --backend cannot be used together."),
        ("config --init --json", "--init and --json cannot be used together."),
        (
            "apply --demo web-01 Old --no-safety-checkpoint --safety-name=",
            "--no-safety-checkpoint and --safety-name cannot be used together.",
        ),
        ("list --local --user you", "--user is for another machine, and --local is this one."),
        ("--local --backend scvmm --port 5985", "--port is for another machine, and --local is this one."),
        ("trust --local AA", "This command cannot be used with --local. Usage: hvtui trust HOST FINGERPRINT"),
        ("forget --demo", "This command cannot be used with --demo. Usage: hvtui forget HOST"),
        (
            "diagnose --demo",
            "This command cannot be used with --demo. Usage: hvtui diagnose (HOST | --local)",
        ),
    ],
)
def test_contradictory_options_are_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], argv: str, words: str
) -> None:
    assert main(argv.split()) == USAGE
    out, err = capsys.readouterr()
    assert words in f"{out}{err}".replace('"', "").replace("\n", "").replace(",    hint:", "")


def of_one_host() -> list[str]:
    syntaxes = [module_of(name).SYNTAX for name in SUBCOMMANDS]
    return [syntax.name for syntax in syntaxes if syntax.target and not syntax.several_hosts]


@pytest.mark.parametrize("name", of_one_host())
@pytest.mark.parametrize("words", [(), ("web-01",), ("hv01", "web-01", "Old", "New")])
def test_a_command_on_one_host_names_the_way_to_a_node_of_the_cluster(
    capsys: pytest.CaptureFixture[str], name: str, words: tuple[str, ...]
) -> None:
    far = FarHosts(ManualClock())
    assert main([name, "--cluster", "my cluster", *words], load=lambda name: far) == USAGE
    _, err = capsys.readouterr()
    assert ONE_HOST in err
    assert err.endswith("hvtui list --cluster 'my cluster'\n")
    assert far.tried == []


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (
            "create hv01 web-01 Before patch",
            "“patch”. This command takes one host, and a name with spaces needs quotes: hvtui create HOST VM [NAME]",
        ),
        ("start hv01 hv02 web-01", "“web-01”. This command takes one host, and a name with"),
        (
            "create --demo web-01 Before patch",
            "“patch”. --demo takes the place of HOST, and a name with spaces needs quotes: hvtui create --demo VM [NAME]",
        ),
        ("--local hv01", "“hv01”. --local takes the place of HOST: hvtui --local"),
        (
            "list --cluster cl1 web 01",
            "“01”. --cluster takes the place of HOST, and a name with spaces needs",
        ),
        ("list hv01 -- web 01", "“01”. A name with spaces needs quotes: hvtui list HOST... [VM]"),
        ("trust hv01 AA BB", "“BB”. This command takes one host: hvtui trust HOST FINGERPRINT"),
        ("start --backend scvmm hv01 web 01", "“01”. This command takes one host, and a name"),
    ],
)
def test_more_arguments_than_a_command_takes_are_refused_with_what_it_takes(
    capsys: pytest.CaptureFixture[str], argv: str, words: str
) -> None:
    assert main(argv.split()) == USAGE
    assert f"Unexpected argument: {words}" in capsys.readouterr().err
