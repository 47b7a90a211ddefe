"""The list of VMs, with their states, the number and ages of their checkpoints, and marks for concerns."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import var

from hvtui.backends.model import DiskReading, Inventory, Vm, VmId
from hvtui.backends.operations.filtering.facts import Facts
from hvtui.tui.keys.shortcuts import REMINDER, Place, bindings
from hvtui.tui.preferences.preferences import DEFAULTS
from hvtui.tui.text.disks.merging import merge_percents
from hvtui.tui.text.filtering.legend import LEGEND, NOT_KNOWN
from hvtui.tui.text.hosts.trouble import no_vm_text
from hvtui.tui.text.safe import EMPTY, SafeText
from hvtui.tui.text.status import no_answer_text
from hvtui.tui.text.words import ago_short
from hvtui.tui.widgets.columns.sorting import Sort, sorted_vms
from hvtui.tui.widgets.columns.vms import HOST
from hvtui.tui.widgets.hosts.host_rows import (
    Grouping,
    HostRow,
    grouped,
    host_of_row,
    host_spans,
    in_trouble,
    next_grouping,
)
from hvtui.tui.widgets.rows import Rows
from hvtui.tui.widgets.vm_row import RowSurroundings, columns_that_fit, row_cells, vm_spans, widest_name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from hvtui.backends.contract import Capabilities
    from hvtui.tui.widgets.lines import Spans


class VmList(Rows["Vm | HostRow"]):
    HELP = f"""\
Virtual machines
Each line: state, name, and by default the number of checkpoints and the age of the oldest one.
● running, ○ off, ◐ saved, ‖ paused, ◌ changing, ▲ critical: its storage is full or cannot be reached
? its checkpoints could not be read
not all are listed: the host may have more VMs; the details of Now say why.
Of several hosts: Enter on the row of a host signs in to it if it waits for that, else folds it.
! warning, !! grave: the details of Now say why. Disk chains count once the VM was highlighted.

Filter words
{LEGEND}

