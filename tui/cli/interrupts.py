"""Handles Ctrl+C and the signals to end: at a question they end the program, but not while the host executes a command."""

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
    """Make Ctrl+C and the signals to end set this event: what is known of a sent command must be reported."""
    interrupted, loop = asyncio.Event(), asyncio.get_running_loop()
    before = {
        number: signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(interrupted.set))
        for number in _TO_END
        if signal.getsignal(number) != signal.SIG_IGN  # as nohup does
    }
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_TO_END = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Windows has no SIGHUP."""
