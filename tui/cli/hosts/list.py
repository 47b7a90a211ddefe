"""``hvtui list``: lists the VMs of a host, or the checkpoints of one VM."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import parse, take_words
from hvtui.tui.cli.connection import connected, require_target
from hvtui.tui.cli.find import find_vm
from hvtui.tui.cli.listing.objects import Listing, listing_object, vm_object
from hvtui.tui.cli.listing.table import concern_lines, table, tree, unread_lines
from hvtui.tui.cli.reading import read_disks, read_inventory

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from hvtui.backends.hosts.targets import Target
    from hvtui.backends.model import Vm
    from hvtui.tui.cli.arguments import LoadBackend

_DESCRIPTION = """\
List the VMs of a host, or with a VM (its name or id) the tree of its checkpoints.
The columns are separated by spaces; the name, which may contain some, is the last one.

STATE   the state of the VM; -critical where its storage is full or cannot be reached
!       ! for a concern, !! for a grave one, - for none; concerns about disks need --disks
COUNT   the number of checkpoints, ? if they could not be read
OLDEST  the age of the oldest one"""


def run(argv: Sequence[str], load: LoadBackend) -> int:
    arguments = parse(
        argv,
        load,
        prog="hvtui list",
        usage="hvtui list (HOST | --local | --demo [SCENARIO]) [VM] [options]",
        description=_DESCRIPTION,
        add_options=_add_options,
    )
    host, vm = take_words(arguments, "VM", optional=2)
    target = require_target(arguments, host, load)
    return asyncio.run(_list(target, vm, arguments.options))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON; with a VM, with its disks")
    parser.add_argument(
        "--disks",
        action="store_true",
        help="also read the disks of each VM, for the concerns about them; sizes are only in the JSON. This may be slow",
    )


async def _list(target: Target, vm_name: str, options: argparse.Namespace) -> int:
    async with connected(target) as session:
        inventory = await read_inventory(session)
        vm = find_vm(inventory, vm_name) if vm_name else None
        wanted: Sequence[Vm] = ()
        if options.disks or (vm and options.json):
            wanted = [vm] if vm else inventory.vms
        listing = Listing(
            inventory=inventory,
            limit=session.capabilities.max_checkpoints,
            disk_readings=await read_disks(session, [each.id for each in wanted], now=inventory.taken),
        )
    if options.json:
        output.write_json(vm_object(vm, listing) if vm else listing_object(listing))
        return output.DONE
    output.write(tree(vm, listing) if vm else table(listing))
    for line in concern_lines(vm, listing) if vm else unread_lines(listing):
        output.warn(f"hvtui: {line}")
    return output.DONE
