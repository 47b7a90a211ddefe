"""Reads one host, or the hosts of a group several at once; one of a group that cannot be read says why."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from hvtui.backends.errors import BackendError, SettingsError
from hvtui.backends.hosts.credentials import with_password
from hvtui.backends.hosts.passwords import Keyring
from hvtui.backends.hosts.sign_ins import SignIns, sign_in_of
from hvtui.backends.hosts.target import Group
from hvtui.backends.operations.readings.host_details import cluster_nodes
from hvtui.backends.operations.readings.joined import Part, join_inventories
from hvtui.tui.cli.connection import connected, signed_in
from hvtui.tui.cli.readings.one_host import read_disks, read_inventory
from hvtui.tui.text.hosts.trouble import named_trouble, trouble_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hvtui.backends.contract import Session
    from hvtui.backends.hosts.target import Target
    from hvtui.backends.hosts.targets import Targets
    from hvtui.backends.model import DiskReading, Inventory, Vm, VmId
    from hvtui.backends.secret import Secret

    ToRead = Callable[[Inventory], Sequence[Vm]]


class Reading(Struct, frozen=True, kw_only=True):
    """What was read of one host, or of all."""

    inventory: Inventory
    limit: int | None = None
    """The most checkpoints that a VM may have."""
    disks: Mapping[VmId, DiskReading] = field(default_factory=lambda: MappingProxyType({}))


async def nodes_of_cluster(seed: Target, targets: Targets) -> Group:
    """Connect to one node of a cluster, or to the cluster's name, and return all its nodes. Raises `BackendError`."""
    async with connected(seed) as session:
        return targets.of_cluster(seed, await cluster_nodes(session))


async def read(target: Target | Group, disks_of: ToRead, *, seed: Target | None = None) -> Reading:
    """Return the VMs of a host, or of all hosts of a group that can be read, and the disks of the chosen ones.

    `seed` was signed in to already: its password is not asked for again.
    Raises a `BackendError` that says why of each host if none can be read.
    """
    if not isinstance(target, Group):
        async with connected(target) as session:
            return await _read(session, disks_of)
    sign_ins = SignIns()
    typed: dict[tuple[str, str], Secret] = {}
    if seed is not None and seed.remote:
        typed[sign_in_of(seed)] = seed.settings.password
    reading = []
    for each in target.targets:
        signed = await _with_password(each, typed)
        reading.append(asyncio.create_task(_read_or_why(signed, disks_of, sign_ins)))
    results = await asyncio.gather(*reading)
    parts = [_part(each, result) for each, result in zip(target.targets, results, strict=True)]
    readings = [result for result in results if isinstance(result, Reading)]
    if not readings:
        raise _of_all(parts, [result for result in results if isinstance(result, BackendError)])
    return Reading(
        inventory=join_inventories(target.name, parts, readings[0].inventory.taken),
        limit=next((reading.limit for reading in readings if reading.limit), None),
        disks={vm_id: each for reading in readings for vm_id, each in reading.disks.items()},
    )


async def _read(session: Session, disks_of: ToRead) -> Reading:
    inventory = await read_inventory(session)
    wanted = [vm.id for vm in disks_of(inventory)]
    return Reading(
        inventory=inventory,
        limit=session.capabilities.max_checkpoints,
        disks=await read_disks(session, wanted, now=inventory.taken),
    )


async def _with_password(target: Target, typed: dict[tuple[str, str], Secret]) -> Target | BackendError:
    """Return the target with its password, which is asked for once for each user and way to sign in; or why there is none."""
    try:
        target = await with_password(target, Keyring())
        if target.needs_password:
            key = sign_in_of(target)
            if key not in typed:
                typed[key] = (await signed_in(target)).settings.password
            target = target.signed_in(target.settings.user, typed[key])
    except BackendError as error:
        return error
    return target


async def _read_or_why(
    target: Target | BackendError, disks_of: ToRead, sign_ins: SignIns
) -> Reading | BackendError:
    if isinstance(target, BackendError):
        return target
    try:
        async with AsyncExitStack() as opened:
            async with sign_ins.turn(target):
                session = await opened.enter_async_context(connected(target, one_of_several=True))
            return await _read(session, disks_of)
    except BackendError as error:
        return error


def _of_all(parts: Sequence[Part], failures: Sequence[BackendError]) -> BackendError:
    """Return the error of hosts of which each has failed."""
    if len(failures) == 1:
        return failures[0]
    kind = SettingsError if all(isinstance(each, SettingsError) for each in failures) else BackendError
    reasons = [named_trouble(part.host, part.trouble) for part in parts]
    return kind(" ".join(("None of these hosts could be read.", *reasons)))


def _part(target: Target, result: Reading | BackendError) -> Part:
    if isinstance(result, BackendError):
        return Part(host=target.name, trouble=trouble_text(result))
    return Part(host=target.name, inventory=result.inventory)
