"""An in-memory Hyper-V host: what its management service (VMMS) knows, does and refuses.

The verbs are the service's own, not a cmdlet's: Restore-VMSnapshot, for one, is save, apply and start, and
whoever plays a cmdlet takes those steps. Each rule names the fact that it comes from. A world is not
thread-safe: one thread owns it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""
        ...


class JobType(IntEnum):
    """Msvm_ConcreteJob.JobType."""

    START = 12
    POWER_OFF = 13
    SAVE = 14
    MERGE = 50
    TAKE_CHECKPOINT = 70
    APPLY = 71
    DELETE = 72
    BACKUP = 170


@dataclass(slots=True, eq=False)
class WorldJob:
    """Work that goes on whether or not whoever asked for it lives. Done when the clock reaches `ends`."""

    id: str
    type: JobType
    vm_id: str
    started: datetime
    ends: datetime
    effect: Callable[[], str | None]
    """What happens at the end; its result becomes `result` (the new checkpoint's id), or it raises `Refused`."""
    result: str | None = None
    error: Refused | None = None
    finished: bool = False


class Refused(Exception):
    """The service says no. `code` is the WMI return code, which decides error id and category."""

    def __init__(self, code: int, *lines: str, hresult: int | None = None) -> None:
        super().__init__("\n".join(lines))
        self.code = code
        self.lines = lines
        self.hresult = hresult
