"""A PowerShell to run scripts in: ``HVTUI_PWSH``, then ``pwsh`` on PATH; on Windows also its own powershell.exe."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

FLAGS = ("-NoLogo", "-NoProfile", "-NonInteractive", "-OutputFormat", "Text", "-EncodedCommand")
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
        return subprocess.Popen(
            [self.path, *FLAGS, encoded],
            env=os.environ | {"PWSH_EDITION": self.edition, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, script: str) -> Answer:
        with self.begin(script) as process:
            output, errors = process.communicate()
        return Answer(output.splitlines(), errors, process.returncode)


def find(edition: str) -> Engine | None:
    core = os.environ.get("HVTUI_PWSH") or shutil.which("pwsh")
    on_windows = sys.platform == "win32"
    path = shutil.which("powershell") if on_windows and edition == "Desktop" else core
    return Engine(path, edition) if path else None
