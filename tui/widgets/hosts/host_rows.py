"""Groups the rows of VMs by host or by cluster, each group below a row of its own."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len

from hvtui.tui.terminal.glyphs import FOLDED, UNFOLDED
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
            names_itself = name == host.name or host.trouble.startswith(f"{host.name} ")
            troubles[name] = host.trouble if names_itself else f"{host.name}: {host.trouble}"
    for vm in vms:
        below.setdefault(clusters.get(vm.host, vm.host), []).append(vm)
    return [*_rows(below, troubles, folded, inventory)]


def in_trouble(inventory: Inventory) -> list[HostRow]:
    """Return the rows of the hosts that cannot be read now, without their VMs."""
    return [_host_row(host.name, inventory, trouble=host.trouble) for host in inventory.hosts if host.trouble]


def host_spans(row: HostRow, width: int, *, waiting: SafeText = EMPTY) -> Spans:
    """Return the row of a host in at most `width` cells; `waiting` says for how long it has not answered."""
    glyph = SafeText(f"{(FOLDED if row.folded else UNFOLDED) if row.count else ' '} ")
    right = SafeText(f"  {row.count} ")
    least = width - 2 - min(_LEAST_NAME, cell_len(safe(row.name))) - len("   !! ")
    marks = _badge_spans(row, least)
    taken = sum(cell_len(text) for text, _ in marks)
    if row.trouble:
        beside = width - 2 - cell_len(safe(row.name)) - taken - len("   !! ")
        trouble = safe(row.trouble.removeprefix(f"{row.name} "))
        words = first_that_fits((trouble, SafeText("not connected"), EMPTY), beside)
        right = SafeText(f"  {words} !! ")
    elif row.same_as:
        beside = width - 2 - cell_len(safe(row.name)) - taken - len("   ")
        same = SafeText(f"same machine as {safe(row.same_as)}")
        right = SafeText(f"  {first_that_fits((same, SafeText('same machine'), EMPTY), beside)} ")
    elif waiting:
        beside = width - 2 - cell_len(safe(row.name)) - taken - len("   ! ")
        right = SafeText(f"  {first_that_fits((waiting, EMPTY), beside)} ! ")
    tone = "bad" if row.trouble else "warning" if waiting else "muted"
    room = max(0, width - 2 - taken - cell_len(right))
    name = shorten(safe(row.name), room)
    padding = SafeText(" " * (room - cell_len(name)))
    return (glyph, "muted"), (name, "strong"), *marks, (padding, ""), (right, tone)


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
