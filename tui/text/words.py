"""The words for times, sizes and states. Coarse on purpose: what does not change is not painted again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hvtui.backends.model import VmState
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model import Inventory, Vm, VmId

MINUTE, HOUR, DAY = 60, 3600, 86400
_CAPITAL_INSIDE = re.compile(r"(?<=.)(?=[A-Z])")
_UNITS = ("bytes", "KB", "MB", "GB", "TB", "PB")


def age(moment: datetime, now: datetime) -> str:
    """At most five cells, for a column: ``<1 h``, ``3 h``, ``2 d``, ``400 d``, ``3 y``."""
    seconds = (now - moment).total_seconds()
    if seconds < HOUR:
        return "<1 h" if seconds > -2 * MINUTE else "ahead"
    if seconds < DAY:
        return f"{int(seconds // HOUR)} h"
    days = int(seconds // DAY)
    return f"{days} d" if days < 1000 else f"{days // 365} y"


def ago(moment: datetime, now: datetime) -> str:
    """In a sentence: ``just now``, ``25 minutes ago``, ``41 days ago``."""
    seconds = (now - moment).total_seconds()
    if seconds < -2 * MINUTE:
        return "later than this computer's clock"
    if seconds < MINUTE:
        return "just now"
    if seconds < 2 * MINUTE:
        return "a minute ago"
    if seconds < HOUR:
        return f"{_minutes(seconds)} minutes ago"
    if seconds < DAY:
        return f"{_count(int(seconds // HOUR), 'hour')} ago"
    days = _days(moment, now)
    return "yesterday" if days <= 1 else f"{days} days ago"


def when(moment: datetime, now: datetime) -> str:
    """When it was, in the reader's zone and at most ten cells: ``10:42``, ``Tue 10:42``, ``2025-11-02``."""
    local = moment.astimezone()
    days = _days(moment, now)
    if days == 0:
        return f"{local:%H:%M}"
    return f"{local:%a %H:%M}" if 0 < days < 7 else f"{local:%Y-%m-%d}"


def in_full(moment: datetime) -> str:
    """``Tue 2025-11-02 10:42`` in the reader's zone."""
    return f"{moment.astimezone():%a %Y-%m-%d %H:%M}"


def elapsed(seconds: float) -> str:
    """How long something has been going on, coarser as it goes: ``12 s``, ``4 min``, ``2 h 10 min``, ``41 days``."""
    if seconds < 10:
        return f"{max(0, int(seconds))} s"
    if seconds < MINUTE:
        return f"{int(seconds // 10) * 10} s"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds >= 3 * DAY:
        return f"{int(seconds // DAY)} days"
    hours, rest = divmod(int(seconds), HOUR)
    minutes = rest // (10 * MINUTE) * 10
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def size(count: int) -> str:
    """``12 GB``, ``1.2 GB``, ``300 MB``: a GB is 2^30 bytes, as Windows shows it."""
    if count < 1024:
        return _count(count, "byte")
    unit, value = 0, float(count)
    while value >= 1000 and unit < len(_UNITS) - 1:
        unit, value = unit + 1, value / 1024
    digits = f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
    return f"{digits.removesuffix('.0')} {_UNITS[unit]}"


def state(vm: Vm) -> str:
    """``running``, ``fast saved``; the host's own word where we do not know it."""
    if vm.state is VmState.UNKNOWN and vm.state_text:
        return safe(vm.state_text)
    return _CAPITAL_INSIDE.sub(" ", vm.state.value).lower()


def where(vm_id: VmId, inventory: Inventory) -> str:
    """The VM's state and place, as a sentence."""
    vm = inventory.vm(vm_id)
    if vm is None:
        return "The VM is not on this host any more."
    at = inventory.checkpoint(vm.current)
    return f"The VM is {state(vm)} now, {f'at “{safe(at.name)}”' if at else 'at no checkpoint'}."


def _minutes(seconds: float) -> int:
    """In steps of five once there are ten."""
    minutes = int(seconds // MINUTE)
    return minutes if minutes < 10 else minutes // 5 * 5


def _days(moment: datetime, now: datetime) -> int:
    """Midnights between the two in the reader's zone: as people count days."""
    return (now.astimezone().date() - moment.astimezone().date()).days


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
