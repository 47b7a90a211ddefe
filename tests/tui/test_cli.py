"""The command line, as a shell sees it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def hvtui(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *args],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=50,
    )


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        ((), 2, "needs a terminal"),
        (("--demo",), 2, "needs a terminal"),
        (("--backend", "nonsense"), 2, "no backend"),
        (("list", "--demo", "nonsense"), 2, "no scenario"),
        (("--nonsense",), 2, "--nonsense"),
    ],
)
def test_what_cannot_be_is_said_without_a_traceback(args: tuple[str, ...], code: int, words: str) -> None:
    ran = hvtui(*args)
    assert ran.returncode == code
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("list", "--demo", "one"),
        ("list", "--backend", "mock", "--scenario", "one"),
    ],
)
def test_list_prints_the_vms(args: tuple[str, ...]) -> None:
    ran = hvtui(*args)
    assert ran.returncode == 0
    assert ran.stdout.startswith("web-01")
    told = json.loads(hvtui(*args, "--json").stdout)
    assert told[0]["checkpoints"][0]["name"] == "Clean install"


def test_backends_are_listed_and_textual_is_not_needed_for_it() -> None:
    assert "mock" in hvtui("backends").stdout.split()
    seen = "import sys; from tui.cli import main; main(['backends']); print('textual' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert ran.stdout.split()[-1] == "False"
