"""A pretend Hyper-V host behind WinRM, to try hvtui on by hand: ``make fake-host``. ``make fake-vmm``: a VMM server.

Its protocol and its PowerShell engine are real; its Hyper-V is simulated and uses the machine's clock. Ctrl+C ends it.
Started again on the same ports, it behaves like a host after a restart, with another certificate.
"""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hvtui.backends.mock.clock import RealClock
from hvtui.backends.mock.scenarios import NAMES
from hvtui.backends.mock.scenarios.datacenter import datacenter
from hvtui.backends.powershell.winrm.certificates import fingerprint
from tests.hyperv_host import engine
from tests.hyperv_host import server as host_server
from tests.hyperv_host.prelude import prelude
from tests.vmm_host import module
from tests.vmm_host import server as vmm_server
from tests.vmm_host.vmm import Vmm
from tests.winrm.certificates import self_signed
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import Iterator

TRY = """\
The fake host is up, with the scenario {scenario} of the demo. Try one of these; Ctrl+C here ends it.

  {hvtui} {user}@127.0.0.1{backend} --transport http --port {http}
  {hvtui} {user}@127.0.0.1{backend} --transport https --port {https}

The password is:  {password}
The certificate's SHA-256:  {fingerprint}
"""


@contextmanager
def started_host(scenario: str) -> Iterator[str]:
    """Start a Hyper-V host, and return the prelude of PowerShell on it."""
    with host_server.serving(scenario, "real") as host:
        yield prelude(host.port)


@contextmanager
def started_vmm() -> Iterator[str]:
    """Start a VMM server, and return the prelude of PowerShell on it."""
    with vmm_server.serving(Vmm(datacenter, RealClock)) as vmm:
        yield module.prelude(vmm.port)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.winrm.fake_host")
    parser.add_argument("--scenario", choices=NAMES, default="lab")
    parser.add_argument("--vmm", action="store_true", help="a VMM server with several hosts instead")
    parser.add_argument("--edition", choices=("Core", "Desktop"), default="Desktop")
    parser.add_argument("--http-port", type=int, default=0, help="a free one unless given")
    parser.add_argument("--https-port", type=int, default=0, help="a free one unless given")
    options = parser.parse_args()
    powershell = engine.find(options.edition)
    if powershell is None:
        print("No PowerShell engine: set HVTUI_PWSH, or put pwsh on PATH.", file=sys.stderr)
        return 1
    certificate = self_signed()
    ended = threading.Event()
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, lambda *_: ended.set())
    with (
        started_vmm() if options.vmm else started_host(options.scenario) as before,
        FakeWinRm.started(
            engine=powershell, prelude=before, clock=RealClock(), port=options.http_port
        ) as http,
        FakeWinRm.started(
            engine=powershell,
            prelude=before,
            clock=RealClock(),
            port=options.https_port,
            certificate=certificate,
        ) as https,
    ):
        print(
            TRY.format(
                scenario="datacenter" if options.vmm else options.scenario,
                backend=" --backend scvmm" if options.vmm else "",
                user=http.user,
                password=http.password,
                http=http.port,
                https=https.port,
                fingerprint=fingerprint(certificate.der),
                hvtui=shlex.quote(str(Path(sys.executable).with_name("hvtui"))),
            ),
            flush=True,
        )
        # A signal delivered to another thread does not wake this one, so it polls.
        while not ended.wait(0.2):
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
