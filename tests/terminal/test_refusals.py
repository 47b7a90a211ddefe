"""A machine that hvtui cannot work on says why in one sentence, before anything could be changed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host.powershell_wrapper import write_wrapper
from tests.hyperv_host.prelude import prelude
from tests.terminal.tmux import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host
    from tests.terminal.conftest import OpenTerminal

pytestmark = [
    pytest.mark.engine,
    pytest.mark.terminal,
    pytest.mark.parametrize("powershell", ["Core"], indirect=True),
]

CONSTRAINED = "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'\n"


def machine(trouble: str, engine: Engine, host: Host, folder: Path) -> dict[str, str]:
    """The environment of a machine that has this trouble."""
    match trouble:
        case "no PowerShell":
            return {"PATH": str(folder)}
        case "a PowerShell that is not there":
            return {"HVTUI_PWSH": "no-such-powershell"}
        case "no Hyper-V module":
            first = prelude(host.port, without=["Hyper-V"])
        case "Constrained Language":
            first = CONSTRAINED
        case _:
            host.set_rights(granted=False)
            first = prelude(host.port)
    return {"HVTUI_PWSH": str(write_wrapper(folder / "powershell", engine, first))}


@pytest.mark.parametrize(
    ("trouble", "said", "advised"),
    [
        (
            "no PowerShell",
            "There is no PowerShell on this machine.",
            "Start hvtui on the host itself",
        ),
        ("a PowerShell that is not there", "HVTUI_PWSH names no-such-powershell", "Correct it, or unset it."),
        ("no Hyper-V module", "has no Hyper-V module.", "install its Hyper-V role"),
        ("Constrained Language", "runs in ConstrainedLanguage mode", "allow Full Language mode"),
        ("no rights", "may not manage Hyper-V on this machine.", "Hyper-V Administrators"),
    ],
)
def test_what_stands_in_the_way_is_said_and_nothing_is_done(
    trouble: str,
    said: str,
    advised: str,
    powershell: Engine,
    host: Host,
    terminal: OpenTerminal,
    tmp_path: Path,
) -> None:
    environment = machine(trouble, powershell, host, tmp_path)
    listed = subprocess.run(
        [sys.executable, "-m", "hvtui", "list", "--local"],
        cwd=CHECKOUT, env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (listed.returncode, listed.stdout) == (1, "")
    (sentence,) = listed.stderr.splitlines()
    assert sentence.startswith("hvtui: ")
    assert said in sentence
    assert advised in sentence

    screen = terminal("-m", "hvtui", "--local", **environment)
    screen.shows(" Close ")
    screen.until(lambda: said in " ".join(screen.screen().replace("│", " ").split()), said)
    screen.choose("Close")
    if trouble == "no rights":  # which may be given at any moment: it goes on trying
        screen.press("q")
    assert screen.ended() == 1
    assert sentence in " ".join(screen.parting_words().split())  # on a terminal it breaks at spaces
    assert host.state()["ran"] == []
