"""``hvtui --local`` on a PowerShell of this machine, with a pretend Hyper-V host behind its cmdlets.

Run it by hand: ``python -m tests.hyperv_host.try_it [SCENARIO]``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hvtui.tui.cli import main as cli
from tests.hyperv_host import engine
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.hyperv_host.stand_in import stand_in


def main(scenario: str = "lab") -> int:
    found = engine.find(os.environ.get("PWSH_EDITION", "Core"))
    if found is None or sys.platform == "win32":
        sys.exit("It needs POSIX, and a PowerShell: set HVTUI_PWSH, or put pwsh on PATH.")
    with TemporaryDirectory() as folder, Host.started(scenario, clock="real") as host:
        os.environ["HVTUI_PWSH"] = str(stand_in(Path(folder) / "powershell", found, prelude(host.port)))
        os.environ["HVTUI_STATE_DIR"] = folder
        return cli.main(["--local"])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
