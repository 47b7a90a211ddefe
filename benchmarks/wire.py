"""Bytes on the wire for what a person does, with and without sending only changed cells: ``make bench``.

Each program runs in a pseudo-terminal of 120x40 on the demo. Between two steps it is idle for a moment, so that each
count has all that a step causes: also what follows it, such as the panes that follow the cursor.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from tests.terminal.bare import BareTerminal

if TYPE_CHECKING:
    from collections.abc import Iterator

LAB = ("-m", "hvtui", "--demo", "lab")
ESCAPE = b"\x1b"
STEPS = (
    ("row down, and the panes that follow", b"j", 9_800),
    ("row up, and the panes that follow", b"k", 9_800),
    ("page down", b"\x1b[6~", 18_000),
    ("page up", b"\x1b[5~", 18_000),
    ("dialog opened", b"c", 55_000),
    ("dialog closed", ESCAPE, 33_000),
    ("help opened", b"?", 74_000),
    ("help closed", ESCAPE, 33_000),
    ("filter opened", b"/", 39_000),
    ("filter closed", ESCAPE, 33_000),
    ("toast shown and gone", b"y", 32_000),
)
"""What is done, the keys for it, and how many bytes it was before either was built."""
TOAST_SECONDS = 6.5
IDLE_SECONDS = 20


def main() -> int:
    counts = {wire: dict(measure(wire)) for wire in ("plain", "light")}
    row("bytes at 120x40", "all repainted", "changed cells", "of before")
    for name in counts["plain"]:
        before = next((bytes_before for step, _, bytes_before in STEPS if step == name), 0)
        changed = counts["light"][name]
        share = f"{changed / before:.2f} (at most 0.15)" if before else ""
        row(name, f"{counts['plain'][name]:,}", f"{changed:,}", share)
    return 0


def measure(wire: str) -> Iterator[tuple[str, int]]:
    with BareTerminal(*LAB, rows=40, columns=120, COLORTERM="truecolor", HVTUI_WIRE=wire) as terminal:
        terminal.shows(b"web-01")
        terminal.settle()
        yield "start", len(terminal.written)
        terminal.press(b"\x1b[H")
        terminal.settle()
        for name, keys, _ in STEPS:
            yield name, written_after(terminal, keys, TOAST_SECONDS if keys == b"y" else 0)
        yield f"idle, {IDLE_SECONDS} s", written_after(terminal, b"", IDLE_SECONDS)


def written_after(terminal: BareTerminal, keys: bytes, seconds: float = 0) -> int:
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
