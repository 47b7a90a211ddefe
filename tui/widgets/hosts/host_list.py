"""The list of hosts to choose from, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len

from hvtui.backends.hosts.target import DEMO, THIS_COMPUTER, Group, Target
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.safe import EMPTY, SafeText, fit, safe, shorten
from hvtui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from hvtui.tui.widgets.lines import Spans

_NAME = 22
_DESCRIPTIONS = {THIS_COMPUTER: "its own Hyper-V, if it has one", DEMO: "demo host with sample data"}


class HostList(Rows["Target | Group"]):
    HELP = """\
Hosts
The hosts of your config file, this computer, and a demo. Each line: name, label, user, transport.
"""
    PLACES = (Place.ROWS, Place.HOSTS)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.HOSTS)

    class Highlighted(Rows.Highlighted):
        """The cursor has stayed on this host."""

    class Chosen(Rows.Chosen):
        """The person wants to connect to this host."""

    def __init__(self) -> None:
        super().__init__()
        self._labels = 0
        """The width of the widest label with its padding; 0 if no host has a label."""

    def show_targets(self, targets: Sequence[Target | Group], cursor: str | None) -> None:
        self._labels = max(
            (cell_len(safe(target.label)) + 2 for target in targets if target.label), default=0
        )
        self.show_rows(targets, cursor=cursor)

    def row_id(self, row: Target | Group) -> str:
        return row.id

    def spans(self, row: Target | Group, width: int) -> Spans:
        spans: list[tuple[SafeText, str]] = [(fit(safe(row.name), min(_NAME, width)), "")]
        if self._labels:
            label = SafeText(f" {safe(row.label)} ") if row.label else EMPTY
            padding = SafeText(" " * (self._labels - cell_len(label)))
            spans += [(SafeText("  "), ""), (label, "badge"), (padding, "")]
        saved = row.saved
        if isinstance(row, Group):
            words = [f"group of {len(row.targets)} hosts"]
        else:
            words = [_DESCRIPTIONS[row.name]] if saved is None and row.name in _DESCRIPTIONS else []
        if saved is not None:
            given = saved.settings
            words = [word for word in (given.get("user", ""), given.get("transport", "https")) if word]
            words += ["read-only"] if saved.read_only else []
        room = width - sum(cell_len(text) for text, _ in spans)
        if words and room > 6:
            spans.append((shorten(SafeText("  " + "  ".join(map(safe, words))), room), "muted"))
        return tuple(spans)
