"""Shows the progress of a command on a terminal."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError
from hvtui.tui.text.reasons import operation_words
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from hvtui.backends.contract import Session
    from hvtui.backends.operations.command import Command

SECONDS = 2.0
"""Seconds between two readings of the host."""


async def show_progress(session: Session, command: Command) -> None:
    """Show the progress until this is cancelled. Does nothing if standard error is not a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        return
    words = safe(operation_words(command))
    try:
        while True:
            await asyncio.sleep(SECONDS)
            percent = await _percent(session, command)
            sys.stderr.write(f"\r\x1b[K{words}{f': {percent} %' if percent is not None else '...'}")
            sys.stderr.flush()
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


async def _percent(session: Session, command: Command) -> int | None:
    try:
        inventory = await session.inventory([command.vm.id])
    except BackendError:
        return None
    return next((job.percent for job in inventory.jobs if job.vm_id == command.vm.id), None)
