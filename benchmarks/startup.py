"""The time from process start to the first frame with a VM row: ``make bench``. Prints a table.

Each program runs in a pseudo-terminal of 120x40 that supports synchronized output, so that each frame has a marked
end. The programs take turns, so that a busy machine slows all of them alike; only the ratios are worth comparing.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

from hvtui.backends.mock.backend import MockBackend, MockSettings
from tests.terminal.bare import BareTerminal

ROUNDS = 15
SYNC_SUPPORTED, FRAME_END = b"\x1b[?2026;2$y", b"\x1b[?2026l"
HELLO, TEN, FLEET = "hello-world Textual app", "10 VMs", "10,000 VMs"
FLEETS = "20 hosts of 500 VMs"
PROGRAMS = {
    HELLO: (("-m", "benchmarks.hello"), b"Hello, world"),
    TEN: (("-m", "hvtui", "--demo", "lab"), b"app-02"),
    FLEET: (("-m", "hvtui", "--demo", "fleet"), b"app-00001"),
    FLEETS: (("-m", "hvtui", "--demo", "fleets"), b"app-00001"),
}
"""The words after ``python``, and the text that the frame contains: the name of the first VM."""


def main() -> int:
    seconds: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for round_number in range(ROUNDS + 1):
        for name, (words, text) in PROGRAMS.items():
            took = first_frame(*words, text=text)
            if round_number:  # the first one compiles what changed and warms the file cache
                seconds[name].append(took)
    median = {name: statistics.median(values) for name, values in seconds.items()}
    row("first frame with a VM row, against hello-world", f"{median[TEN] / median[HELLO]:.2f}", "at most 1.5")
    row("  with 10,000 VMs, against 10", f"{median[FLEET] / median[TEN]:.2f}", "at most 1.3")
    simulated = statistics.median(asyncio.run(simulate_fleet()) for _ in range(5))
    row("    without simulating them", f"{(median[FLEET] - simulated) / median[TEN]:.2f}", "")
    row(
        "  20 hosts of 500 VMs, against one of 10,000", f"{median[FLEETS] / median[FLEET]:.2f}", "at most 1.0"
    )
    for name, value in median.items():
        row(f"  {name}", f"{value * 1000:.0f} ms", "")
    return 0


def first_frame(*words: str, text: bytes) -> float:
    """Seconds until a frame with this text is complete."""
    begun = time.perf_counter()
    with BareTerminal(*words, rows=40, columns=120, COLORTERM="truecolor") as terminal:
        terminal.press(SYNC_SUPPORTED)  # before it is asked for: the first frame has to have a marked end
        terminal.shows(text, before=FRAME_END)
        return time.perf_counter() - begun


async def simulate_fleet() -> float:
    """Seconds that the simulated host takes to build its 10,000 VMs and to list them, which no real host costs us."""
    begun = time.perf_counter()
    async with MockBackend().connect(MockSettings(scenario="fleet")) as session:
        await session.inventory()
    return time.perf_counter() - begun


def row(what: str, found: str, wanted: str) -> None:
    print(f"{what:48} {found:24} {wanted}")


if __name__ == "__main__":
    sys.exit(main())
