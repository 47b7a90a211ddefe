"""The checkpoints of one VM as a tree, with Now below the checkpoint that the VM runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import var

from hvtui.backends.model import Activity, Checkpoint, CheckpointId, DiskReading, Inventory, Vm, VmDisks, VmId
from hvtui.backends.operations.command import is_locked
from hvtui.backends.operations.disk_chains.chains import written_since
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.preferences.preferences import DEFAULTS
from hvtui.tui.terminal.glyphs import DEEPER, kind_glyph
from hvtui.tui.terminal.glyphs import NOW as NOW_GLYPH
from hvtui.tui.text.safe import EMPTY, SafeText, fit, safe, shorten
from hvtui.tui.text.words import size, state, vm_on_host
from hvtui.tui.widgets.branches import NOW, Branch, branches
from hvtui.tui.widgets.columns.checkpoints import CHECKPOINT_COLUMNS, CheckpointFacts
from hvtui.tui.widgets.columns.columns import beside_names, cells, fitting, width_of
from hvtui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from textual.binding import BindingType

    from hvtui.tui.widgets.lines import Spans

_NAMES = (17, 18, 31, 28)
"""How many cells the names keep beside one column, two, three, four."""
_NOW = 11
"""The least room for the state of Now, with the gap to its left."""
_BESIDE_NAMES = 40
"""From this width on, columns stand right of the longest name, and not at the right border."""


class CheckpointTree(Rows[Branch]):
    HELP = """\
