"""The words for how far a merge is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.model import Activity
from hvtui.tui.text.safe import EMPTY, SafeText
from hvtui.tui.text.words import amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hvtui.backends.model import Job, VmId


def merge_percents(jobs: Iterable[Job]) -> Mapping[VmId, int]:
    """Return how far each merge is that runs on a VM. A VM whose disks merge one by one has the least percentage."""
    found: dict[VmId, int] = {}
    for job in jobs:
        if job.activity is Activity.MERGING and job.vm_id is not None and job.percent is not None:
            found[job.vm_id] = min(job.percent, found.get(job.vm_id, 100))
    return found


def left_text(total: int | None, percent: int | None) -> SafeText:
    """Return how much of `total` bytes is still to be merged: ``12 GB left``; "" if that is not known."""
    if total is None or percent is None:
        return EMPTY
    return SafeText(f"{amount(total * (100 - max(0, min(100, percent))) // 100)} left")


def merging_words(percent: int | None, left: SafeText) -> tuple[SafeText, ...]:
    """Return the words for a column, the longest first: ``merging 43 % 12 GB left``, ``merging 43 %``, ``merging``."""
    if percent is None:
        return (SafeText("merging"),)
    short = (SafeText(f"merging {percent} %"), SafeText(f"{percent} %"))
    return (SafeText(f"{short[0]} {left}"), *short) if left else short
