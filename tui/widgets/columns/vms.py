"""The columns of the list of VMs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from hvtui.backends.limits import is_plausible
from hvtui.tui.text.absence import checkpoint_count
from hvtui.tui.text.safe import EMPTY, SafeText, safe
from hvtui.tui.text.words import age, elapsed, size, state
from hvtui.tui.widgets.columns.columns import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, Inventory, Vm


class VmFacts(Struct, frozen=True):
    vm: Vm
    inventory: Inventory
    checkpoints: Sequence[Checkpoint]
    now: datetime


def _count(facts: VmFacts) -> tuple[SafeText, str]:
    number = checkpoint_count(facts.vm, facts.inventory, len(facts.checkpoints))
    return SafeText(f"{number}"), "muted" if facts.inventory.lists_checkpoints_of(facts.vm.id) else "warning"


def _age(pick: Callable[[Sequence[datetime]], datetime], facts: VmFacts) -> tuple[SafeText, str]:
    dates = [c.created for c in facts.checkpoints]
    dates = [date for date in dates if is_plausible(date)] or dates
    return age(pick(dates), facts.now) if dates else EMPTY, "muted"


def _state(facts: VmFacts) -> tuple[SafeText, str]:
    return (SafeText("critical"), "bad") if facts.vm.critical else (state(facts.vm), "muted")


def _uptime(facts: VmFacts) -> tuple[SafeText, str]:
    return elapsed(facts.vm.uptime_seconds) if facts.vm.uptime_seconds else EMPTY, "muted"


def _memory(facts: VmFacts) -> tuple[SafeText, str]:
    return size(facts.vm.memory_assigned) if facts.vm.memory_assigned else EMPTY, "muted"


def _host(facts: VmFacts) -> tuple[SafeText, str]:
    return safe(facts.inventory.host_of(facts.vm).name), "muted"


VM_COLUMNS: Final[Mapping[str, Column[VmFacts]]] = {
    "state": Column(9, _state, rank=3, right=False),
    "uptime": Column(11, _uptime, rank=6),
    "memory": Column(7, _memory, rank=5),
    "count": Column(2, _count, rank=1),
    "newest": Column(6, lambda facts: _age(max, facts), rank=4),
    "oldest": Column(6, lambda facts: _age(min, facts), rank=2),
}
"""By their headings, which are their names in the settings. An age has at most five cells; the sixth separates it from the count."""
HOST: Final = "host"
WITH_HOST: Final = {HOST: Column(12, _host, rank=0, gap=2, right=False), **VM_COLUMNS}
"""The columns where VMs of several hosts are not grouped: that of the host is not in the settings."""
