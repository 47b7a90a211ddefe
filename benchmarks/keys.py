"""From a key to its frame, quitting while a read hangs, and what idling costs: ``make bench``. Prints a table.

In a pseudo-terminal of 120x40 that supports synchronized output, so that each frame has a marked end. The programs take
turns, so that a busy machine slows all of them alike; only the ratios are worth comparing.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.startup import FRAME_END, SYNC_SUPPORTED, row
from tests.terminal.bare import BareTerminal

LAB, FLEET, FLEETS = (("-m", "hvtui", "--demo", scenario) for scenario in ("lab", "fleet", "fleets"))
ROUNDS = 30
IDLE_SECONDS = 60
DOWN, UP, END, ESCAPE = b"j", b"k", b"\x1b[F", b"\x1b"


def main() -> int:
    with ExitStack() as stack:
        lab, fleet, fleets = (
            stack.enter_context(started(*words, text=b"app-0")) for words in (LAB, FLEET, FLEETS)
        )
        small: list[float] = []
        large: list[float] = []
        spread: list[float] = []
        for key in (DOWN, UP) * (ROUNDS // 2):
            small.append(to_frame(lab, key))
            large.append(to_frame(fleet, key))
            spread.append(to_frame(fleets, key))
        ratio = statistics.median(large) / statistics.median(small)
        row("key to frame with 10,000 VMs, against 10", f"{ratio:.2f}", "at most 1.1")
        row("  10,000 VMs", f"{statistics.median(large) * 1000:.1f} ms", "")
        ratio = statistics.median(spread) / statistics.median(large)
        row("  20 hosts of 500 VMs, against one of 10,000", f"{ratio:.2f}", "at most 1.1")
        refill = stack.enter_context(started("-m", "benchmarks.refill", text=b"app-00001"))
        filled: list[float] = []
        filtered: list[float] = []
        filtered_spread: list[float] = []
        for key in (b"w", b"e", b"b", b"\x7f", b"\x7f", b"\x7f") * 2:
            filled.append(to_frame(refill, b"x"))
            if not filtered:
                to_frame(fleet, b"/")
                to_frame(fleets, b"/")
            filtered.append(to_frame(fleet, key))
            filtered_spread.append(to_frame(fleets, key))
        ratio = statistics.median(filtered) / statistics.median(filled)
        row("filter key over 10,000, against a DataTable refill", f"{ratio:.2f}", "at most 0.2")
        row("  filter key", f"{statistics.median(filtered) * 1000:.1f} ms", "")
        ratio = statistics.median(filtered_spread) / statistics.median(filtered)
        row("  20 hosts of 500 VMs, against one of 10,000", f"{ratio:.2f}", "at most 1.1")
        rows_down(lab)
        idle(stack.enter_context(started("-m", "hvtui", "--demo", "one", text=b"web-01")))
    quit_while_reading()
    return 0


def started(*words: str, text: bytes) -> BareTerminal:
    terminal = BareTerminal(*words, rows=40, columns=120, COLORTERM="truecolor")
    terminal.press(SYNC_SUPPORTED)
    terminal.shows(text, before=FRAME_END)
    terminal.settle()
    return terminal


def to_frame(terminal: BareTerminal, key: bytes) -> float:
    """Seconds from the key to the end of the next frame, once nothing more follows what was before."""
    terminal.settle()
    terminal.written = b""
    begun = time.perf_counter()
    terminal.press(key)
    terminal.shows(FRAME_END)
    return time.perf_counter() - begun


def rows_down(lab: BareTerminal) -> None:
    """Print the bytes of a row down in the list alone: until the cursor rests and the other panes follow."""
    counts = []
    for key in (UP, DOWN) * 5:
        lab.written = b""
        lab.press(key)
        lab.shows(FRAME_END)
        counts.append(len(lab.written))
        lab.settle()
    row("bytes for a row down in the list alone", f"{statistics.median(counts):.0f}", "at most 450")


def idle(terminal: BareTerminal) -> None:
    """Print the bytes and the processor time of a minute in which only ages moved."""
    terminal.settle()
    terminal.written = b""
    cpu, end = processor_seconds(terminal), time.monotonic() + IDLE_SECONDS
    while time.monotonic() < end:
        terminal.settle()
    cpu = processor_seconds(terminal) - cpu
    row("bytes for a minute in which only ages moved", f"{len(terminal.written)}", "at most 500")
    row("  processor time", f"{cpu / IDLE_SECONDS:.1%}", "")


def processor_seconds(terminal: BareTerminal) -> float:
    fields = Path(f"/proc/{terminal.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def quit_while_reading() -> None:
    with BareTerminal("-m", "benchmarks.hanging", rows=40, columns=120, COLORTERM="truecolor") as terminal:
        terminal.press(SYNC_SUPPORTED)
        terminal.shows(b"DEMO", before=FRAME_END)
        terminal.settle()
        begun = time.perf_counter()
        terminal.press(b"q")
        terminal.ended()
        row("quit while a read hangs", f"{time.perf_counter() - begun:.2f} s", "at most 0.5 s")


if __name__ == "__main__":
    sys.exit(main())
