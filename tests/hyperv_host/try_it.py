"""hvtui, the real one, on a PowerShell of this machine with a pretend Hyper-V host behind its cmdlets.

Run it by hand: ``python -m tests.hyperv_host.try_it [SCENARIO]``. All is as with ``hvtui --local``, but for the
prelude that keeps each cmdlet away from a real host. HVTUI_PRETEND_PORT names a host that a test has started, so
that the test can ask it from outside.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack

from backends.folders import config_file
from backends.hyperv import HyperVBackend
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tui.app import HvtuiApp
from tui.places import HERE, Places


def main(scenario: str = "lab") -> int:
    with ExitStack() as leaving:
        given = os.environ.get("HVTUI_PRETEND_PORT")
        port = int(given) if given else leaving.enter_context(Host.started(scenario, clock="real")).port
        places = Places(config_file(), load=lambda name: HyperVBackend(prelude(port)))
        app = HvtuiApp(places.make("hyperv", {}, name=HERE), places)
        app.run()
        return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
