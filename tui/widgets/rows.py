"""A list of any length with a cursor. When the rows change, the cursor and the scroll position follow their row ids."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual.geometry import Size
from textual.message import Message

from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.terminal.glyphs import CURSOR, CURSOR_BLURRED
from hvtui.tui.text.safe import EMPTY, SafeText, wrapped
from hvtui.tui.widgets.lines import Lines, Spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.timer import Timer

R = TypeVar("R")
_ROOMY = 46
"""From this width on, one cell separates the rows from the right border."""


class Rows(Lines, Generic[R], can_focus=True, inherit_bindings=False):
    """A list of rows. A subclass implements `row_id`, which identifies a row, and `spans`, which draws it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.ROWS)
    REST_SECONDS: ClassVar = 0.12
    """Seconds until `Highlighted` is posted for the row under the cursor: repainting the other panes is expensive."""

    class RowMessage(Message):
        def __init__(self, rows: Rows[Any], row_id: str | None) -> None:
            super().__init__()
            self.rows = rows
            self.row_id = row_id

        @property
        def control(self) -> Rows[Any]:
            return self.rows

    class Highlighted(RowMessage):
        """The cursor has stayed on this row; None if there are no rows."""

    class Chosen(RowMessage):
        """The row was chosen with a double click, or with a key of the subclass."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=f"pane {classes or ''}")
        self.empty = EMPTY
        """The text that is shown if there are no rows."""
        self._rows: Sequence[R] = ()
        self._index = 0
        self._announced: str | None = None
        self._rest_timer: Timer | None = None

    def row_id(self, row: R) -> str:
        raise NotImplementedError

    def spans(self, row: R, width: int) -> Spans:
        """Return the row in at most `width` cells."""
        raise NotImplementedError

    def clicked(self, row: R, x: int) -> None:
        """Called after the row was clicked, `x` cells from the start of its spans. The cursor is already on it."""

    @property
    def words_below(self) -> SafeText:
        """The text below the last row; "" if there is none."""
        return EMPTY if self._rows else self.empty

    @property
    def cursor(self) -> str | None:
        """The id of the row that the cursor is on."""
        return self.row_id(self._rows[self._index]) if self._rows else None

    @property
    def cursor_row(self) -> R | None:
        return self._rows[self._index] if self._rows else None

    @property
    def on_screen(self) -> list[str]:
        """The ids of the visible rows."""
        top = self.scroll_offset.y
        return [self.row_id(row) for row in self._rows[top : top + self.size.height]]

    def show_rows(self, rows: Sequence[R], *, cursor: str | None = None) -> None:
        """Show these rows. The cursor moves to the given id, or stays on its row, or near its position."""
        wanted = self.cursor if cursor is None else cursor
        top = self.scroll_offset.y
        on_screen = self._index - top
        follow = cursor is not None or not self._rows or 0 <= on_screen < self.size.height
        anchor = None if follow or top >= len(self._rows) else self.row_id(self._rows[top])
        self._rows = rows
        self._index = self._find(wanted, self._index)
        if self.virtual_size.height != len(rows):
            self.virtual_size = Size(0, len(rows))
        if follow:
            if cursor is None:
                self._scroll(self._index - on_screen)
            self._scroll_to_cursor()
        else:
            self._scroll(self._find(anchor, top))
        self.repaint_changed()
        self._announce()

    def put_cursor(self, row_id: str) -> None:
        """Move the cursor to this row, if there is one."""
        index = self._find(row_id, self._index)
        if self._rows and self.row_id(self._rows[index]) == row_id:
            self._move_to(index)

    def action_move(self, by: int) -> None:
        self._move_to(self._index + by)

    def action_page(self, by: int) -> None:
        self._move_to(self._index + by * max(1, self.size.height - 1))

    def action_first(self) -> None:
        self._move_to(0)

    def action_last(self) -> None:
        self._move_to(len(self._rows) - 1)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        index = self.scroll_offset.y + offset.y if offset else len(self._rows)
        if offset and index < len(self._rows):
            self._move_to(index)
            self.clicked(self._rows[index], offset.x - 1)
            if event.chain == 2:
                self.action_choose()

    def on_resize(self) -> None:
        super().on_resize()
        self._scroll_to_cursor()

    @property
    def span_room(self) -> int:
        """The width of the spans of a row in cells, without the cursor."""
        return self.room - (2 if self.room >= _ROOMY else 1)

    def line(self, index: int) -> tuple[str, Spans]:
        width = self.span_room
        if index >= len(self._rows):
            below = wrapped(self.words_below, max(1, width - 1)) if self.words_below else []
            words = next(islice(below, index - len(self._rows), None), EMPTY)
            return "", ((SafeText(f" {words}"), "muted"),) if words else ()
        spans = self.spans(self._rows[index], width)
        if index != self._index:
            return "", ((SafeText(f" {spans[0][0]}"), spans[0][1]), *spans[1:]) if spans else ()
        if self.has_focus:
            return "cursor", ((CURSOR, "accent"), *spans)
        return "cursor-blurred", ((CURSOR_BLURRED, "muted"), *spans)

    def action_choose(self) -> None:
        if self._rows:
            self.post_message(self.Chosen(self, self.cursor))

    def _move_to(self, index: int) -> None:
        index = max(0, min(index, len(self._rows) - 1))
        if index != self._index:
            self.refresh_line(self._index)
            self.refresh_line(index)
            self._index = index
            if self._rest_timer:
                self._rest_timer.stop()
            if self.REST_SECONDS:
                self._rest_timer = self.set_timer(self.REST_SECONDS, self._announce)
            else:
                self._announce()
        self._scroll_to_cursor()

    def _announce(self) -> None:
        if self.cursor != self._announced:
            self._announced = self.cursor
            self.post_message(self.Highlighted(self, self.cursor))

    def _find(self, row_id: str | None, near: int) -> int:
        """Return the index of this row; if there is none, the index nearest to `near`."""
        near = max(0, min(near, len(self._rows) - 1))
        if row_id is None or (self._rows and self.row_id(self._rows[near]) == row_id):
            return near
        return next((i for i, row in enumerate(self._rows) if self.row_id(row) == row_id), near)

    def _scroll_to_cursor(self) -> None:
        top, height = self.scroll_offset.y, self.size.height
        if height:
            self._scroll(min(self._index, max(top, self._index - height + 1)))

    def _scroll(self, top: int) -> None:
        if self.size.height and top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)
