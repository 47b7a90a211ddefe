"""Shows the progress of a command, and of the merge after it, on a terminal."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError
from hvtui.backends.operations.orphans import is_command
from hvtui.tui.cli.output import is_terminal, width_of
from hvtui.tui.cli.readings.one_host import WatchedVm
from hvtui.tui.text.reasons import operation_words
from hvtui.tui.text.safe import SafeText, safe, shorten

if TYPE_CHECKING:
    from hvtui.backends.contract import Session
    from hvtui.backends.operations.command import Command

SECONDS = 2.0
"""Seconds between two readings of the host."""


async def show_progress(session: Session, command: Command) -> None:
    """Show the progress until this is cancelled. Does nothing if standard error is not a terminal."""
    if not is_terminal(sys.stderr):
        return
    words = safe(operation_words(command))
    watched = WatchedVm(session, command.vm.id)
    try:
        while True:
            await asyncio.sleep(SECONDS)
            percent = await _percent(watched, command)
            show_line(f"{words}{f': {percent} %' if percent is not None else '...'}")
    finally:
        show_line("")
        await watched.close()


def show_line(words: str) -> None:
    """Write the words in place of those that were written last, if standard error is a terminal."""
    if is_terminal(sys.stderr):
        width = width_of(sys.stderr)
        shown = shorten(SafeText(words), width - 1) if width else words  # a second line would not be replaced
        sys.stderr.write(f"\r\x1b[K{shown}")
        sys.stderr.flush()


async def _percent(watched: WatchedVm, command: Command) -> int | None:
    try:
        inventory = await watched.read()
    except BackendError:
        return None
    return next((job.percent for job in inventory.jobs_of(command.vm.id) if is_command(job)), None)
