"""Checks whether a PowerShell process keeps running after its client has disconnected: writes depend on this.

The tested process only waits.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.errors import BackendError
from hvtui.backends.powershell.winrm.probe import ok, skipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.powershell.agent import Agent, Process

_log = logging.getLogger(__name__)

LIFETIME = 6
"""Seconds that the tested process waits before it ends."""
WATCH = 1.5
"""Seconds for which the process is watched after each step."""
POLL = 0.1
"""Seconds between two checks of the process."""
TOO_SLOW = "The connection is too slow: the process had ended by itself before it was looked at."


async def checks(agent: Agent, *, watched_by: Agent, remote: bool) -> AsyncIterator[Check]:
    """Start `agent`, make it wait, disconnect from it, and check whether it is still running."""
    try:
        process = await agent.start()
        ends = time.monotonic() + LIFETIME
        await agent.send_and_close("try_line", Text="", Seconds=LIFETIME)
    except BackendError as error:
        _log.debug("The second PowerShell did not start", exc_info=True)
        yield Check(
            name="process-left",
            verdict=Verdict.WARNING,
            words=f"A second PowerShell, which every write needs, cannot be started: {error.message}",
            remedy=error.hint,
        )
        return
    try:
        survives = await _survives(process, watched_by)
        yield _disconnected(survives, in_time=time.monotonic() < ends)
    finally:
        await watched_by.delete_shell(process.handle)
    if remote and survives:
        survives = await _survives(process, watched_by)
        yield _shell_deleted(survives, in_time=time.monotonic() < ends)


async def _survives(process: Process, watched_by: Agent) -> bool:
    """Return whether the process is still running after `WATCH` seconds."""
    ends = time.monotonic() + WATCH
    while time.monotonic() < ends:
        found = await watched_by.call("process_alive", Id=process.id, Started=process.started)
        if not found["Alive"]:
            return False
        await asyncio.sleep(POLL)
    return True


def _disconnected(survives: bool, *, in_time: bool) -> Check:
    if survives:
        return ok("process-left", "A process keeps running when its client disconnects: yes.")
    if not in_time:
        return skipped("process-left", TOO_SLOW)
    return Check(
        name="process-left",
        verdict=Verdict.WARNING,
        words="A process keeps running when its client disconnects: no. A lost connection may cut a write off.",
        remedy="Do not quit hvtui while it writes to this host.",
    )


def _shell_deleted(survives: bool, *, in_time: bool) -> Check:
    if not survives and not in_time:
        return skipped("shell-deleted", TOO_SLOW)
    return ok(
        "shell-deleted", f"A process keeps running when its shell is deleted: {'yes' if survives else 'no'}."
    )
