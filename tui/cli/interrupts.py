"""Ctrl+C: while a person is asked it ends the program, while the host works it must not."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def interrupts_end_it() -> Iterator[None]:
    """Make Ctrl+C raise `KeyboardInterrupt` at once. The event loop would let a waiting `readline` go on."""
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
