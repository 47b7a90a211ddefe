"""Waits until the host shows no merge of the disks of deleted checkpoints any more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError, ConnectionLost
from hvtui.backends.model import Activity

if TYPE_CHECKING:
    from hvtui.backends.contract import Session
    from hvtui.backends.model import Inventory
    from hvtui.backends.operations.command import Command

SECONDS = 2.0
"""Seconds between two readings."""
LOST_READINGS = 5
"""The number of successive readings that may fail because the connection is lost."""


async def wait_for_merge(session: Session, command: Command) -> bool:
    """Return True after two readings in a row without a merge, or False if the VM cannot be read any more."""
    quiet, lost = 0, 0
    while quiet < 2:
        try:
            inventory = await session.inventory([command.vm.id])
        except ConnectionLost:
            lost += 1
            if lost > LOST_READINGS:
                return False
            await asyncio.sleep(SECONDS)
            continue
        except BackendError:
            return False
        lost = 0
        vm = inventory.vm(command.vm.id)
        if vm is None:
            return False
        quiet = 0 if _merging(inventory, command) else quiet + 1
        if quiet < 2:
            await asyncio.sleep(SECONDS)
    return True


def _merging(inventory: Inventory, command: Command) -> bool:
    vm = inventory.vm(command.vm.id)
    jobs = (job.activity for job in inventory.jobs if job.vm_id == command.vm.id)
    return Activity.MERGING in (vm.activity if vm else Activity.NONE, *jobs)
