"""Bytes on the wire for what a person does, with and without sending only changed cells: ``make bench``.

Each program runs in a pseudo-terminal of 120x40 on the demo. Between two steps it is idle for a moment, so that each
count has all that a step causes: also what follows it, such as the panes that follow the cursor.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

from tests.terminal.bare import BareTerminal

if TYPE_CHECKING:
    from collections.abc import Iterator

LAB = ("-m", "hvtui", "--demo", "lab")
ESCAPE = b"\x1b"
HOME = b"\x1b[H"
ROWS_DOWN = 9
"""In the list of ten VMs, each with its panes; the first goes to a VM with 31 checkpoints, from one with two."""
MEDIAN = "row down, the median of nine"
BEFORE = {
    MEDIAN: 9_800,
    "row down, to 31 checkpoints": 26_700,
    "row up, from 31 checkpoints": 16_200,
    "page down": 9_300,
    "page up": 9_300,
    "dialog opened": 39_900,
    "dialog closed": 33_100,
    "help opened": 72_900,
    "help closed": 33_100,
    "filter opened": 22_300,
    "filter closed": 29_600,
    "toast shown and gone": 3_500,
}
"""How many bytes the same step was before fewer were painted and only changed cells were sent."""
KEYS = (b"j", b"k", b"\x1b[6~", b"\x1b[5~", b"c", ESCAPE, b"?", ESCAPE, b"/", ESCAPE, b"y")
"""For each step but the first."""
TOAST_SECONDS = 6.5
IDLE_SECONDS = 20


def main() -> int:
    counts = {wire: dict(measure(wire)) for wire in ("plain", "light")}
    row("bytes at 120x40", "all repainted", "changed cells", "of before")
    for name, changed in counts["light"].items():
        before = BEFORE.get(name, 0)
        share = f"{changed / before:.2f} (at most 0.15)" if before else ""
        row(name, f"{counts['plain'][name]:,}", f"{changed:,}", share)
    return 0


def measure(wire: str) -> Iterator[tuple[str, int]]:
    with BareTerminal(*LAB, rows=40, columns=120, COLORTERM="truecolor", HVTUI_WIRE=wire) as terminal:
        terminal.shows(b"web-01")
        terminal.settle()
        yield "start", len(terminal.written)
        written_after(terminal, HOME)
        rows_down = [written_after(terminal, b"j") for _ in range(ROWS_DOWN)]
        yield MEDIAN, int(statistics.median(rows_down))
        written_after(terminal, HOME)
        for name, keys in zip(list(BEFORE)[1:], KEYS, strict=True):
            yield name, written_after(terminal, keys, TOAST_SECONDS if keys == b"y" else 1)
        yield f"idle, {IDLE_SECONDS} s", written_after(terminal, b"", IDLE_SECONDS)


def written_after(terminal: BareTerminal, keys: bytes, seconds: float = 1) -> int:
    terminal.written = b""
    if keys:
        terminal.press(keys)
    end = time.monotonic() + seconds
    terminal.settle()
    while time.monotonic() < end:
        terminal.settle()
    return len(terminal.written)


def row(what: str, plain: str, changes: str, share: str) -> None:
    print(f"{what:40} {plain:>14} {changes:>14}   {share}")


if __name__ == "__main__":
    sys.exit(main())
