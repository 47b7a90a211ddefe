"""Runs ``hvtui --local`` on a PowerShell of this computer, with a fake Hyper-V host behind its cmdlets.

Usage: ``python -m tests.hyperv_host.local_demo [SCENARIO]``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hvtui.tui.cli import main as cli
from tests.hyperv_host import engine
from tests.hyperv_host.host import Host
from tests.hyperv_host.powershell_wrapper import write_wrapper
from tests.hyperv_host.prelude import prelude


def main(scenario: str = "lab") -> int:
    found = engine.find(os.environ.get("PWSH_EDITION", "Core"))
    if found is None or sys.platform == "win32":
        sys.exit("This needs POSIX and a PowerShell: set HVTUI_PWSH, or put pwsh on PATH.")
    with TemporaryDirectory() as folder, Host.started(scenario, clock="real") as host:
        os.environ["HVTUI_PWSH"] = str(write_wrapper(Path(folder) / "powershell", found, prelude(host.port)))
        os.environ["HVTUI_STATE_DIR"] = folder
        return cli.main(["--local"])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
