"""A terminal with nothing behind it but the test: every byte is seen, and it can go away."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 30.0


class BareTerminal:
    """No signal comes when it goes away: it controls nobody, and SIGHUP is ignored."""

    def __init__(self, *words: str, rows: int = 24, columns: int = 80, **environment: str) -> None:
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(self._ours, (rows, columns))
        self._before = termios.tcgetattr(self._ours)
        self.written = b""
        self._state = TemporaryDirectory()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what is ignored is handed down
        try:
            self.process = subprocess.Popen(
                [sys.executable, *words],
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                cwd=CHECKOUT,
                env=self._environment(environment),
            )
        finally:
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.go_away()
        self.process.kill()
        self.process.wait()
        self._state.cleanup()

    @property
    def is_as_before(self) -> bool:
        """Echo, line editing and all the rest."""
        return termios.tcgetattr(self._ours) == self._before

    def shows(self, text: bytes, *, before: bytes = b"") -> None:
        """Wait until this text was written, and then `before`."""
        ends = time.monotonic() + PATIENCE
        while before not in self.written.partition(text)[2] or text not in self.written:
            more = time.monotonic() < ends and self._read()
            assert more, f"{text!r} never came: {self.written[-2000:]!r}"

    def settle(self) -> None:
        """Read until nothing has been written for longer than the app waits after an Escape key."""
        while select([self._ours], [], [], 0.3)[0] and self._read():
            pass

    def press(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def press_until(self, text: bytes, keys: bytes) -> None:
        """Press these keys until this text is written: a dialog ignores keys until it has painted its first frame."""
        begun, ends = len(self.written), time.monotonic() + PATIENCE
        while text not in self.written[begun:]:
            assert time.monotonic() < ends, f"{text!r} never came: {self.written[-2000:]!r}"
            self.press(keys)
            self.settle()

    def ended(self) -> int:
        """The exit code, when all that was written has been read."""
        while self._read():
            pass
        return self.process.wait(PATIENCE)

    def go_away(self) -> None:
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1

    def _read(self) -> bool:
        ready, _, _ = select([self._ours], [], [], PATIENCE)
        try:
            data = os.read(self._ours, 65536) if ready else b""
        except OSError:  # nobody is at the other end any more
            return False
        self.written += data
        return bool(data)

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "HVTUI_STATE_DIR": self._state.name}
        return kept | own | dict(more)
