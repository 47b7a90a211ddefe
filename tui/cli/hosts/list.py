"""``hvtui list``: lists the VMs of one host or of several, or the checkpoints of one VM."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.errors import HostUnreachable
from hvtui.backends.hosts.target import Group, Target
from hvtui.backends.operations.filtering.choosing import choose
from hvtui.backends.operations.filtering.facts import Facts
from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import parse
from hvtui.tui.cli.connection import require_targets, signed_in, targets_of
from hvtui.tui.cli.exit_codes import DONE, FAILED, PARTLY
from hvtui.tui.cli.find import VmNotFound, find_vm, vms_called
from hvtui.tui.cli.listing.filtering import filter_of, require_match
from hvtui.tui.cli.listing.objects import Listing, listing_object, vm_object
from hvtui.tui.cli.listing.table import concern_lines, host_lines, table, tree, undecided_lines, unread_lines
from hvtui.tui.cli.readings.several_hosts import nodes_of_cluster, read
from hvtui.tui.cli.syntax import ANY_TARGETS, Syntax
from hvtui.tui.text.filtering.outcome import none_match_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from hvtui.backends.hosts.targets import Targets
    from hvtui.backends.model import Inventory, Vm
    from hvtui.backends.operations.filtering.parsing import Filter
    from hvtui.tui.cli.arguments import Arguments
    from hvtui.tui.cli.syntax import LoadBackend

_DESCRIPTION = """\
List the VMs of one host or of several, or with a VM (its name or its ID) the
tree of its checkpoints. HOST is a host or a group of the config file, or an
address. The VMs of several hosts, of a group and of a cluster are listed each
with its host. A host that cannot be read is named on standard error, and the
exit code is 5.

The last argument is a host too if the config file has it, or if it is written
as an address with a user (you@hv02); otherwise it is a VM. With --hosts it is
always a host, and after "--" always a VM.

ID          of the VM, or of the checkpoint
HOST        the host of the VM; only in the list of several hosts
STATE       the state of the VM; -critical if its storage is full or cannot be
            reached
!           ! for a concern, !! for a grave one; concerns about disks need
            --disks
COUNT       the number of its checkpoints
OLDEST      the age of the oldest one
CREATED     when the checkpoint was created, in your time zone
MEMORY      whether it has the memory of the VM

"-" stands for nothing, and "?" for what could not be read. Each line has all
columns, at least two spaces apart. The name is the last one, because it may
contain spaces. On a terminal that is too narrow, the IDs are left out and long
names are cut; in a file or a pipe never."""


def run(argv: Sequence[str], load: LoadBackend) -> int:
    arguments = parse(_joined(argv), load, SYNTAX)
    wanted = filter_of(arguments.options.filter)
    targets = targets_of(arguments, load)
    more_hosts, vm = _more_hosts_and_vm(arguments, targets)
    target = require_targets(replace(arguments, more_hosts=more_hosts), targets, load)
    try:
        return asyncio.run(_list(target, targets, vm, wanted, arguments.options))
    except (VmNotFound, HostUnreachable) as error:
        if vm not in arguments.more_hosts:
            raise
        hint = f"If “{vm}” is a host, add --hosts."
        if isinstance(error, HostUnreachable):
            hint = f"“{vm}” was taken for a VM. If it is a host, add --hosts."
        raise error.with_message(error.message, hint=f"{error.hint} {hint}".strip()) from None


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--filter",
        metavar="WORDS",
        default="",
        help="list only the VMs that match, such as 'older:30d count:>5': see `hvtui help filter`",
    )
    parser.add_argument("--hosts", action="store_true", help="every argument is a host, the last one too")
    parser.add_argument("--no-header", action="store_true", help="leave out the header line")
    parser.add_argument("--json", action="store_true", help="print JSON; with a VM, with its disks")
    parser.add_argument(
        "--disks",
        action="store_true",
        help="also read the disks of each VM, for the concerns about them; sizes are only in the JSON. This may be slow",
    )


def _more_hosts_and_vm(arguments: Arguments, targets: Targets) -> tuple[tuple[str, ...], str]:
    """Return the hosts after the first one, and the VM: the last argument, unless that is known to be a host."""
    (vm,) = arguments.words
    more = arguments.more_hosts
    if vm or not more or arguments.options.hosts or targets.names_host(more[-1]):
        return more, vm
    return more[:-1], more[-1]


def _joined(argv: Sequence[str]) -> list[str]:
    """Return the arguments with ``--filter`` and its words in one: they may begin with a minus."""
    joined = list(argv)
    if "--filter" in joined[:-1]:
        at = joined.index("--filter")
        joined[at : at + 2] = [f"--filter={joined[at + 1]}"]
    return joined


async def _list(
    target: Target | Group, targets: Targets, vm_name: str, wanted: Filter, options: argparse.Namespace
) -> int:
    def disks_of(inventory: Inventory) -> Sequence[Vm]:
        if vm_name:
            return vms_called(inventory, vm_name, host=host) if options.disks or options.json else ()
        return choose(wanted, Facts(inventory), with_marks=False).vms if options.disks else ()

    seed = None
    if isinstance(target, Target) and target.cluster:
        seed = await signed_in(target)
        target = await nodes_of_cluster(seed, targets)
    host = "" if isinstance(target, Group) else target.name
    reading = await read(target, disks_of, seed=seed)
    inventory = reading.inventory
    vm = find_vm(inventory, vm_name, host=host) if vm_name else None
    listing = Listing(inventory=inventory, wanted=wanted, limit=reading.limit, disk_readings=reading.disks)
    if vm:
        require_match(vm, listing.choice)
    silent = any(host.trouble for host in inventory.hosts)
    if vm:  # hosts that were not read may have a VM of that name too
        for line in host_lines(listing):
            output.warn(f"hvtui: {line}")
    if options.json:
        written = output.write_json(vm_object(vm, listing) if vm else listing_object(listing))
        return FAILED if not written else PARTLY if silent else DONE
    width, header = output.terminal_width(), not options.no_header
    printed = (
        tree(vm, listing, width=width, header=header) if vm else table(listing, width=width, header=header)
    )
    written = output.write(printed)
    for line in concern_lines(vm, listing) if vm else (*unread_lines(listing), *undecided_lines(listing)):
        output.warn(f"hvtui: {line}")
    if options.filter and not (vm or listing.choice.vms or listing.choice.undecided):
        output.warn(f"hvtui: {none_match_text(options.filter, wanted, listing.choice, ())}")
    return FAILED if not written else PARTLY if silent else DONE


SYNTAX = Syntax(
    name="list",
    target=ANY_TARGETS,
    words=("VM",),
    optional=2,
    several_hosts=True,
    description=_DESCRIPTION,
    examples=(
        "list hv01",
        "list hv01 web-01 --json",
        "list hv01 --filter 'older:30d count:>5'",
        "list hv01 --no-header | awk '$3 == \"!!\" {print $1}'",
        "list you@hv01 you@hv02 --filter older:30d",
        "list --cluster cl1 --filter older:30d",
        "list prod --no-header | awk '$4 == \"!!\" {print $1}'",
        "list hv01 | awk -F '  +' 'NR > 1 {print $NF}'",
    ),
    add_options=_add_options,
)
