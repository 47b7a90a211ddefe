"""Handles Ctrl+C: it ends the program at a question, but not while the host executes a command."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def interrupts_end_it() -> Iterator[None]:
    """Make Ctrl+C raise `KeyboardInterrupt` at once. With asyncio's handler, a blocking `readline` would continue."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def interrupts_set_event() -> Iterator[asyncio.Event]:
    """Make Ctrl+C set this event instead of ending the program: the outcome of a sent command must be reported."""
    interrupted, loop = asyncio.Event(), asyncio.get_running_loop()
    before = signal.signal(signal.SIGINT, lambda number, frame: loop.call_soon_threadsafe(interrupted.set))
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)
