"""A process of the PowerShell engine that runs one script after the other.

Most of what a start of PowerShell costs is compiling the engine, and the scripts, in a new process. A script that runs
in a process which has run others shares nothing with them but that: it has a new runspace, its own standard streams
and its own environment, and its connections are closed when it ends.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_COMPILE_ONCE = {"DOTNET_TieredCompilation": "0"}
"""What is compiled at first use is not compiled again, which takes longer than these scripts run."""
_LOOP = base64.b64encode((Path(__file__).parent / "loop.ps1").read_text("utf-8").encode("utf-16-le"))


class WarmEngine:
    """A process that runs the scripts of `Run`. It is in a session of its own."""

    def __init__(self, path: str, environment: Mapping[str, str]) -> None:
        self.runs = 0
        self.process = subprocess.Popen(
            [path, "-NoProfile", "-NonInteractive", "-EncodedCommand", _LOOP.decode()],
            env={**environment, **_COMPILE_ONCE},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self.process.stdin
        assert self.process.stdout
        self.orders = self.process.stdin
        self.answers = self.process.stdout

    def close(self) -> None:
        """End the process, whatever runs in it."""
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            self.orders.close()
        self.answers.close()


class Run:
    """A script that runs in a warm engine, with the interface of `subprocess.Popen`.

    `pid` is the engine's. The process ends when the script does, as one that runs nothing else would. It remains only
    if `kill` found the script idle, or if nobody can see the process, which is said by `unseen`.
    """

    def __init__(
        self,
        engine: WarmEngine,
        script: str,
        environment: Mapping[str, str],
        ended: Callable[[WarmEngine], None],
        *,
        unseen: bool = False,
    ) -> None:
        engine.runs += 1
        self.pid = engine.process.pid
        self.returncode: int | None = None
        self._engine = engine
        self._ended = ended
        self._remains = unseen
        self._changing = threading.Lock()
        input_end, output_end, error_end = os.pipe(), os.pipe(), os.pipe()
        self.stdin = os.fdopen(input_end[1], "wb", 0)
        self.stdout = os.fdopen(output_end[0], "rb", 0)
        self.stderr = os.fdopen(error_end[0], "rb", 0)
        theirs = [input_end[0], output_end[1], error_end[1]]
        order = {
            "script": script,
            "environment": dict(environment),
            "streams": [f"/proc/{os.getpid()}/fd/{descriptor}" for descriptor in theirs],
        }
        with contextlib.suppress(BrokenPipeError):  # it died: the thread sees it
            engine.orders.write(json.dumps(order).encode("ascii") + b"\n")
            engine.orders.flush()
        self._thread = threading.Thread(target=self._follow, args=(theirs,), daemon=True)
        self._thread.start()

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        self._thread.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("PowerShell", timeout or 0)
        return self.returncode

    def kill(self) -> None:
        """End the script: an idle agent by the end of its input, and anything else with the process."""
        with self._changing:
            if self.returncode is not None:
                return
            self._remains = self._is_idle()
            if not self._remains:
                self._engine.process.kill()
        self.stdin.close()

    def _is_idle(self) -> bool:
        """Return whether the engine's main thread waits for input."""
        process = Path(f"/proc/{self.pid}")
        try:
            _, descriptor, *_ = (process / "syscall").read_text().split()
            waits_for = (process / "fd" / str(int(descriptor, 16))).stat().st_ino
            return waits_for == os.fstat(self.stdin.fileno()).st_ino
        except (OSError, ValueError):  # it runs, waits for something else, or has closed its input
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self.stdin, self.stdout, self.stderr):
            pipe.close()
        self.wait()

    def communicate(self) -> tuple[bytes, bytes]:
        """Return all output and all errors of the script, whose input is empty."""
        self.stdin.close()
        errors: list[bytes] = []
        reading = threading.Thread(target=lambda: errors.append(self.stderr.read()))
        reading.start()
        output = self.stdout.read()
        reading.join()
        self.wait()
        return output, errors[0]

    def _follow(self, theirs: list[int]) -> None:
        opened = self._engine.answers.readline()
        for descriptor in theirs:
            os.close(descriptor)
        answer = opened and self._engine.answers.readline()
        code = int(answer) if answer else self._engine.process.wait()
        with self._changing:
            if not self._remains:
                self._engine.close()
            self.returncode = code
        self._ended(self._engine)