{NOT_KNOWN}
"""
    PLACES = (Place.ROWS, Place.VMS)
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Place.VMS),
        Binding("f2,delete,shift+delete", "screen.explain_windows_key", show=False, id=REMINDER),
    ]

    class Highlighted(Rows.Highlighted):
        """The cursor has stayed on this VM."""

        @property
        def host(self) -> str:
            """The host or cluster whose row it is; "" if it is the row of a VM."""
            return host_of_row(self.row_id)

        @property
        def vm_id(self) -> VmId | None:
            return None if self.row_id is None or self.host else VmId(self.row_id)

    class Chosen(Rows.Chosen):
        """The person wants to go to the checkpoints of this VM."""

    inventory: var[Inventory | None] = var(None, init=False, always_update=True)  # comparing two takes long
    filter_text: var[str] = var("", init=False)
    sort: var[Sort] = var(Sort.NAME, init=False)
    grouping: var[Grouping] = var(Grouping.HOST, init=False)
    """Where there are several hosts."""
    operations: var[Mapping[VmId, str]] = var(MappingProxyType({}), init=False)
    """What commands of this hvtui are doing to VMs: ``applying``."""
    disk_readings: var[Mapping[VmId, DiskReading]] = var(MappingProxyType({}), init=False)
    merging: var[Mapping[VmId, int]] = var(MappingProxyType({}), init=False)
    """How many bytes the merges on VMs concern, where that is known."""
    waiting_hosts: var[Mapping[str, float]] = var(MappingProxyType({}), init=False)
    """For how many seconds each slow one of several hosts has not answered."""
    now: var[datetime | None] = var(None, init=False)
    """The time that ages are relative to; if None, the time of the reading."""
    oldest_reading: var[datetime | None] = var(None, init=False)
    """The time of the oldest reading among the VMs on screen."""
    capabilities: var[Capabilities | None] = var(None, init=False)

    def __init__(self, columns: Collection[str] = DEFAULTS.columns_vms) -> None:
        """`columns` are those that are shown as far as there is room, from left to right."""
        super().__init__()
        self._wanted = columns
        self._percents: Mapping[VmId, int] = {}
        self._facts: Facts | None = None
        self._total = ""
        self._folded: set[str] = set()
        """The names of the hosts and clusters whose VMs are not shown."""
        self._chosen: Sequence[Vm] = ()
        """The VMs that match the filter."""
        self._limit: int | None = None
        self._name_room = 0
        """The cells of the longest name."""
        self.empty = SafeText("Reading…")

    def row_id(self, row: Vm | HostRow) -> str:
        return row.id

    @property
    def words_below(self) -> SafeText:
        return EMPTY if self._chosen else self.empty

    @property
    def vm_id(self) -> VmId | None:
        """The VM that the cursor is on; None if it is on the row of a host."""
        row = self.cursor_row
        return row.id if isinstance(row, Vm) else None

    @property
    def vms_on_screen(self) -> list[VmId]:
        return [VmId(row_id) for row_id in self.on_screen if not host_of_row(row_id)]

    def watch_inventory(self, before: Inventory | None, after: Inventory | None) -> None:
        if after is before:
            return
        self._percents = merge_percents(after.jobs or ()) if after else {}
        self._facts = Facts(after) if after else None
        self._name_room = widest_name(after.vms) if after else 0
        self._show()

    def watch_sort(self) -> None:
        self._show()

    def action_sort(self) -> None:
        """Sort by the next property."""
        every = list(Sort)
        self.sort = every[(every.index(self.sort) + 1) % len(every)]

    def action_group(self) -> None:
        """Group the VMs in the next way."""
        if self.inventory and self.inventory.hosts:
            self.grouping = next_grouping(self.inventory, self.grouping)

    def watch_grouping(self) -> None:
        self._show()

    def action_fold(self) -> None:
        """Fold or unfold the host under the cursor; from a VM, go to its host."""
        row = self.cursor_row
        if not self._is_grouped:
            return
        if isinstance(row, HostRow):
            self._folded ^= {row.name}
            self._show()
        elif isinstance(row, Vm):
            above = [each for each in self._rows[: self._index] if isinstance(each, HostRow)]
            if above:
                self.put_cursor(above[-1].id)

    def watch_filter_text(self) -> None:
        self._show(first_if_lost=True)

    watch_operations = watch_disk_readings = watch_merging = watch_waiting_hosts = Rows.repaint_changed

    def watch_now(self) -> None:
        self._update_title()
        self.repaint_changed()

    def watch_capabilities(self) -> None:
        if self.capabilities is not None and self.capabilities.max_checkpoints != self._limit:
            self._limit = self.capabilities.max_checkpoints
            self.repaint_changed()

    def spans(self, row: Vm | HostRow, width: int) -> Spans:
        if isinstance(row, HostRow):
            return host_spans(row, width, waiting=self._waiting_text(row))
        if self.inventory is None:
            return ()
        about = RowSurroundings(
            inventory=self.inventory,
            now=self.now or self.inventory.taken,
            columns=self._wanted_columns,
            name_room=self._name_room,
            limit=self._limit,
            operations=self.operations,
            percents=self._percents,
            merging=self.merging,
            disk_readings=self.disk_readings,
        )
        first, *others = vm_spans(row, self._vm_room, about)
        return (SafeText(f"{' ' * self._indent}{first[0]}"), first[1]), *others

    def _waiting_text(self, row: HostRow) -> SafeText:
        """Return for how long a host of this row has not answered; "" if none is slow."""
        hosts = self.inventory.hosts_named(row.name) if self.waiting_hosts and self.inventory else ()
        return no_answer_text(max((self.waiting_hosts.get(host.name, 0.0) for host in hosts), default=0.0))

    @property
    def _indent(self) -> int:
        """How far the row of a VM is indented below that of its host, in cells."""
        return 1 if self._is_grouped else 0

    @property
    def _vm_room(self) -> int:
        return self.span_room - self._indent

    @property
    def _wanted_columns(self) -> tuple[str, ...]:
        return (HOST, *self._wanted) if self._mixes_hosts else (*self._wanted,)

    @property
    def _mixes_hosts(self) -> bool:
        """Whether VMs of several hosts stand in one order, so that each has to say on which it is."""
        return bool(self.inventory and self.inventory.hosts) and self.grouping is not Grouping.HOST

    @property
    def _is_grouped(self) -> bool:
        return bool(self.inventory and self.inventory.hosts) and self.grouping is not Grouping.NONE

    def on_resize(self) -> None:
        super().on_resize()
        self._update_title()

    def watch_stale(self) -> None:
        self._update_title()
        super().watch_stale()

    def watch_oldest_reading(self) -> None:
        self._update_title()

    def _update_title(self) -> None:
        of_node = self.inventory is not None and bool(self.inventory.host.cluster)
        titles = ("VMs of this node" if of_node else "Virtual machines", "VMs")
        counted = [f"{title}  {self._total}".rstrip() for title in titles]
        warning = self._warning(self.title_room - len(counted[-1]) - 3)
        if warning:
            counted.append("VMs")  # rather than without the warning
        self.show_title(
            *map(Content, counted),
            headings=[warning] if warning else self._column_words(),
            row_cells=self._indent + row_cells(self._vm_room, self._wanted_columns, self._name_room),
        )

    def _warning(self, room: int) -> SafeText:
        """Say how old all this is while the host cannot be read, or that VMs may be missing; "" if neither is so."""
        if self.stale and self.now and self.oldest_reading:
            return SafeText(f"read {ago_short(self.oldest_reading, self.now)}")
        if self.inventory and self.inventory.incomplete:
            words = "not all are listed !"
            return SafeText(words if len(words) <= room else "not all !")
        return EMPTY

    def _column_words(self) -> list[SafeText]:
        columns = columns_that_fit(self._vm_room, self._wanted_columns, self._name_room)
        sort = [f"by {self.sort}"] if self.sort is not Sort.NAME else []
        return [SafeText(name) for name in (*columns, *sort)]

    def _show(self, *, first_if_lost: bool = False) -> None:
        if self.inventory is None or self._facts is None:
            return
        self._facts.update(
            self.now or self.inventory.taken, limit=self._limit, disk_readings=self.disk_readings
        )
        vms: Sequence[Vm] = self.inventory.vms
        self._total, self.empty = f"{len(vms)}", no_vm_text(self.inventory)
        if self.filter_text:
            vms = self._filtered(self.inventory, self._facts)
        rows = sorted_vms(vms, self.sort, self.inventory, self._facts, by_name=self._mixes_hosts)
        self._chosen = rows
        self._update_title()
        is_lost = first_if_lost and all(vm.id != self.cursor for vm in rows)
        was_moved = bool(self._rows) and self.cursor != self._rows[0].id
        had_vms = any(isinstance(row, Vm) for row in self._rows)
        to_first = is_lost or not (was_moved or had_vms)
        id_now = self.inventory.present_id(VmId(self.cursor)) if self.cursor else None
        renamed_to = id_now if id_now != self.cursor else None
        self.show_rows(self._with_hosts(rows), cursor=rows[0].id if to_first and rows else renamed_to)

    def _filtered(self, inventory: Inventory, facts: Facts) -> Sequence[Vm]:
        """Return the VMs that match the filter, after setting what is said of how many they are."""
        # The first frame has no filter.
        from hvtui.backends.operations.filtering.choosing import choose
        from hvtui.backends.operations.filtering.parsing import parse
        from hvtui.tui.text.filtering.outcome import none_match_text

        wanted = parse(self.filter_text)
        choice = choose(wanted, facts)
        if wanted.terms:
            self._total = f"{len(choice.vms)} of {self._total}"
        if inventory.vms:
            self.empty = none_match_text(self.filter_text, wanted, choice, inventory.hosts)
        return choice.vms

    def _with_hosts(self, vms: Sequence[Vm]) -> Sequence[Vm | HostRow]:
        if self.inventory is None or not self.inventory.hosts:
            return vms
        if not self._is_grouped:
            return [*in_trouble(self.inventory), *vms]
        folded = () if self.filter_text else self._folded
        return grouped(vms, self.inventory, self.grouping, folded, all_hosts=not self.filter_text)
