"""A job of VMM: each write is one, and VMM still knows how it ended when nobody waits for it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hvtui.backends.model import Activity
from hvtui.backends.scvmm.states import DONE, JOBS, NOT_DONE, is_refresh

if TYPE_CHECKING:
    from collections.abc import Mapping


class VmmJob(Struct, frozen=True, kw_only=True):
    id: str
    status: str
    ended: bool
    cmdlet: str
    target: str
    """The id of the object that it is about, as VMM knows it."""
    percent: int | None
    started: str
    number: int
    """VMM's number of its error; 0 if there is none."""
    code: int | None
    """The HRESULT of the error, if there is one."""
    words: str
    advice: str
    text: str

    @property
    def succeeded(self) -> bool | None:
        """Whether it has done what it was to do; None if it has not ended, or in a state that nobody knows."""
        if self.status in DONE:
            return True
        return False if self.status in NOT_DONE else None

    @property
    def running(self) -> bool:
        return not self.ended and self.succeeded is None

    @property
    def activity(self) -> Activity:
        """What it does with the VM; NONE for one that only refreshes what VMM knows."""
        if is_refresh(self.cmdlet):
            return Activity.NONE
        return JOBS.get(self.cmdlet, Activity.OTHER)


def job(row: Mapping[str, Any]) -> VmmJob:
    return VmmJob(
        id=str(row["Id"]).lower(),
        status=row["Status"],
        ended=row["Ended"],
        cmdlet=row["Cmdlet"],
        target=str(row["Target"]).lower(),
        percent=None if row["Percent"] is None else min(max(row["Percent"], 0), 100),
        started=row["Started"],
        number=row["Number"],
        code=None if not row["Code"] else row["Code"] & 0xFFFFFFFF,
        words=row["Words"],
        advice=row["Advice"],
        text=row["Text"],
    )


def jobs(reply: Mapping[str, Any]) -> tuple[VmmJob, ...]:
    return tuple(map(job, reply["Jobs"]))
