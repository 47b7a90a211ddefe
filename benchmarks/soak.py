"""Memory and processes after 10,000 refreshes over WinRM: ``make soak``. Needs a PowerShell engine and some minutes.

The host is that of ``make fake-host`` in another process, so that the measured memory is that of hvtui.
"""

from __future__ import annotations

import asyncio
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from hvtui.backends.hyperv.backend import HyperVBackend, HyperVSettings
from hvtui.backends.secret import Secret

if TYPE_CHECKING:
    from hvtui.backends.contract import Session

REFRESHES = 10_000


def main() -> int:
    command = [sys.executable, "-m", "tests.winrm.fake_host", "--scenario", "one"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout
        output = ""
        while "SHA-256" not in output:
            output += host.stdout.readline()
        found = re.search(r"hvtui (\S+)@.*--transport http --port (\d+)", output)
        password = re.search(r"password is:\s+(.*)", output)
        assert found
        assert password
        try:
            asyncio.run(soak(found[1], found[2], password[1]))
        finally:
            host.terminate()
    return 0


async def soak(user: str, port: str, password: str) -> None:
    settings = HyperVSettings(
        host="127.0.0.1", transport="http", port=port, user=user, password=Secret(password)
    )
    async with HyperVBackend().connect(settings) as session:
        (vm,) = (await session.inventory()).vms
        await session.rename_checkpoint(vm.id, (await session.inventory()).checkpoints[0].id, name="warm")
        await refresh(session, 500)
        print(
            f"after {500:6} refreshes: {peak_memory():7,} KB, {powershell_processes()} PowerShell processes"
        )
        start = time.monotonic()
        await refresh(session, REFRESHES - 500)
        seconds = time.monotonic() - start
        print(
            f"after {REFRESHES:6} refreshes: {peak_memory():7,} KB, {powershell_processes()} PowerShell processes, {seconds:.0f} s"
        )


async def refresh(session: Session, times: int) -> None:
    for _ in range(times):
        await session.inventory()


def peak_memory() -> int:
    """Return the peak memory of this process in KB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def powershell_processes() -> int:
    """Return the number of PowerShell processes that were started with an encoded command."""
    found = 0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += b"-EncodedCommand" in path.read_bytes()
        except OSError:
            continue
    return found


if __name__ == "__main__":
    sys.exit(main())
