"""Where hvtui can go, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from hvtui.backends.hosts.targets import DEMO, HERE, Target
from hvtui.tui.text.safe import fit, safe, shorten
from hvtui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.tui.widgets.lines import Spans

_NAME = 22
_TOLD = {HERE: "its own Hyper-V, if it has one", DEMO: "a pretended host to look around in"}


class HostList(Rows[Target]):
    HELP = """\
Hosts
The hosts of your config file, this computer, and a demo. Each line: name, label, who signs in, how.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right,l", "choose", "Connect", id="hosts.choose", tooltip="to this host"),
    ]

    class Highlighted(Rows.Highlighted):
        """The cursor rests on this place."""

    class Chosen(Rows.Chosen):
        """Go there."""

    def __init__(self) -> None:
        super().__init__()
        self._labels = 0
        """The cells of the widest label and its edges; 0 where no host has one."""

    def show_places(self, places: Sequence[Target], cursor: str | None) -> None:
        self._labels = max((cell_len(safe(place.label)) + 2 for place in places if place.label), default=0)
        self.show_rows(places, cursor=cursor)

    def row_id(self, row: Target) -> str:
        return row.id

    def spans(self, row: Target, width: int) -> Spans:
        spans: list[tuple[str, str]] = [(fit(safe(row.name), min(_NAME, width)), "")]
        if self._labels:
            label = f" {safe(row.label)} " if row.label else ""
            spans += [("  ", ""), (label, "badge"), (" " * (self._labels - cell_len(label)), "")]
        saved = row.saved
        words = [_TOLD[row.name]] if saved is None and row.name in _TOLD else []
        if saved is not None:
            words = [word for word in (row.settings.user, saved.transport or "https") if word]
            words += ["read only"] if saved.read_only else []
        room = width - sum(cell_len(text) for text, _ in spans)
        if words and room > 6:
            spans.append((shorten("  " + "  ".join(safe(word) for word in words), room), "muted"))
        return tuple(spans)
