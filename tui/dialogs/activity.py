"""Shows all operations and messages of the session, so that nothing that was said is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.table import Table
from rich.text import Text
from textual.widgets import Static

from hvtui.tui.dialogs.copyable import CopyableDialog
from hvtui.tui.dialogs.dialog import paragraph
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.safe import SafeText
from hvtui.tui.text.words import elapsed, time_of_day
from hvtui.tui.widgets.operations.shown import ending_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from textual.binding import BindingType
    from textual.widget import Widget

    from hvtui.tui.dialogs.dialog_app import Said
    from hvtui.tui.widgets.operations.shown import Shown

Entry = tuple[str, str]
"""A time of day, and what was then."""
_NONE: Final = ("None so far.", "")
_REFRESH_SECONDS = 1.0


class ActivityDialog(CopyableDialog[None]):
    heading = SafeText("Operations and messages")
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.READING)

    def __init__(
        self,
        operations: Callable[[], Sequence[Shown]],
        messages: Sequence[Said],
        clock: Callable[[], datetime],
    ) -> None:
        """`operations` returns the present ones, the most important first."""
        super().__init__()
        self._operations, self._messages, self._clock = operations, messages, clock
        self._entries: list[Entry] | None = None

    def body(self) -> Iterable[Widget]:
        yield paragraph(SafeText("Operations"), "strong help-heading")
        yield Static(id="operations")
        yield paragraph(SafeText("Messages, the latest first"), "strong help-heading")
        yield Static(_table(list(map(_message, reversed(self._messages)))))

    def on_mount(self) -> None:
        super().on_mount()
        self._show_operations()
        self.set_interval(_REFRESH_SECONDS, self._show_operations)

    @property
    def text(self) -> str:
        operations = ["Operations", *map(_line, self._entries or [_NONE])]
        return "\n".join([*operations, "", "Messages", *map(_line, map(_message, self._messages))])

    def _show_operations(self) -> None:
        entries = [_operation(each, self._clock()) for each in self._operations()]
        if entries != self._entries:
            self._entries = entries
            self.query_one("#operations", Static).update(_table(entries))


def _table(entries: Sequence[Entry]) -> Table:
    """Return a table in which a long text continues below itself, not below the time."""
    table = Table.grid(padding=(0, 2))
    for at, text in entries or [_NONE]:
        table.add_row(Text(at), Text(text))
    return table


def _line(entry: Entry) -> str:
    return "  ".join(filter(None, entry))


def _operation(shown: Shown, now: datetime) -> Entry:
    glyph, outcome = ending_of(shown)
    seconds = ((shown.ended or now) - shown.started).total_seconds()
    lasted = f"after {elapsed(seconds)}" if shown.ended else f"{elapsed(seconds)} so far"
    percent = f"{shown.percent} %" if shown.percent is not None and not shown.ended else ""
    facts = "  ".join(part for part in (outcome, percent, lasted) if part)
    what = f"{shown.what} → {shown.new_name}" if shown.new_name else shown.what
    first = f"{glyph} {what}  {facts}"
    return time_of_day(shown.started), f"{first}\n{shown.detail}" if shown.detail else first


def _message(said: Said) -> Entry:
    title = f"{said.title}: " if said.title else ""
    return time_of_day(said.at), f"{title}{said.text}"
