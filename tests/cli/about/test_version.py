"""`hvtui --version -v`: what a report of an error should say about this machine."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from hvtui.tui.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_versions_places_and_terminal_are_told_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config, state, powershell = tmp_path / "config.toml", tmp_path / "state", tmp_path / "pwsh"
    config.write_text("")
    powershell.touch(0o755)
    for name, value in {
        "HVTUI_CONFIG": str(config),
        "HVTUI_STATE_DIR": str(state),
        "HVTUI_LOG": "",
        "HVTUI_PWSH": str(powershell),
        "HVTUI_PASSWORD": "marker-4711",
        "TERM": "xterm-\x1b[31m",
        "COLORTERM": "truecolor",
        "COLUMNS": "123",
    }.items():
        monkeypatch.setenv(name, value)
    assert main(["--version", "-v"]) == 0
    out, err = capsys.readouterr()
    first, *lines = out.splitlines()
    facts = {line[:12].rstrip(): line[12:] for line in lines}
    assert (first, err) == (f"hvtui {version('hvtui')}", "")
    assert facts["Python"].startswith(platform.python_version())
    assert facts["Textual"] == version("textual")
    assert facts["config"] == str(config)
    assert facts["state"] == f"{state} (not there yet)"
    assert facts["log"].startswith("off")
    assert facts["PowerShell"] == str(powershell)
    assert facts["terminal"].startswith("TERM=xterm-‹1B›[31m, COLORTERM=truecolor, ")
    assert "123x" in facts["terminal"]
    assert "marker" not in out
    monkeypatch.setenv("HVTUI_PWSH", "no-such-powershell")
    assert main(["--version", "--verbose", "--log", str(tmp_path / "log")]) == 0
    out = capsys.readouterr().out
    assert str(tmp_path / "log") in out
    assert "no such program" in out


def test_the_version_alone_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"hvtui {version('hvtui')}\n"
