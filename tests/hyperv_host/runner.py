"""Runs the scripts of many tests in one PowerShell: starting one for each is what takes time.

Each script has a scope and a list of errors of its own, and the test's host is new. Modules stay imported.
"""

from __future__ import annotations

import base64
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tests.hyperv_host.engine import QUIET, Result
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude

if TYPE_CHECKING:
    from tests.hyperv_host.engine import Engine

LOOP = (Path(__file__).parent / "runner.ps1").read_text("utf-8")


class Runner:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open = ExitStack()
        self._host: Host | None = None
        self._process: subprocess.Popen[str] | None = None

    def new_host(self) -> Host:
        """Return the host of the cmdlets, with one running VM and a manual clock, as if it had just been started."""
        if self._host is None:
            self._host = self._open.enter_context(Host.started("one"))
        self._host.reset()
        return self._host

    def run(self, script: str) -> Result:
        """Run a script. Its values are written as text, without the formatting of a console."""
        process = self._process or self._start()
        self._process = None  # a script that ends it, or is interrupted, is its last one
        result = _answer(process, script)
        self._process = process
        return result

    def close(self) -> None:
        self._open.close()

    def _start(self) -> subprocess.Popen[str]:
        assert self._host
        process = self._open.enter_context(self._engine.start(LOOP, stdin=subprocess.PIPE))
        self._open.callback(process.kill)
        prepared = _answer(process, QUIET + prelude(self._host.port))
        assert prepared.errors == ""
        return process


def _answer(process: subprocess.Popen[str], script: str) -> Result:
    assert process.stdin and process.stdout and process.stderr
    process.stdin.write(base64.b64encode(script.encode()).decode("ascii") + "\n")
    process.stdin.flush()
    console = []
    while not (line := process.stdout.readline()).startswith("answer:"):
        if not line:
            raise RuntimeError(f"The process ended with {process.wait()}: {process.stderr.read()}")
        console.append(line.removesuffix("\n"))
    output, errors = (base64.b64decode(word).decode() for word in line.removesuffix("\n").split(" ")[1:])
    return Result(console + output.splitlines(), errors, 0)
