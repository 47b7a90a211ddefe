"""The completion scripts, each in its shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hvtui.tui.cli.main import main
from tests.hyperv_host.conftest import powershell
from tests.terminal.conftest import terminal
from tests.terminal.tmux import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hyperv_host.engine import Engine
    from tests.terminal.conftest import OpenTerminal

__all__ = ["powershell", "terminal"]

STARTS = {
    "bash": (".bashrc", 'PS1="$ "\neval "$(hvtui completion bash)"\n'),
    "zsh": (
        ".zshrc",
        'PS1="$ "\nautoload -Uz compinit\ncompinit -u -D\neval "$(hvtui completion zsh)"\n',
    ),
    "fish": (
        ".config/fish/config.fish",
        "set -g fish_greeting\nfunction fish_prompt; echo '$ '; end\nhvtui completion fish | source\n",
    ),
}
"""For each shell the file that it reads at its start, in the home folder, and what stands there."""
HOSTS = '[hosts.hv01]\n[hosts."my host"]\n[hosts."x$(touch owned)"]\n'


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment with `hvtui` on its PATH and with saved hosts."""
    config = tmp_path / "config.toml"
    config.touch(0o600)
    config.write_text(HOSTS)
    command = tmp_path / "bin" / "hvtui"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexport PYTHONPATH="{CHECKOUT}"\nexec "{sys.executable}" -m hvtui "$@"\n')
    command.chmod(0o755)
    path = os.pathsep.join([str(command.parent), os.environ["PATH"]])
    monkeypatch.setenv("PATH", path)  # tmux prefers that of its client to what it is told
    return {"HVTUI_CONFIG": str(config), "HOME": str(tmp_path)}


@pytest.mark.terminal
@pytest.mark.parametrize("shell", STARTS)
def test_a_shell_completes_what_is_typed(
    shell: str, environment: dict[str, str], terminal: OpenTerminal, tmp_path: Path
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} on this machine")
    name, start = STARTS[shell]
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(start)
    screen = terminal("-i", program=shell, size="200x30", **environment)
    screen.until(lambda: screen.screen().strip() == "$", "the prompt")
    quoted = "my\\ host"
    for typed, completed in [
        ("hvtui li", "hvtui list "),
        ("hvtui list you@hv", "hvtui list you@hv01 "),
        ("hvtui list my", f"hvtui list {quoted} "),
        ("hvtui --demo=tr", "hvtui --demo=troubled "),
        ("hvtui list --demo tr", "hvtui list --demo troubled "),
        ("hvtui list hv01 --js", "hvtui list hv01 --json "),
        (f"hvtui --log {tmp_path}/con", f"hvtui --log {tmp_path}/config.toml "),
        (f"hvtui --log={tmp_path}/con", f"hvtui --log={tmp_path}/config.toml "),
    ]:
        screen.write(typed)
        screen.press("Tab")
        screen.shows(completed.rstrip())
        screen.write("+")
        screen.shows(f"$ {completed}+")
        screen.press("C-u")
        screen.until(lambda: "+" not in screen.screen(), "an empty line")
    screen.write("hvtui list x")
    screen.press("Tab")
    screen.shows("touch")
    assert not (CHECKOUT / "owned").exists()


@pytest.mark.engine
def test_powershell_completes_what_is_typed(
    powershell: Engine, environment: dict[str, str], tmp_path: Path
) -> None:
    ran = run_powershell(
        powershell,
        environment,
        tmp_path,
        """\
foreach ($line in 'hvtui li', 'hvtui list ', 'hvtui list you@hv', 'hvtui --demo=tr', 'hvtui list --demo tr',
        'hvtui list hv01 --js', 'hvtui create hv01 we') {
    "$line -> $((TabExpansion2 $line $line.Length).CompletionMatches.CompletionText -join ' | ')"
}
""",
    )
    assert ran.stdout.splitlines() == [
        "hvtui li -> list",
        "hvtui list  -> hv01 | 'my host' | 'x$(touch owned)'",
        "hvtui list you@hv -> 'you@hv01'",
        "hvtui --demo=tr -> --demo=troubled",
        "hvtui list --demo tr -> troubled",
        "hvtui list hv01 --js -> --json",
        "hvtui create hv01 we -> ",
    ]


@pytest.mark.engine
def test_powershell_shows_what_a_subcommand_does(
    powershell: Engine, environment: dict[str, str], tmp_path: Path
) -> None:
    ran = run_powershell(
        powershell, environment, tmp_path, "(TabExpansion2 'hvtui li' 8).CompletionMatches.ToolTip"
    )
    assert ran.stdout.strip() == "list the VMs of a host, or the checkpoints of a VM"


def run_powershell(
    engine: Engine, environment: dict[str, str], folder: Path, script: str
) -> subprocess.CompletedProcess[str]:
    """Run a script after that of the completion, from a file: Windows PowerShell's syntax is checked only there."""
    hvtui = [sys.executable, "-m", "hvtui", "completion", "powershell"]
    completion = subprocess.run(hvtui, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    file = folder / "completion.ps1"
    file.write_text(f"{completion}\n{script}")
    return subprocess.run(
        [engine.path, "-NoLogo", "-NoProfile", "-File", str(file)],
        cwd=CHECKOUT,
        env=os.environ | environment | {"PWSH_EDITION": engine.edition, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
    )


def test_another_shell_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 2
    assert "bash, zsh, fish, powershell" in capsys.readouterr().err