Checkpoints
Each is below the one it was taken after; only branches are indented. ► Now is the present state of the virtual machine.
◦ automatic, ■ from backup software, ≡ of a replica or planned, ✗ has lost its parent
Folding and unfolding never apply anything.
"""
    PLACES = (Place.ROWS, Place.TREE)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.TREE)

    class Highlighted(Rows.Highlighted):
        """The cursor has stayed on this checkpoint, or on Now."""

        @property
        def checkpoint_id(self) -> CheckpointId | None:
            """None for Now, or if there are no rows."""
            return None if self.row_id in (None, NOW) else CheckpointId(str(self.row_id))

    inventory: var[Inventory | None] = var(None, init=False, always_update=True)  # comparing two takes long
    vm_id: var[VmId | None] = var(None, init=False)
    disk_reading: var[DiskReading | None] = var(None, init=False)
    """The last reading of the disks of this VM; that of another is ignored."""
    now: var[datetime | None] = var(None, init=False)
    """The time that ages are relative to; if None, the time of the reading."""

    def __init__(self, columns: Collection[str] = DEFAULTS.columns_checkpoints) -> None:
        """`columns` are those that are shown as far as there is room, from left to right."""
        super().__init__()
        self._wanted = columns
        self._vm: Vm | None = None
        self._checkpoints: tuple[Checkpoint, ...] = ()
        self._folded: set[CheckpointId] = set()
        self._cursors: dict[VmId, str] = {}
        self._written: dict[CheckpointId, SafeText] = {}
        self._name_room = 0
        """The cells of the longest name with its guides."""
        self.show_title(Content("Checkpoints"))

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The checkpoint that the cursor is on; None for Now."""
        row = self.cursor_row
        return row.checkpoint if row else None

    def row_id(self, row: Branch) -> str:
        return row.id

    def on_resize(self) -> None:
        super().on_resize()
        self._pick()

    def watch_inventory(self) -> None:
        self._pick()

    def watch_vm_id(self, before: VmId | None, after: VmId | None) -> None:
        if before is not None and self.cursor is not None:
            self._cursors[before] = self.cursor
        self._announced = None
        self._pick(cursor=self._cursors.get(after, NOW) if after else None)

    def watch_disk_reading(self) -> None:
        self._written = {}
        self.repaint_changed()

    def watch_now(self) -> None:
        self.repaint_changed()

    def action_fold(self) -> None:
        row = self.cursor_row
        if row and row.checkpoint and row.below:
            self._folded ^= {row.checkpoint.id}
            self._show()

    def action_out(self) -> None:
        row = self.cursor_row
        if row and row.below and not row.folded:
            self.action_fold()
        else:
            self.action_parent()

    def action_in(self) -> None:
        row = self.cursor_row
        if row and row.folded:
            self.action_fold()
        elif row and row.below:
            self.action_move(1)

    def action_fold_all(self) -> None:
        self._folded = {row.checkpoint.id for row in self._rows if row.checkpoint and row.below}
        self._show()

    def action_unfold_all(self) -> None:
        self._folded = set()
        self._show()

    def action_now(self) -> None:
        """Go to Now, and unfold what it is below."""
        if self._vm and self._vm.current:
            self.reveal(self._vm.current)
            self._folded.discard(self._vm.current)
        self._show(NOW)

    def action_parent(self) -> None:
        row = self.cursor_row
        if row and row.parent:
            self.put_cursor(row.parent)

    def reveal(self, checkpoint_id: CheckpointId) -> None:
        """Put the cursor on a checkpoint, and unfold what it is below."""
        above = {checkpoint.id: checkpoint.parent for checkpoint in self._checkpoints}
        parent = above.pop(checkpoint_id, None)
        while parent is not None:
            self._folded.discard(parent)
            parent = above.pop(parent, None)  # the host may report a cycle
        self._show(checkpoint_id)

    def clicked(self, row: Branch, x: int) -> None:
        width = self.span_room
        if x == len(_guides(row, width - sum(cell_len(text) for text, _ in self._right(row, width)))):
            self.action_fold()

    def spans(self, row: Branch, width: int) -> Spans:
        right = self._right(row, width)
        room = self._name_cells_shown(width, sum(cell_len(text) for text, _ in right))
        guides = _guides(row, room)
        room = max(0, room - len(guides))
        if row.checkpoint is None:
            return ((guides, "faint"), (fit(SafeText(f"{NOW_GLYPH} Now"), room), "accent"), *right)
        kind, hidden = kind_glyph(row.checkpoint), _hidden(row)
        fold = shorten(SafeText(f"{row.fold} "), room)
        mark = shorten(SafeText(f"{kind} ") if kind else EMPTY, room - cell_len(fold))
        room = max(0, room - cell_len(fold) - cell_len(mark))
        label = shorten(safe(row.checkpoint.name), room - cell_len(hidden))
        return (
            (guides, "faint"),
            (fold, "accent" if row.below else "faint"),
            (mark, "warning"),
            (label, "muted" if is_locked(row.checkpoint) else ""),
            (fit(hidden, room - cell_len(label)), "accent"),
            *right,
        )

    def _name_cells_shown(self, width: int, right: int) -> int:
        """Return the cells for the name and its guides beside `right` cells of columns."""
        room = width - right
        return beside_names(room, self._name_room) if width >= _BESIDE_NAMES else room

    def _right(self, row: Branch, width: int) -> Spans:
        now = self.now or (self.inventory.taken if self.inventory else None)
        columns = [CHECKPOINT_COLUMNS[name] for name in self._columns(width)]
        if now is None or not columns:
            return ()
        if row.checkpoint is None:
            room = max(_NOW, width_of(columns)) - 1
            return ((SafeText(f" {fit(self._now_words(room), room)}"), ""),)
        return cells(columns, CheckpointFacts(row.checkpoint, now, self._written_words))

    def _columns(self, width: int) -> list[str]:
        """Return the columns that fit into rows of this width."""
        return fitting(CHECKPOINT_COLUMNS, self._wanted, width, _NAMES)

    @property
    def _disks(self) -> VmDisks | None:
        """The disks of this VM, if they were read."""
        reading, vm = self.disk_reading, self._vm
        return reading.disks if reading and vm and reading.vm_id == vm.id else None

    def _written_words(self, checkpoint: CheckpointId) -> SafeText:
        """Return how much was written after a checkpoint, up to the next ones; "" if that is not known."""
        if checkpoint not in self._written:
            written = written_since(self._disks, checkpoint) if self._disks else None
            self._written[checkpoint] = size(written) if written is not None else EMPTY
        return self._written[checkpoint]

    def _now_words(self, room: int) -> SafeText:
        """Return the state of the VM, and its activity or the size of its changes if there is room."""
        vm = self._vm
        if vm is None:
            return EMPTY
        words = state(vm)
        since = written_since(self._disks, None) if self._disks else None
        if vm.activity is not Activity.NONE and vm.activity.value != words:
            more = vm.activity.value
        elif vm.critical:
            more = "critical"
        else:
            more = f"{size(since)} since" if since is not None else ""
        both = SafeText(f"{words}, {more}" if more else words)
        return both if cell_len(both) <= room else words

    def _pick(self, cursor: str | None = None) -> None:
        inventory = self.inventory
        self._vm = inventory.vm(self.vm_id) if inventory else None
        self._checkpoints = inventory.checkpoints_of(self.vm_id) if inventory and self._vm else ()
        self.empty = SafeText("No virtual machine is selected.") if inventory else EMPTY
        self._show(cursor)

    def _titles_of_vm(self) -> list[Content]:
        """Return the name of the VM, and that of its host if it is one of several, with its state, and without: its row Now has the state too."""
        vm, inventory = self._vm, self.inventory
        if vm is None or inventory is None:
            return [Content("Checkpoints")]
        unread = ""
        if inventory.unread_of(vm.id):
            unread = "  could not be read" if self._checkpoints else "  checkpoints could not be read"
        return [Content.assemble(vm_on_host(vm), words, unread) for words in (f"  {state(vm)}", "")]

    def _show(self, cursor: str | None = None) -> None:
        rows = branches(self._checkpoints, self._vm.current, self._folded) if self._vm else ()
        self._name_room = max(map(_name_cells, rows), default=0)
        self._update_title()
        self.show_rows(rows, cursor=cursor)

    def _update_title(self) -> None:
        columns = self._columns(self.span_room) if self._checkpoints else []
        right = width_of([CHECKPOINT_COLUMNS[name] for name in columns])
        self.show_title(
            *self._titles_of_vm(),
            headings=[SafeText(name) for name in columns],
            row_cells=self._name_cells_shown(self.span_room, right) + right,
        )


def _name_cells(row: Branch) -> int:
    """Return the width of the name with all that stands before and behind it."""
    if row.checkpoint is None:
        return len(row.guides) + 6
    kind = 2 if kind_glyph(row.checkpoint) else 0
    return len(row.guides) + 2 + kind + cell_len(safe(row.checkpoint.name)) + cell_len(_hidden(row))


def _guides(row: Branch, width: int) -> SafeText:
    """Return the guides of a row. If they leave too little room for the name: its depth and the innermost guide."""
    most = min(len(row.guides), max(2, width * 2 // 5 // 2 * 2))
    if row.depth * 2 <= most:
        return row.guides
    depth, last = SafeText(f"{DEEPER}{row.depth} "), SafeText(row.guides[-2:])
    return SafeText(fit(depth, most - 2) + last) if most > len(depth) + 2 else last


def _hidden(row: Branch) -> SafeText:
    """Return how many checkpoints a folded row hides, and whether it hides Now: `` (3 ►)``."""
    if not row.folded:
        return EMPTY
    count = row.below - row.now_below
    inside = [str(count)] if count else []
    inside += [NOW_GLYPH] if row.now_below else []
    return SafeText(f" ({' '.join(inside)})")
