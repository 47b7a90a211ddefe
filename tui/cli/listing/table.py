"""VMs as a table and the checkpoints of one VM as a tree, in columns for people and for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from hvtui.backends.limits import is_plausible
from hvtui.backends.model import bare_id
from hvtui.tui.text.absence import incomplete_text, unread_text
from hvtui.tui.text.health import concern_advice, concern_mark, concern_text
from hvtui.tui.text.hosts.trouble import named_trouble, same_machine_text
from hvtui.tui.text.safe import SafeText, compose, fit, safe, shorten
from hvtui.tui.text.words import age, state
from hvtui.tui.widgets.branches import branches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hvtui.backends.model import Checkpoint, Vm
    from hvtui.tui.cli.listing.objects import Listing

NOTHING, UNKNOWN = SafeText("-"), SafeText("?")
_GAP = "  "
_NUMBERS = ("COUNT", "OLDEST")
_LEAST_NAME = 8
"""The least cells to which a name is cut."""
_MEMORY = {True: SafeText("yes"), False: SafeText("no"), None: UNKNOWN}


def table(listing: Listing, *, width: int | None, header: bool = True) -> str:
    """Return a line for each VM. The name, which may contain spaces, is the last column.

    `width` is that of the terminal in cells. Lines that are wider lose their IDs, and then the end of the name.
    """
    several = bool(listing.inventory.hosts)
    names = ("ID", *(["HOST"] if several else []), "STATE", "!", "COUNT", "OLDEST", "NAME")
    rows = [[SafeText(name) for name in names]]
    for vm in listing.choice.vms:
        own = listing.inventory.checkpoints_of(vm.id)
        rows.append(
            [
                safe(bare_id(vm.id)),
                *([safe(listing.inventory.host_of(vm).name)] if several else []),
                _state(vm),
                concern_mark(listing.concerns(vm)) or NOTHING,
                SafeText(str(len(own))) if listing.inventory.lists_checkpoints_of(vm.id) else UNKNOWN,
                _oldest(vm, listing),
                safe(vm.name),
            ]
        )
    return _columns(rows, width, header=header)


def tree(vm: Vm, listing: Listing, *, width: int | None, header: bool = True) -> str:
    """Return a line for each checkpoint of the VM, and one for Now; `width` as in `table`."""
    rows = [[SafeText(name) for name in ("ID", "CREATED", "MEMORY", "CHECKPOINT")]]
    if not listing.inventory.lists_checkpoints_of(vm.id):
        rows.append([UNKNOWN] * 4)
    for branch in branches(listing.inventory.checkpoints_of(vm.id), vm.current, ()):
        checkpoint = branch.checkpoint
        if checkpoint is None:
            now = SafeText(f"{branch.guides}Now ({_state(vm).replace('-', ' ')})")
            rows.append([NOTHING, NOTHING, NOTHING, now])
        else:
            memory = _MEMORY[checkpoint.with_memory]
            name = SafeText(f"{branch.guides}{safe(checkpoint.name)}")
            rows.append([safe(bare_id(checkpoint.id)), _created(checkpoint), memory, name])
    return _columns(rows, width, header=header)


def unread_lines(listing: Listing) -> Iterator[SafeText]:
    """Yield what could not be read of the host and of its VMs, with the host's own words."""
    inventory = listing.inventory
    if inventory.incomplete:
        yield incomplete_text(inventory.incomplete)
    yield from host_lines(listing)
    for words in inventory.host.unread:
        yield safe(words)
    for unread in inventory.unread:
        vm = inventory.vm(unread.vm_id)
        name = vm.name if vm else bare_id(unread.vm_id)
        yield compose("{vm}: {unread}", vm=name, unread=unread_text(unread, inventory.taken))


def host_lines(listing: Listing) -> Iterator[SafeText]:
    """Yield which of several hosts could not be read, or not fully, and which are the same machine."""
    for host in listing.inventory.hosts:
        if host.trouble:
            yield named_trouble(host.name, host.trouble)
        if host.same_as:
            yield compose("{host}: {words}", host=host.name, words=same_machine_text(host.same_as))
        if host.incomplete:
            yield compose("{host}: {words}", host=host.name, words=incomplete_text(host.incomplete))


def undecided_lines(listing: Listing) -> Iterator[SafeText]:
    """Yield the VMs that are not listed because it is not known whether they match the filter."""
    for vm in listing.choice.undecided:
        yield compose("{vm}: Not listed: whether it matches the filter is not known.", vm=vm.name)


def concern_lines(vm: Vm, listing: Listing) -> Iterator[SafeText]:
    """Yield the concerns about the VM, each with its mark and with advice."""
    for concern in listing.concerns(vm):
        said = f"{concern_text(concern)} {concern_advice(concern)}".rstrip()
        yield compose("{vm}: {mark} {said}", vm=vm.name, mark=concern_mark([concern]), said=SafeText(said))


def _columns(rows: Sequence[Sequence[SafeText]], width: int | None, *, header: bool) -> str:
    """Return the rows as lines. The first row is the header, the first column the ID, the last one the name."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    if width is not None and _width_of(columns) > width:
        columns = columns[1:]
        room = width - _width_of([*columns[:-1], [SafeText("")]])
        columns[-1] = [shorten(name, max(_LEAST_NAME, room)) for name in columns[-1]]
    *fixed, names = columns
    padded = [_padded(column) for column in fixed]
    lines = [_GAP.join(cells) for cells in zip(*padded, names, strict=True)]
    return "".join(f"{line}\n" for line in lines[0 if header else 1 :])


def _padded(column: Sequence[SafeText]) -> list[SafeText]:
    width, right = _widest(column), column[0] in _NUMBERS
    return [fit(cell, width, right=right) for cell in column]


def _width_of(columns: Sequence[Sequence[SafeText]]) -> int:
    return sum(_widest(column) for column in columns) + len(_GAP) * (len(columns) - 1)


def _widest(column: Sequence[SafeText]) -> int:
    return max(map(cell_len, column))


def _state(vm: Vm) -> SafeText:
    words = f"{state(vm)} critical" if vm.critical else state(vm)
    return SafeText("-".join(words.split()) or UNKNOWN)


def _oldest(vm: Vm, listing: Listing) -> SafeText:
    inventory = listing.inventory
    own = inventory.checkpoints_of(vm.id)
    if not own:
        return NOTHING if inventory.lists_checkpoints_of(vm.id) else UNKNOWN
    dates = [c.created for c in own if is_plausible(c.created)]
    return SafeText(age(min(dates), inventory.taken).replace(" ", "")) if dates else UNKNOWN


def _created(checkpoint: Checkpoint) -> SafeText:
    if not is_plausible(checkpoint.created):
        return UNKNOWN
    return SafeText(f"{checkpoint.created.astimezone():%Y-%m-%dT%H:%M}")
