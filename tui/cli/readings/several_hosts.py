"""Reads one host, or the hosts of a group several at once; one of a group that cannot be read says why."""

from __future__ import annotations

import asyncio
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from hvtui.backends.errors import BackendError
from hvtui.backends.hosts.credentials import with_password
from hvtui.backends.hosts.passwords import Keyring
from hvtui.backends.hosts.targets import Group
from hvtui.backends.operations.readings.joined import Part, joined
from hvtui.tui.cli.connection import connected, signed_in
from hvtui.tui.cli.readings.one_host import read_disks, read_inventory
from hvtui.tui.text.hosts.trouble import trouble_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hvtui.backends.hosts.targets import Target
    from hvtui.backends.model import DiskReading, Inventory, Vm, VmId
    from hvtui.backends.secret import Secret

    ToRead = Callable[[Inventory], Sequence[Vm]]

AT_ONCE = 8
"""How many hosts are read at the same time."""


class Reading(Struct, frozen=True, kw_only=True):
    """What was read of one host, or of all."""

    inventory: Inventory
    limit: int | None = None
    """The most checkpoints that a VM may have."""
    disks: Mapping[VmId, DiskReading] = field(default_factory=lambda: MappingProxyType({}))


async def read(target: Target | Group, disks_of: ToRead) -> Reading:
    """Return the VMs of a host, or of all hosts of a group that can be read, and the disks of the chosen ones.

    Raises the `BackendError` of the first host if none can be read.
    """
    if not isinstance(target, Group):
        return await _read(target, disks_of)
    passwords: dict[str, Secret] = {}
    signed = [await _signed_in(each, passwords) for each in target.targets]
    slots = asyncio.Semaphore(AT_ONCE)
    results = await asyncio.gather(*(_read_or_why(each, disks_of, slots) for each in signed))
    readings = [result for result in results if isinstance(result, Reading)]
    if not readings:
        raise next(result for result in results if isinstance(result, BackendError))
    parts = [_part(each, result) for each, result in zip(target.targets, results, strict=True)]
    return Reading(
        inventory=joined(target.name, parts, readings[0].inventory.taken),
        limit=next((reading.limit for reading in readings if reading.limit), None),
        disks={vm_id: each for reading in readings for vm_id, each in reading.disks.items()},
    )


async def _read(target: Target, disks_of: ToRead, *, among: str | None = None) -> Reading:
    async with connected(target, among=among) as session:
        inventory = await read_inventory(session)
        wanted = [vm.id for vm in disks_of(inventory)]
        return Reading(
            inventory=inventory,
            limit=session.capabilities.max_checkpoints,
            disks=await read_disks(session, wanted, now=inventory.taken),
        )


async def _read_or_why(
    target: Target | BackendError, disks_of: ToRead, slots: asyncio.Semaphore
) -> Reading | BackendError:
    if isinstance(target, BackendError):
        return target
    try:
        async with slots:
            return await _read(target, disks_of, among=target.name)
    except BackendError as error:
        return error


async def _signed_in(target: Target, passwords: dict[str, Secret]) -> Target | BackendError:
    """Return the target with its password. One that was typed serves all hosts of the same user."""
    try:
        target = await with_password(target, Keyring())
        if target.needs_password and (known := passwords.get(target.settings.user)):
            return target.signed_in(target.settings.user, known)
        if target.needs_password:
            target = await signed_in(target)
            passwords[target.settings.user] = target.settings.password
    except BackendError as error:
        return error
    return target


def _part(target: Target, result: Reading | BackendError) -> Part:
    if isinstance(result, BackendError):
        return Part(host=target.name, trouble=trouble_text(result))
    return Part(host=target.name, inventory=result.inventory)
