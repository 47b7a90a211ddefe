"""Whether a process goes on that nobody waits for, as one with a write in flight has to: tried with one that waits."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.errors import BackendError
from hvtui.backends.powershell.winrm.probe import ok

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.powershell.agent import Agent, Process

WAITS = 6
"""Seconds that the process waits..."""
WATCHED = 1.5
"""... and those that it is watched for, twice..."""
PAUSE = 0.1
"""... with so many between two looks."""


async def checks(agent: Agent, *, watched_by: Agent, remote: bool) -> AsyncIterator[Check]:
    """`agent` is started, asked to wait, and left."""
    try:
        process = await agent.start()
        ends = time.monotonic() + WAITS
        await agent.send_and_close("try_line", Text="", Seconds=WAITS)
    except BackendError as error:
        yield Check(
            name="process-left",
            verdict=Verdict.WARNING,
            words=f"A second PowerShell, as each write has one, did not come about: {error.message}",
            remedy=error.hint,
        )
        return
    try:
        goes_on = await _goes_on(process, watched_by)
        yield _left(goes_on, in_time=time.monotonic() < ends)
    finally:
        await watched_by.delete_shell(process.handle)
    if remote and goes_on:
        goes_on = await _goes_on(process, watched_by)
        yield _deleted(goes_on, in_time=time.monotonic() < ends)


async def _goes_on(process: Process, watched_by: Agent) -> bool:
    """Whether it is there all the time that it is watched."""
    ends = time.monotonic() + WATCHED
    while time.monotonic() < ends:
        found = await watched_by.call("process_alive", Id=process.id, Started=process.started)
        if not found["Alive"]:
            return False
        await asyncio.sleep(PAUSE)
    return True


def _left(goes_on: bool, *, in_time: bool) -> Check:
    if goes_on:
        return ok("process-left", "A process goes on when its shell is left: yes.")
    if not in_time:
        return ok("process-left", "A process goes on when its shell is left: the line is too slow to tell.")
    return Check(
        name="process-left",
        verdict=Verdict.WARNING,
        words="A process goes on when its shell is left: no. A write may be cut off when its line is.",
        remedy="Do not leave hvtui while it writes to this host.",
    )


def _deleted(goes_on: bool, *, in_time: bool) -> Check:
    seen = "yes" if goes_on else "no" if in_time else "the line is too slow to tell"
    return ok("shell-deleted", f"A process goes on when its shell is deleted: {seen}.")
