"""A real terminal: tmux, with a screen that can be read and keys that can be pressed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host.conftest import powershell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["powershell"]

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 30.0


class Terminal:
    def __init__(self, socket: Path, command: list[str], environment: dict[str, str], size: str) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        columns, rows = size.split("x")
        self._run("new-session", "-d", "-s", "it", "-x", columns, "-y", rows, "-c", str(CHECKOUT),
                  *(f"-e{name}={value}" for name, value in environment.items()), *command)  # fmt: skip

    def screen(self) -> str:
        return self._run("capture-pane", "-p", "-t", "it")

    def press(self, *keys: str) -> None:
        self._run("send-keys", "-t", "it", *keys)

    def shows(self, text: str) -> str:
        """The screen, as soon as it shows this text."""
        ends = time.monotonic() + PATIENCE
        while text not in (screen := self.screen()):
            assert time.monotonic() < ends, f"{text!r} never came:\n{screen}"
        return screen

    def answer(self, key: str, question: str) -> None:
        """Press a key until the question is gone: pressed within milliseconds of its first frame, it is dropped."""
        self.shows(question)
        for _ in range(20):
            self.press(key)
            ends = time.monotonic() + 1
            while time.monotonic() < ends:
                if question not in self.screen():
                    return
        raise AssertionError(f"{question!r} is still there:\n{self.screen()}")

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run([*self._tmux, *arguments], check=True, capture_output=True)
        return done.stdout.decode("utf-8", "replace")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    if shutil.which("tmux") is None:
        pytest.skip("no tmux on this machine")
    opened: list[Terminal] = []

    def open_terminal(*words: str, size: str = "80x24", **environment: str) -> Terminal:
        environment |= {"HVTUI_STATE_DIR": str(tmp_path / "state"), "PATH": os.environ["PATH"]}
        opened.append(Terminal(tmp_path / f"tmux{len(opened)}", [sys.executable, *words], environment, size))
        return opened[-1]

    yield open_terminal
    for one in opened:
        one.close()
