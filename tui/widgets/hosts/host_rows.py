"""Groups the rows of VMs by host or by cluster, each group below a row of its own."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len

from hvtui.tui.terminal.glyphs import FOLDED, UNFOLDED
from hvtui.tui.text.hosts.trouble import named_trouble
from hvtui.tui.text.safe import EMPTY, SafeText, first_that_fits, safe, shorten
from hvtui.tui.widgets.hosts.badges import all_read_only, badges, labels_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from hvtui.backends.model import Host, Inventory, Vm
    from hvtui.tui.widgets.lines import Spans

_HOST = "host "
_LEAST_NAME = 8
"""How many cells of the name its badges leave."""


class Grouping(StrEnum):
    HOST = "host"
    CLUSTER = "cluster"
    NONE = "none"


class HostRow(Struct, frozen=True, kw_only=True):
    """The row above the VMs of a host, or of a cluster."""

    name: str
    count: int
    """How many VMs are below it, also while they are folded."""
    folded: bool = False
    labels: tuple[str, ...] = ()
    read_only: bool = False
    trouble: str = ""
    """Why the host, or a node of the cluster, cannot be read now, as a sentence; "" if it can."""
    same_as: str = ""
    """The host with which its VMs are listed, because it is the same machine; "" if it is no such one."""

    @property
    def id(self) -> str:
        return f"{_HOST}{self.name}"


def host_of_row(row_id: str | None) -> str:
    """Return the name of the host or cluster whose row has this id; "" if it is the row of a VM."""
    return row_id.removeprefix(_HOST) if row_id and row_id.startswith(_HOST) else ""


def next_grouping(inventory: Inventory, grouping: Grouping) -> Grouping:
    """Return the grouping after this one, of those that are possible for the VMs of these hosts."""
    clusters = [Grouping.CLUSTER] if any(host.cluster for host in inventory.hosts) else []
    possible = [Grouping.HOST, *clusters, Grouping.NONE]
    if grouping not in possible:
        return possible[0]
    return possible[(possible.index(grouping) + 1) % len(possible)]


def grouped(
    vms: Sequence[Vm], inventory: Inventory, by: Grouping, folded: Collection[str], *, all_hosts: bool
) -> list[Vm | HostRow]:
    """Return the rows: each host, or cluster, followed by its VMs unless it is `folded`.

    `all_hosts`: also those that have none of these VMs; one that is in trouble has a row in any case.
    """
    clusters = {host.name: _group_of(host, by) for host in inventory.hosts}
    troubles: dict[str, str] = {}
    below: dict[str, list[Vm]] = {}
    for host in inventory.hosts:
        name = clusters[host.name]
        if all_hosts or host.trouble:
            below.setdefault(name, [])
        if host.trouble and name not in troubles:
            alone = name == host.name
            troubles[name] = host.trouble if alone else named_trouble(host.name, host.trouble)
    for vm in vms:
        below.setdefault(clusters.get(vm.host, vm.host), []).append(vm)
    return [*_rows(below, troubles, folded, inventory)]


def in_trouble(inventory: Inventory) -> list[HostRow]:
    """Return the rows of the hosts that cannot be read now, without their VMs."""
    return [_host_row(host.name, inventory, trouble=host.trouble) for host in inventory.hosts if host.trouble]


def host_spans(row: HostRow, width: int, *, waiting: SafeText = EMPTY) -> Spans:
    """Return the row of a host in at most `width` cells; `waiting` says for how long it has not answered."""
    glyph = SafeText(f"{(FOLDED if row.folded else UNFOLDED) if row.count else ' '} ")
    texts, mark, tone = _beside(row, waiting)
    room = width - 2 - cell_len(safe(row.name))
    marks = _badge_spans(row, max(room, width - 2 - _LEAST_NAME) - len("   !! "))
    taken = sum(cell_len(text) for text, _ in marks)
    right = SafeText(f"  {first_that_fits(texts, room - taken - len('   ') - len(mark))} {mark}")
    room = max(0, width - 2 - taken - cell_len(right))
    name = shorten(safe(row.name), room)
    padding = SafeText(" " * (room - cell_len(name)))
    return (glyph, "muted"), (name, "strong"), *marks, (padding, ""), (right, tone)


def _beside(row: HostRow, waiting: SafeText) -> tuple[Sequence[SafeText], str, str]:
    """Return what is said at the right, in words of decreasing length, the mark behind it, and its tone."""
    if row.trouble:
        trouble = safe(row.trouble.removeprefix(f"{row.name} "))
        return (trouble, SafeText("not connected"), EMPTY), "!! ", "bad"
    if row.same_as:
        same = SafeText(f"same machine as {safe(row.same_as)}")
        return (same, SafeText("same machine"), EMPTY), "", "muted"
    if waiting:
        return (waiting, EMPTY), "! ", "warning"
    return (SafeText(f"{row.count}"),), "", "muted"


def _badge_spans(row: HostRow, room: int) -> Spans:
    """Return the badges of a host, each after a gap, as far as they fit: the title has those of the highlighted one."""
    spans: list[tuple[SafeText, str]] = []
    for text, tone in badges(row.labels, read_only=row.read_only):
        room -= 2 + cell_len(text)
        if room >= 0:
            spans += [(SafeText("  "), ""), (text, tone)]
    return tuple(spans)


def _group_of(host: Host, by: Grouping) -> str:
    return host.cluster if by is Grouping.CLUSTER and host.cluster else host.name


def _rows(
    below: dict[str, list[Vm]], troubles: dict[str, str], folded: Collection[str], inventory: Inventory
) -> Iterator[Vm | HostRow]:
    for name, vms in below.items():
        is_folded, trouble = name in folded, troubles.get(name, "")
        yield _host_row(name, inventory, count=len(vms), folded=is_folded, trouble=trouble)
        if not is_folded:
            yield from vms


def _host_row(
    name: str, inventory: Inventory, *, count: int = 0, folded: bool = False, trouble: str
) -> HostRow:
    hosts = inventory.hosts_named(name)
    return HostRow(
        name=name,
        count=count,
        folded=folded,
        labels=labels_of(hosts),
        read_only=all_read_only(hosts),
        trouble=trouble,
        same_as=next((host.same_as for host in hosts if host.name == name), ""),
    )
