"""Reads one host, or the hosts of a group several at once; one of a group that cannot be read says why."""

from __future__ import annotations

import asyncio
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from hvtui.backends.errors import AuthenticationFailed, BackendError
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


class TypedPasswords(Struct):
    """The passwords that were typed, by user. One is sent to a second host only after a first one has accepted it."""

    accepted: dict[str, Secret] = field(default_factory=dict)
    refused: dict[str, AuthenticationFailed] = field(default_factory=dict)

    def learn(self, target: Target, result: Reading | BackendError) -> None:
        """Take from the first reading of a host whether it accepted the password that was typed for it."""
        if isinstance(result, AuthenticationFailed):
            self.refused[target.settings.user] = result
        elif isinstance(result, Reading):
            self.accepted[target.settings.user] = target.settings.password


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
    slots, typed = asyncio.Semaphore(AT_ONCE), TypedPasswords()
    reading = [await _start(each, disks_of, slots, typed) for each in target.targets]
    results = await asyncio.gather(*reading)
    readings = [result for result in results if isinstance(result, Reading)]
    if not readings:
        raise next(result for result in results if isinstance(result, BackendError))
    parts = [_part(each, result) for each, result in zip(target.targets, results, strict=True)]
    return Reading(
        inventory=joined(target.name, parts, readings[0].inventory.taken),
        limit=next((reading.limit for reading in readings if reading.limit), None),
        disks={vm_id: each for reading in readings for vm_id, each in reading.disks.items()},
    )


async def _read(target: Target, disks_of: ToRead, *, qualifier: str | None = None) -> Reading:
    async with connected(target, qualifier=qualifier) as session:
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
            return await _read(target, disks_of, qualifier=target.name)
    except BackendError as error:
        return error


async def _start(
    target: Target, disks_of: ToRead, slots: asyncio.Semaphore, typed: TypedPasswords
) -> asyncio.Task[Reading | BackendError]:
    """Start to read a host. One that a password is typed for has been read before this returns."""
    signed: Target | BackendError
    asked = False
    try:
        signed = await with_password(target, Keyring())
        if signed.needs_password:
            user = signed.settings.user
            if (refused := typed.refused.get(user)) is not None:
                raise refused
            asked = user not in typed.accepted
            signed = await signed_in(signed) if asked else signed.signed_in(user, typed.accepted[user])
    except BackendError as error:
        signed = error
    reading = asyncio.create_task(_read_or_why(signed, disks_of, slots))
    if asked and not isinstance(signed, BackendError):
        typed.learn(signed, await reading)
    return reading


def _part(target: Target, result: Reading | BackendError) -> Part:
    if isinstance(result, BackendError):
        return Part(host=target.name, trouble=trouble_text(result))
    return Part(host=target.name, inventory=result.inventory)
