"""The command line on a terminal: columns that fit it, and what is said where it cannot show a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

if TYPE_CHECKING:
    from pathlib import Path

bare = pytest.importorskip("tests.terminal.bare", reason="needs POSIX", exc_type=ImportError)
pytestmark = pytest.mark.terminal

LIST = ("-m", "hvtui", "list", "--demo")
WITH_DESCRIPTOR_ON = """\
import os, sys
os.dup2(os.open(sys.argv.pop(2), os.O_RDWR | os.O_CREAT), int(sys.argv.pop(1)))
from hvtui.tui.cli.main import main
sys.exit(main())
"""
"""Runs hvtui with the descriptor of the first argument on the file of the second one."""


def lines(*words: str, columns: int, **environment: str) -> list[str]:
    with bare.BareTerminal(*words, columns=columns, **environment) as terminal:
        assert terminal.ended() == 0
        written: str = terminal.written.decode()
    return written.splitlines()


@pytest.mark.parametrize("words", [("lab",), ("hostile",), ("lab", "web-01"), ("hostile", "[/] x")])
def test_a_list_fits_the_terminal(words: tuple[str, ...]) -> None:
    wide = lines(*LIST, *words, columns=200)
    assert wide[0].startswith("ID  ")
    for columns in (80, 50):
        narrow = [line for line in lines(*LIST, *words, columns=columns) if not line.startswith("hvtui: ")]
        assert len(narrow) > 1
        assert max(map(cell_len, narrow)) <= columns
        assert narrow[0].split() in (wide[0].split(), wide[0].split()[1:])


def test_columns_overrides_the_width() -> None:
    assert lines(*LIST, "one", columns=50, COLUMNS="200")[0].startswith("ID  ")
    assert lines(*LIST, "one", columns=200, COLUMNS="50")[0].startswith("STATE  ")


@pytest.mark.parametrize(
    ("descriptor", "name"), [(0, "standard input"), (1, "standard output"), (2, "standard error")]
)
def test_a_redirected_stream_is_named(descriptor: int, name: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    words = ("-c", WITH_DESCRIPTOR_ON, str(descriptor), str(file), "--demo", "one")
    with bare.BareTerminal(*words) as terminal:
        assert terminal.ended() == 2
        said = file.read_bytes() + terminal.written
    assert (
        " ".join(said.decode().split())
        == f"hvtui: A terminal is required, and {name} is not one. Without a screen: hvtui list."
    )


def test_a_dumb_terminal_is_refused_in_one_sentence_with_the_command_line_on_a_line_of_its_own() -> None:
    with bare.BareTerminal("-m", "hvtui", "--demo", TERM="dumb") as terminal:
        assert terminal.ended() == 2
    assert terminal.written.decode().splitlines() == [
        "hvtui: This terminal (TERM=dumb) cannot show screens. Without a screen:",
        "  hvtui list.",
    ]


@pytest.mark.parametrize("columns", [50, 80])
def test_sentences_are_broken_between_words(columns: int) -> None:
    words = ("-m", "hvtui", "delete", "--demo=one", "web-01", "Old branch")
    with bare.BareTerminal(*words, columns=columns) as terminal:
        terminal.shows(b"Continue?")
        terminal.press(b"no\n")
        terminal.ended()
        asked = [line.rstrip() for line in terminal.written.decode().splitlines()]
    assert max(map(cell_len, asked)) < columns
    said = " ".join(asked)
    assert "The virtual machine itself and its other checkpoints do not change." in said
