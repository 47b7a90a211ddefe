"""A PowerShell to run scripts in: ``HVTUI_PWSH``, then ``pwsh`` on PATH; on Windows also its own powershell.exe."""

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
# What stands on standard error is for people; progress would only bury it.
QUIET = "$ProgressPreference = 'SilentlyContinue'\n"


@dataclass(frozen=True, slots=True)
class Answer:
    lines: list[str]
    errors: str
    code: int


@dataclass(frozen=True, slots=True)
class Engine:
    path: str
    edition: str
    """Core or Desktop: what ``$PSVersionTable.PSEdition`` is to say."""

    def begin(self, script: str) -> subprocess.Popen[str]:
        encoded = base64.b64encode((QUIET + script).encode("utf-16-le")).decode("ascii")
        return self._begin("-EncodedCommand", encoded)

    def run(self, script: str) -> Answer:
        return _finished(self.begin(script))

    def run_file(self, script: Path) -> Answer:
        """Windows PowerShell's syntax is checked only for what is a command or a file."""
        return _finished(self._begin("-File", str(script)))

    def _begin(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.path, *FLAGS, *arguments],
            env=os.environ | {"PWSH_EDITION": self.edition, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )


def _finished(running: subprocess.Popen[str]) -> Answer:
    with running as process:
        output, errors = process.communicate()
    return Answer(output.splitlines(), errors, process.returncode)


def find(edition: str) -> Engine | None:
    core = os.environ.get("HVTUI_PWSH") or shutil.which("pwsh")
    on_windows = sys.platform == "win32"
    path = shutil.which("powershell") if on_windows and edition == "Desktop" else core
    return Engine(path, edition) if path else None
