"""The words for times, sizes and states. They are deliberately coarse: text that rarely changes is rarely repainted.

Columns and status lines use short forms. Ages in sentences are humanize's, which is imported when it is first needed.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.limits import is_plausible
from hvtui.backends.model import VmState
from hvtui.tui.text.safe import SafeText, compose, safe

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model import Vm

MINUTE, HOUR, DAY = 60, 3600, 86400
_CAPITAL_INSIDE = re.compile(r"(?<=.)(?=[A-Z])")
DATE_NOT_KNOWN = SafeText("date not known")
_UNITS = ("bytes", "KB", "MB", "GB", "TB", "PB")


def age(moment: datetime, now: datetime) -> SafeText:
    """Return the age, for a column of five cells: ``<1 h``, ``3 h``, ``2 d``, ``400 d``, ``3 y``, or ``?``."""
    if not is_plausible(moment):
        return SafeText("?")
    seconds = (now - moment).total_seconds()
    if seconds < HOUR:
        return SafeText("<1 h" if seconds > -2 * MINUTE else "ahead")
    if seconds < DAY:
        return SafeText(f"{int(seconds // HOUR)} h")
    days = int(seconds // DAY)
    return SafeText(f"{days} d" if days < 1000 else f"{days // 365} y")


def ago(moment: datetime, now: datetime) -> SafeText:
    """Return how long ago it was, for a sentence: ``just now``, ``25 minutes ago``, ``41 days ago``."""
    if not is_plausible(moment):
        return DATE_NOT_KNOWN
    seconds = (now - moment).total_seconds()
    if seconds < -2 * MINUTE:
        return SafeText("later than this computer's clock")
    if seconds < MINUTE:
        return SafeText("just now")
    import humanize  # not before the first frame

    if seconds < HOUR:
        passed = timedelta(minutes=_coarse_minutes(seconds))
    elif seconds < DAY:
        passed = timedelta(seconds=seconds)
    else:
        passed = timedelta(days=max(1, _days(moment, now)))
    return SafeText(humanize.naturaltime(passed, months=False))


def ago_short(moment: datetime, now: datetime) -> SafeText:
    """Return how long ago it was, for a heading: ``just now``, ``40 s ago``, ``25 min ago``, ``41 d ago``."""
    seconds = (now - moment).total_seconds()
    if seconds < 10:
        return SafeText("just now")
    return SafeText(f"{elapsed(seconds) if seconds < HOUR else age(moment, now)} ago")


def when(moment: datetime, now: datetime) -> SafeText:
    """Return the local time in at most ten cells: ``10:42``, ``Tue 10:42``, ``2025-11-02``."""
    if not is_plausible(moment):
        return SafeText("not known")
    local = moment.astimezone()
    days = _days(moment, now)
    if days == 0:
        return SafeText(f"{local:%H:%M}")
    return SafeText(f"{local:%a %H:%M}" if 0 < days < 7 else f"{local:%Y-%m-%d}")


def time_of_day(moment: datetime) -> SafeText:
    """Return the local time: ``10:42:07``."""
    return SafeText(f"{moment.astimezone():%H:%M:%S}")


def in_full(moment: datetime) -> SafeText:
    """Return the local date and time: ``Tue 2025-11-02 10:42``."""
    if not is_plausible(moment):
        return DATE_NOT_KNOWN
    return SafeText(f"{moment.astimezone():%a %Y-%m-%d %H:%M}")


def moment_text(moment: datetime, now: datetime) -> SafeText:
    """Return how long ago it was, and the local date and time."""
    return SafeText(f"{ago(moment, now)}, {in_full(moment)}") if is_plausible(moment) else DATE_NOT_KNOWN


def elapsed(seconds: float) -> SafeText:
    """Return a duration for a status line, coarser if longer: ``12 s``, ``4 min``, ``2 h 10 min``, ``41 days``."""
    if seconds < 10:
        return SafeText(f"{max(0, int(seconds))} s")
    if seconds < MINUTE:
        return SafeText(f"{int(seconds // 10) * 10} s")
    if seconds < HOUR:
        return SafeText(f"{int(seconds // MINUTE)} min")
    if seconds >= 3 * DAY:
        return SafeText(f"{int(seconds // DAY)} days")
    hours, rest = divmod(int(seconds), HOUR)
    minutes = rest // (10 * MINUTE) * 10
    return SafeText(f"{hours} h {minutes} min" if minutes else f"{hours} h")


def size(count: int) -> SafeText:
    """Return a size: ``12 GB``, ``1.2 GB``, ``300 MB``. A GB is 2^30 bytes, as in Windows."""
    if count < 1024:
        return SafeText(f"{count} byte" if count == 1 else f"{count} bytes")
    unit, value = 0, float(count)
    while value >= 1000 and unit < len(_UNITS) - 1:
        unit, value = unit + 1, value / 1024
    digits = f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
    return SafeText(f"{digits.removesuffix('.0')} {_UNITS[unit]}")


def state(vm: Vm) -> SafeText:
    """Return the state: ``running``, ``fast saved``; for a state that hvtui does not know, the host's own word."""
    if vm.state is VmState.UNKNOWN and vm.state_text:
        return safe(vm.state_text)
    return state_word(vm.state)


def state_in_sentence(vm: Vm) -> SafeText:
    """Return the state for a sentence, also if it is critical: ``paused (critical)``."""
    return SafeText(f"{state(vm)} (critical)") if vm.critical else state(vm)


def state_word(state: VmState) -> SafeText:
    return SafeText(_CAPITAL_INSIDE.sub(" ", state.value).lower())


def _coarse_minutes(seconds: float) -> int:
    """Return whole minutes; from ten on, in steps of five."""
    minutes = int(seconds // MINUTE)
    return minutes if minutes < 10 else minutes // 5 * 5


def _days(moment: datetime, now: datetime) -> int:
    """Return the number of local midnights between the two times."""
    return (now.astimezone().date() - moment.astimezone().date()).days


def vm_on_host(vm: Vm) -> SafeText:
    """Return the name of the VM, and that of its host if it is one of several: they may have VMs of the same name."""
    return compose("{vm} on {host}", vm=vm.name, host=vm.host) if vm.host else safe(vm.name)
