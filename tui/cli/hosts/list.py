"""``hvtui list``: lists the VMs of a host, or the checkpoints of one VM."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import parse, take_words
from hvtui.tui.cli.connection import connected, require_target
from hvtui.tui.cli.find import find_vm
from hvtui.tui.text.safe import safe
from hvtui.tui.text.words import age, state
from hvtui.tui.widgets.branches import branches

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from hvtui.backends.hosts.targets import Target
    from hvtui.backends.model import Checkpoint, Inventory, Vm
    from hvtui.tui.cli.arguments import LoadBackend

_DESCRIPTION = """\
List the VMs of a host, or with a VM (its name or id) the tree of its checkpoints.
The columns are separated by spaces; the name, which may contain some, is the last one."""


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
    return asyncio.run(_list(target, vm, as_json=arguments.options.json))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


async def _list(target: Target, vm_name: str, *, as_json: bool) -> int:
    async with connected(target) as session:
        inventory = await session.inventory()
    if vm_name:
        vm = find_vm(inventory, vm_name)
        if as_json:
            output.write_json(vm_object(vm, inventory.checkpoints_of(vm.id)))
        else:
            output.write(_tree(vm, inventory))
    elif as_json:
        checkpoints = inventory.checkpoints_by_vm()
        output.write_json([vm_object(vm, checkpoints.get(vm.id, ())) for vm in inventory.vms])
    else:
        output.write(_table(inventory))
    return output.DONE


def vm_object(vm: Vm, checkpoints: Sequence[Checkpoint]) -> dict[str, Any]:
    return {
        "id": vm.id,
        "name": vm.name,
        "state": vm.state.value,
        "current": vm.current,
        "checkpoints": [checkpoint_object(checkpoint) for checkpoint in checkpoints],
    }


def checkpoint_object(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "id": checkpoint.id,
        "name": checkpoint.name,
        "parent": checkpoint.parent,
        "created": checkpoint.created.isoformat(),
        "snapshot_type": checkpoint.kind_text or checkpoint.kind.value,
        "with_memory": checkpoint.with_memory,
    }


def _table(inventory: Inventory) -> str:
    checkpoints = inventory.checkpoints_by_vm()
    rows = [f"{'ID':36}  {'STATE':10}  {'COUNT':>5}  {'OLDEST':>6}  NAME"]
    for vm in inventory.vms:
        own = checkpoints.get(vm.id, ())
        oldest = age(min(c.created for c in own), inventory.taken).replace(" ", "") if own else "-"
        word = state(vm).replace(" ", "-")
        rows.append(f"{vm.id:36}  {word:10}  {len(own):>5}  {oldest:>6}  {safe(vm.name)}")
    return "".join(f"{row}\n" for row in rows)


def _tree(vm: Vm, inventory: Inventory) -> str:
    rows = [f"{'ID':36}  {'CREATED':16}  {'MEMORY':6}  CHECKPOINT"]
    for branch in branches(inventory.checkpoints_of(vm.id), vm.current, ()):
        checkpoint = branch.checkpoint
        if checkpoint is None:
            rows.append(f"{'-':36}  {'-':16}  {'-':6}  {branch.guides}Now ({state(vm)})")
            continue
        created = f"{checkpoint.created.astimezone():%Y-%m-%dT%H:%M}"
        memory = "yes" if checkpoint.with_memory else "no"
        rows.append(f"{checkpoint.id:36}  {created:16}  {memory:6}  {branch.guides}{safe(checkpoint.name)}")
    return "".join(f"{row}\n" for row in rows)
