"""VMs as a table and the checkpoints of one VM as a tree, in columns that scripts can split at spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.limits import is_plausible
from hvtui.tui.text.absence import incomplete_text, unread_text
from hvtui.tui.text.health import concern_advice, concern_mark, concern_text
from hvtui.tui.text.safe import SafeText, compose, safe
from hvtui.tui.text.words import age, state
from hvtui.tui.widgets.branches import branches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.model import Vm
    from hvtui.tui.cli.listing.objects import Listing

NOTHING, UNKNOWN = "-", "?"


def table(listing: Listing) -> str:
    """Return a line for each VM. The name, which may contain spaces, is the last column."""
    words = {vm.id: _state(vm) for vm in listing.inventory.vms}
    width = max([len("STATE"), *map(len, words.values())])
    rows = [f"{'ID':36}  {'STATE':{width}}  {'!':2}  {'COUNT':>5}  {'OLDEST':>6}  NAME"]
    for vm in listing.inventory.vms:
        own = listing.inventory.checkpoints_of(vm.id)
        count = str(len(own)) if listing.inventory.lists_checkpoints_of(vm.id) else UNKNOWN
        mark = concern_mark(listing.concerns(vm)) or NOTHING
        rows.append(
            f"{vm.id:36}  {words[vm.id]:{width}}  {mark:2}  {count:>5}  {_oldest(vm, listing):>6}  {safe(vm.name)}"
        )
    return "".join(f"{row}\n" for row in rows)


def tree(vm: Vm, listing: Listing) -> str:
    """Return a line for each checkpoint of the VM, and one for Now."""
    rows = [f"{'ID':36}  {'CREATED':16}  {'MEMORY':6}  CHECKPOINT"]
    if not listing.inventory.lists_checkpoints_of(vm.id):
        rows.append(f"{UNKNOWN:36}  {UNKNOWN:16}  {UNKNOWN:6}  {UNKNOWN}")
    for branch in branches(listing.inventory.checkpoints_of(vm.id), vm.current, ()):
        checkpoint = branch.checkpoint
        if checkpoint is None:
            rows.append(
                f"{NOTHING:36}  {NOTHING:16}  {NOTHING:6}  {branch.guides}Now ({_state(vm).replace('-', ' ')})"
            )
            continue
        created = (
            f"{checkpoint.created.astimezone():%Y-%m-%dT%H:%M}"
            if is_plausible(checkpoint.created)
            else UNKNOWN
        )
        memory = "yes" if checkpoint.with_memory else "no"
        rows.append(f"{checkpoint.id:36}  {created:16}  {memory:6}  {branch.guides}{safe(checkpoint.name)}")
    return "".join(f"{row}\n" for row in rows)


def unread_lines(listing: Listing) -> Iterator[SafeText]:
    """Yield what could not be read of the host and of its VMs, with the host's own words."""
    inventory = listing.inventory
    if inventory.incomplete:
        yield incomplete_text(inventory.incomplete)
    for words in inventory.host.unread:
        yield safe(words)
    for unread in inventory.unread:
        vm = inventory.vm(unread.vm_id)
        name = vm.name if vm else unread.vm_id
        yield compose("{vm}: {unread}", vm=name, unread=unread_text(unread, inventory.taken))


def concern_lines(vm: Vm, listing: Listing) -> Iterator[SafeText]:
    """Yield the concerns about the VM, each with its mark and with advice."""
    for concern in listing.concerns(vm):
        said = f"{concern_text(concern)} {concern_advice(concern)}".rstrip()
        yield compose("{vm}: {mark} {said}", vm=vm.name, mark=concern_mark([concern]), said=SafeText(said))


def _state(vm: Vm) -> SafeText:
    words = f"{state(vm)} critical" if vm.critical else state(vm)
    return SafeText("-".join(words.split()) or UNKNOWN)


def _oldest(vm: Vm, listing: Listing) -> str:
    inventory = listing.inventory
    own = inventory.checkpoints_of(vm.id)
    if not own:
        return NOTHING if inventory.lists_checkpoints_of(vm.id) else UNKNOWN
    dates = [c.created for c in own if is_plausible(c.created)]
    return age(min(dates), inventory.taken).replace(" ", "") if dates else UNKNOWN
