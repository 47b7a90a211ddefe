"""The time of a refresh over WinRM: ``make bench``. Needs a PowerShell engine and prints a table.

The WinRM service is that of the tests, on loopback in this process. It delays each message by 20 ms.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from winrm import Session as PyWinRmSession

from hvtui.backends.hyperv import parse
from hvtui.backends.hyperv.backend import HyperVBackend, HyperVSettings
from hvtui.backends.mock.clock import RealClock
from hvtui.backends.mock.world import World
from hvtui.backends.secret import Secret
from tests.hyperv_host import engine
from tests.hyperv_host.calls import CallHandler
from tests.hyperv_host.prelude import prelude
from tests.hyperv_host.server import Server
from tests.winrm.rules import Rules
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.contract import Session
    from tests.hyperv_host.engine import Engine

DELAY = 0.020
ROUNDS = 9
ONE_SHOT = "Get-VM | Select-Object Id, Name, State | ConvertTo-Json -Compress"


def main() -> int:
    powershell = engine.find("Desktop")
    if powershell is None:
        print("No PowerShell engine: set HVTUI_PWSH, or put pwsh on PATH.", file=sys.stderr)
        return 1
    with serving_host(powershell, vms=10, checkpoints=3) as server:
        asyncio.run(measure_refresh(server))
    with serving_host(powershell, vms=1000, checkpoints=10) as server:
        asyncio.run(measure_thousand(server))
    return 0


@contextmanager
def serving_host(powershell: Engine, *, vms: int, checkpoints: int) -> Iterator[FakeWinRm]:
    clock = RealClock()
    world = World(clock)
    for number in range(vms):
        vm = world.add_vm(f"vm-{number:04}")
        for age in range(checkpoints):
            world.add_checkpoint(vm, f"Before change {age}", clock.now() - timedelta(days=checkpoints - age))
    with Server(CallHandler(world, clock)) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        with FakeWinRm.started(
            engine=powershell, prelude=prelude(host.port), clock=clock, rules=Rules(delay=DELAY)
        ) as server:
            yield server
        host.shutdown()


async def measure_refresh(server: FakeWinRm) -> None:
    async with HyperVBackend().connect(settings_for(server)) as session:
        await session.inventory()
        before = len(server.messages())
        warm = [await refresh_seconds(session) for _ in range(ROUNDS)]
        round_trips = (len(server.messages()) - before) / ROUNDS
    one_shot = [run_ps_seconds(server) for _ in range(5)]
    ratio = statistics.median(one_shot) / statistics.median(warm)
    row("round trips of a refresh", f"{round_trips:g}", "2")
    row("a refresh, compared with Session.run_ps", f"{ratio:.1f} times as fast", "at least 8 times")
    row("  median ms, warm and run_ps", f"{ms(warm)} and {ms(one_shot)}", "")


async def measure_thousand(server: FakeWinRm) -> None:
    gaps: list[float] = []
    async with HyperVBackend().connect(settings_for(server)) as session:
        await session.inventory()
        before = len(server.messages())
        gap_recorder = asyncio.create_task(record_gaps(gaps))
        total = await refresh_seconds(session)
        gap_recorder.cancel()
        count = len(server.messages()) - before
        reply = await session._reader.agent.call("inventory", All=True, VmIds=[])  # type: ignore[attr-defined]
        start = time.perf_counter()
        inventory = parse.inventory(reply)
        parsed = time.perf_counter() - start
    assert (len(inventory.vms), len(inventory.checkpoints)) == (1000, 10_000)
    row("1,000 VMs with 10 checkpoints each: messages", str(count), "at most 10")
    row("  parsed in", f"{parsed:.2f} s", "0.2 s")
    row("  longest block of the event loop", f"{max(gaps) * 1000:.0f} ms", "")
    row("  total", f"{total:.1f} s", "")


async def record_gaps(gaps: list[float]) -> None:
    """Record for how long the event loop is blocked."""
    while True:
        start = time.perf_counter()
        await asyncio.sleep(0.005)
        gaps.append(time.perf_counter() - start - 0.005)


async def refresh_seconds(session: Session) -> float:
    start = time.perf_counter()
    await session.inventory()
    return time.perf_counter() - start


def run_ps_seconds(server: FakeWinRm) -> float:
    start = time.perf_counter()
    result = PyWinRmSession(server.url, (server.user, server.password), transport="ntlm").run_ps(ONE_SHOT)
    assert result.status_code == 0, result.std_err
    return time.perf_counter() - start


def settings_for(server: FakeWinRm) -> HyperVSettings:
    return HyperVSettings(
        host="127.0.0.1",
        port=str(server.port),
        transport="http",
        user=server.user,
        password=Secret(server.password),
    )


def ms(values: list[float]) -> str:
    return f"{statistics.median(values) * 1000:.0f}"


def row(quantity: str, measured: str, target: str) -> None:
    print(f"{quantity:48} {measured:24} {target}")


if __name__ == "__main__":
    sys.exit(main())
