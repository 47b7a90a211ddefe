"""The orders in which VMs can be listed."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from hvtui.backends.limits import is_plausible
from hvtui.backends.model import VmState
from hvtui.tui.text.words import state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import Inventory, Vm
    from hvtui.backends.operations.filtering.facts import Facts

_LATEST = datetime.max.replace(tzinfo=UTC)


class Sort(StrEnum):
    NAME = "name"
    STATE = "state"
    COUNT = "count"
    AGE = "age"
    MARK = "mark"


def sorted_vms(
    vms: Sequence[Vm], sort: Sort, inventory: Inventory, facts: Facts, *, by_name: bool
) -> Sequence[Vm]:
    """Return the VMs in this order; those that are equal in it stay in the host's order, which is by name.

    `by_name`: they are of several hosts, and are to be in one order.
    """
    checkpoints = inventory.checkpoints_by_vm
    if by_name:
        vms = sorted(vms, key=lambda vm: vm.name.casefold())
    match sort:
        case Sort.NAME:
            return vms
        case Sort.STATE:
            return sorted(vms, key=lambda vm: (vm.state is not VmState.RUNNING, state(vm)))
        case Sort.COUNT:
            return sorted(vms, key=lambda vm: -len(checkpoints.get(vm.id, ())))
        case Sort.AGE:
            return sorted(vms, key=lambda vm: _oldest(vm, inventory) or _LATEST)
        case Sort.MARK:
            return sorted(vms, key=lambda vm: -facts.severity(vm))


def _oldest(vm: Vm, inventory: Inventory) -> datetime | None:
    dates = (checkpoint.created for checkpoint in inventory.checkpoints_of(vm.id))
    return min((date for date in dates if is_plausible(date)), default=None)
