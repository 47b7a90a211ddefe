"""The help of each command on terminals of every width."""

from __future__ import annotations

import pytest

from hvtui.tui.cli.main import main
from hvtui.tui.cli.subcommands import SUBCOMMANDS

COMMAND = "  hvtui "
"""What an example begins with: it is kept whole, to be copied."""


def help_of(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, columns: int
) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main([*([name] if name else []), "--help"]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("name", ["", *SUBCOMMANDS])
@pytest.mark.parametrize("columns", [60, 80, 200])
def test_every_help_fits_the_terminal_and_a_page(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, columns: int
) -> None:
    lines = help_of(capsys, monkeypatch, name, columns)
    room = min(columns - 1, 79)
    assert [line for line in lines if len(line) > room and not line.startswith(COMMAND)] == []


def test_paragraphs_and_tables_are_filled_anew_on_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = help_of(capsys, monkeypatch, "list", 60)
    assert lines[:2] == [
        "usage: hvtui list (HOST... | --cluster NAME | --local |",
        "              --demo [SCENARIO]) [VM] [options]",
    ]
    paragraph = lines[lines.index("") + 1 :]
    assert [len(line) > 40 for line in paragraph[: paragraph.index("") - 1]] == [True] * 5
    at = next(at for at, line in enumerate(lines) if line.startswith("STATE "))
    assert lines[at : at + 2] == [
        "STATE       the state of the VM; -critical if its storage",
        "            is full or cannot be reached",
    ]
    assert "  hvtui list hv01 --filter 'older:30d count:>5'" in lines


def test_the_second_way_to_call_it_has_a_line_of_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns in (60, 80):
        assert "       hvtui SUBCOMMAND [...]" in help_of(capsys, monkeypatch, "", columns)[:3]


def test_no_word_is_broken_at_its_hyphen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns in range(50, 81):
        assert [line for line in help_of(capsys, monkeypatch, "", columns) if line.endswith("-")] == []
