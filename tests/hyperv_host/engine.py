"""Finds and runs a PowerShell engine: ``HVTUI_PWSH``, or ``pwsh`` on PATH; on Windows also powershell.exe."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FLAGS = ("-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-OutputFormat", "Text")
# Without this, progress records would be mixed with the errors on standard error.
QUIET = "$ProgressPreference = 'SilentlyContinue'\n"


@dataclass(frozen=True, slots=True)
class Result:
    """The output and exit code of a script."""

    lines: list[str]
    errors: str
    code: int


@dataclass(frozen=True, slots=True)
class Engine:
    """A PowerShell executable."""

    path: str
    edition: str
    """The value of ``$PSVersionTable.PSEdition``: Core or Desktop."""
    agents: str
    """The executable that starts agents: `path`, or a launcher that runs them in processes used before."""

    def start(self, script: str, *, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        encoded = base64.b64encode((QUIET + script).encode("utf-16-le")).decode("ascii")
        return self._start("-EncodedCommand", encoded, stdin=stdin)

    def run(self, script: str) -> Result:
        return _result(self.start(script))

    def run_file(self, script: Path) -> Result:
        """Run a script file. The engine checks the syntax of Windows PowerShell only in files and commands."""
        return _result(self._start("-File", str(script)))

    def _start(self, *arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.path, *FLAGS, *arguments],
            env=os.environ | {"PWSH_EDITION": self.edition, "NO_COLOR": "1"},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )


def _result(running: subprocess.Popen[str]) -> Result:
    with running as process:
        output, errors = process.communicate()
    return Result(output.splitlines(), errors, process.returncode)


def find(edition: str) -> Engine | None:
    core = os.environ.get("HVTUI_PWSH") or shutil.which("pwsh")
    on_windows = sys.platform == "win32"
    path = shutil.which("powershell") if on_windows and edition == "Desktop" else core
    return Engine(path, edition, agents=path) if path else None
