"""Reads the hosts of a group for the command line, several at once; one that cannot be read says why."""

from __future__ import annotations

import asyncio
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from hvtui.backends.errors import BackendError
from hvtui.backends.hosts.credentials import with_password
from hvtui.backends.hosts.passwords import Keyring
from hvtui.backends.operations.readings.joined import Part, joined
from hvtui.tui.cli.connection import connected, signed_in
from hvtui.tui.cli.listing.objects import Listing
from hvtui.tui.cli.reading import read_disks, read_inventory
from hvtui.tui.text.hosts.trouble import trouble_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hvtui.backends.hosts.targets import Group, Target
    from hvtui.backends.model import DiskReading, VmId
    from hvtui.backends.secret import Secret

AT_ONCE = 8
"""How many hosts are read at the same time."""


class _Reading(Struct, frozen=True, kw_only=True):
    """What was read of one host, or why nothing was."""

    part: Part
    error: BackendError | None = None
    limit: int | None = None
    disks: Mapping[VmId, DiskReading] = field(default_factory=lambda: MappingProxyType({}))


async def read_hosts(group: Group, *, disks: bool, now: datetime) -> Listing:
    """Return the VMs of all hosts that can be read. Raises the `BackendError` of the first one if none can."""
    passwords: dict[str, Secret] = {}
    signed = [await _signed_in(target, passwords) for target in group.targets]
    slots = asyncio.Semaphore(AT_ONCE)
    readings = await asyncio.gather(*(_read(target, disks=disks, slots=slots) for target in signed))
    errors = [reading.error for reading in readings if reading.error]
    if len(errors) == len(readings):
        raise errors[0]
    return Listing(
        inventory=joined(group.name, [reading.part for reading in readings], now),
        limit=next((reading.limit for reading in readings if reading.limit), None),
        disk_readings={vm_id: each for reading in readings for vm_id, each in reading.disks.items()},
    )


async def _signed_in(target: Target, passwords: dict[str, Secret]) -> Target | _Reading:
    """Return the target with its password. One that was typed serves all hosts of the same user."""
    try:
        target = await with_password(target, Keyring())
        if not target.needs_password:
            return target
        if known := passwords.get(target.settings.user):
            return target.signed_in(target.settings.user, known)
        target = await signed_in(target)
        passwords[target.settings.user] = target.settings.password
    except BackendError as error:
        return _unread(target, error)
    return target


async def _read(target: Target | _Reading, *, disks: bool, slots: asyncio.Semaphore) -> _Reading:
    if isinstance(target, _Reading):
        return target
    try:
        async with slots, connected(target, among=target.name) as session:
            inventory = await read_inventory(session)
            wanted = [vm.id for vm in inventory.vms] if disks else []
            return _Reading(
                part=Part(host=target.name, inventory=inventory),
                limit=session.capabilities.max_checkpoints,
                disks=await read_disks(session, wanted, now=inventory.taken),
            )
    except BackendError as error:
        return _unread(target, error)


def _unread(target: Target, error: BackendError) -> _Reading:
    return _Reading(part=Part(host=target.name, trouble=trouble_text(error)), error=error)
