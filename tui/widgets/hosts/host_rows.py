"""Groups the rows of VMs by host or by cluster, each group below a row of its own."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len

from hvtui.tui.terminal.glyphs import FOLDED, UNFOLDED
from hvtui.tui.text.safe import EMPTY, SafeText, first_that_fits, fit, safe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from hvtui.backends.model import Host, Inventory, Vm
    from hvtui.tui.widgets.lines import Spans

_HOST = "host "


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


def groupings(inventory: Inventory) -> list[Grouping]:
    """Return the ways in which the VMs of this inventory can be grouped; none if it is of one host."""
    if not inventory.hosts:
        return []
    clusters = [Grouping.CLUSTER] if any(host.cluster for host in inventory.hosts) else []
    return [Grouping.HOST, *clusters, Grouping.NONE]


def grouped(
    vms: Sequence[Vm], inventory: Inventory, by: Grouping, folded: Collection[str], *, all_hosts: bool
) -> list[Vm | HostRow]:
    """Return the rows: each host, or cluster, followed by its VMs unless it is `folded`.

    `all_hosts`: also those that have none of these VMs.
    """
    clusters = {host.name: _group_of(host, by) for host in inventory.hosts}
    troubles: dict[str, str] = {}
    same = {host.name: host.same_as for host in inventory.hosts if clusters[host.name] == host.name}
    below: dict[str, list[Vm]] = {}
    for host in inventory.hosts:
        name = clusters[host.name]
        if all_hosts:
            below.setdefault(name, [])
        if host.trouble and name not in troubles:
            troubles[name] = host.trouble if name == host.name else f"{host.name}: {host.trouble}"
    for vm in vms:
        below.setdefault(clusters.get(vm.host, vm.host), []).append(vm)
    return [*_rows(below, troubles, same, folded)]


def host_spans(row: HostRow, width: int) -> Spans:
    """Return the row of a host in at most `width` cells."""
    glyph = SafeText(f"{FOLDED if row.folded else UNFOLDED} ")
    right = SafeText(f"  {row.count} ")
    beside = width - 2 - cell_len(safe(row.name)) - len("   ")
    if row.trouble:
        texts = (safe(row.trouble), SafeText("not connected"), EMPTY)
        words = first_that_fits(texts, beside - len("!! "))
        right = SafeText(f"  {words} !! ")
    elif row.same_as:
        same = SafeText(f"same machine as {safe(row.same_as)}")
        right = SafeText(f"  {first_that_fits((same, SafeText('same machine'), EMPTY), beside)} ")
    room = max(0, width - 2 - cell_len(right))
    return (glyph, "muted"), (fit(safe(row.name), room), "strong"), (right, "bad" if row.trouble else "muted")


def _group_of(host: Host, by: Grouping) -> str:
    return host.cluster if by is Grouping.CLUSTER and host.cluster else host.name


def _rows(
    below: dict[str, list[Vm]], troubles: dict[str, str], same: dict[str, str], folded: Collection[str]
) -> Iterator[Vm | HostRow]:
    for name, vms in below.items():
        row = HostRow(
            name=name,
            count=len(vms),
            folded=name in folded,
            trouble=troubles.get(name, ""),
            same_as=same.get(name, ""),
        )
        yield row
        if not row.folded:
            yield from vms
