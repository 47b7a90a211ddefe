"""Draws the row of a VM: its state and name, the columns beside it, and marks for concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len

from hvtui.backends.model import Activity, Vm, VmState
from hvtui.backends.operations.health import concerns
from hvtui.tui.terminal.glyphs import state_glyph
from hvtui.tui.text.disks.merging import left_text, merging_words
from hvtui.tui.text.health import concern_mark
from hvtui.tui.text.safe import SafeText, first_that_fits, fit, safe
from hvtui.tui.widgets.columns.columns import beside_names, cells, fitting, width_of
from hvtui.tui.widgets.columns.vms import WITH_HOST, VmFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from hvtui.backends.model import DiskReading, Inventory, VmId
    from hvtui.tui.widgets.lines import Spans

_GLYPH, _MARK = 2, 3
"""Widths in cells, with the gaps beside them."""
_NARROWEST = 16
"""A list that is narrower has no columns and no marks."""
_BESIDE_NAMES = 44
"""From this width on, columns stand right of the longest name, and not at the right border."""
_NAMES = (8, 9, 19, 24)
"""How many cells the names keep beside one column, two, three, four. Beside more than these, none is cut."""
_LEAST_NAME = 8
"""What is done to a VM is not shown where it would leave less for the name."""
_SHORT = {"being changed": "changing", "shutting down": "stopping", "backing up": "backup"}
_STATE_TONES = {VmState.RUNNING: "good", VmState.OFF: "muted", VmState.PAUSED: "warning"}


class RowSurroundings(Struct, frozen=True, kw_only=True):
    """What the rows of all VMs have in common."""

    inventory: Inventory
    now: datetime
    columns: Sequence[str]
    """The columns that are wanted, from left to right: as many as fit are shown."""
    name_room: int
    """The cells of the longest name."""
    limit: int | None
    """The most checkpoints that a VM may have."""
    operations: Mapping[VmId, str]
    """What commands of this hvtui are doing to VMs: ``applying``."""
    percents: Mapping[VmId, int]
    """How far the merges on VMs are."""
    merging: Mapping[VmId, int]
    """How many bytes the merges on VMs concern, where that is known."""
    disk_readings: Mapping[VmId, DiskReading]


def vm_spans(vm: Vm, width: int, about: RowSurroundings) -> Spans:
    """Return the row of a VM in at most `width` cells."""
    glyph_tone = "bad" if vm.critical else _STATE_TONES.get(vm.state, "accent")
    name_tone = "muted" if vm.state is VmState.OFF and not vm.critical else ""
    glyph = (SafeText(f"{state_glyph(vm)} "), glyph_tone)
    right: Spans = ()
    if width >= _NARROWEST:
        facts = VmFacts(vm, about.inventory, about.inventory.checkpoints_by_vm.get(vm.id, ()), about.now)
        shown = (WITH_HOST[name] for name in columns_that_fit(width, about.columns, about.name_room))
        right = (*cells(shown, facts), _mark(facts, about))
    if (busy := _busy(vm, about)) and right:
        right = _busy_cells(busy, cell_len(safe(vm.name)), right, width)
    room = _name_cells_shown(width, _cells(right), about.name_room)
    return (glyph, (fit(safe(vm.name), room), name_tone), *right)


def row_cells(width: int, wanted: Sequence[str], name_room: int) -> int:
    """Return how many of `width` cells the rows take."""
    right = width_of([WITH_HOST[name] for name in columns_that_fit(width, wanted, name_room)]) + _MARK
    return _GLYPH + _name_cells_shown(width, right, name_room) + right


def _name_cells_shown(width: int, right: int, name_room: int) -> int:
    """Return the cells for the name beside `right` cells of columns."""
    room = max(0, width - _GLYPH - right)
    return beside_names(room, name_room) if width >= _BESIDE_NAMES else room


def columns_that_fit(width: int, wanted: Sequence[str], name_room: int) -> list[str]:
    """Return the names of the columns that fit into rows of this width."""
    return fitting(WITH_HOST, wanted, width - _GLYPH - _MARK, (*_NAMES, name_room, name_room))


def widest_name(vms: Iterable[Vm]) -> int:
    """Return the width of the widest of their names."""
    names = [vm.name for vm in vms]
    whole = "".join(names)
    if whole.isascii() and whole.isprintable():  # for ten thousand, `safe` takes long
        return max(map(len, names), default=0)
    return max((cell_len(safe(name)) for name in names), default=0)


def _busy(vm: Vm, about: RowSurroundings) -> tuple[SafeText, ...]:
    """Return what is done to the VM, in words of decreasing length."""
    if ours := about.operations.get(vm.id, ""):
        return _shorter(ours)
    if vm.activity is Activity.NONE:
        return ()
    percent = about.percents.get(vm.id) if vm.activity is Activity.MERGING else None
    if percent is None:
        return _shorter(vm.activity.value)
    return merging_words(percent, left_text(about.merging.get(vm.id), percent))


def _mark(facts: VmFacts, about: RowSurroundings) -> tuple[SafeText, str]:
    reading = about.disk_readings.get(facts.vm.id)
    found = concerns(facts.vm, facts.inventory, facts.now, limit=about.limit, disk_reading=reading)
    tone = "bad" if any(c.grave for c in found) else "warning"
    return SafeText(f" {concern_mark(found):{_MARK - 1}}"), tone


def _busy_cells(busy: tuple[SafeText, ...], name: int, right: Spans, width: int) -> Spans:
    """Return what is done to the VM, in the place of its columns. A mark stays. `name` is the width of the name."""
    marked = () if right[-1][0].isspace() else right[-1:]
    room, beside = _cells(right) - _cells(marked), width - _GLYPH - _cells(marked)
    narrow = width < _BESIDE_NAMES
    if narrow:  # the name gets what the shortest words leave
        room = max(beside - name, len(busy[-1]) + 1)
    if beside - room < min(_LEAST_NAME, name):
        return marked
    words = fit(first_that_fits(busy, room - 1), room - 1, right=narrow)
    return ((SafeText(f" {words}"), "accent"), *marked)


def _cells(spans: Spans) -> int:
    return sum(len(text) for text, _ in spans)


def _shorter(words: str) -> tuple[SafeText, ...]:
    return (SafeText(words), SafeText(_SHORT.get(words) or words.split()[0]))
