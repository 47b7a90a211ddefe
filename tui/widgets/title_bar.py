"""The top line: what this is, which host, and what should be known of it at all times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.reactive import var

from hvtui.tui.text.safe import safe, shorten, wrapped
from hvtui.tui.text.words import size
from hvtui.tui.widgets.lines import Lines, Spans

if TYPE_CHECKING:
    from hvtui.backends.model import Inventory, Volume

_NEARLY_FULL = 0.1


class TitleBar(Lines, can_focus=False):
    DEFAULT_CSS = """
    TitleBar { height: 1; overflow-y: hidden; background: $panel; }
    """

    inventory: var[Inventory | None] = var(None, init=False, always_update=True)  # comparing two is dear
    place: var[str] = var("", init=False)
    """What the person calls the host, until it says its name."""
    demo: var[bool] = var(False, init=False)
    label: var[str] = var("", init=False)
    """The admin's own word for this host, such as ``PROD``."""
    read_only: var[bool] = var(False, init=False)

    watch_inventory = watch_place = watch_demo = watch_label = watch_read_only = Lines.repaint_changed

    def line(self, index: int) -> tuple[str, Spans]:
        left = [(" ", ""), ("hvtui", "accent"), ("  ", "")]
        badges = ["DEMO"] if self.demo else []
        badges += [safe(self.label)] if self.label else []
        badges += ["READ ONLY"] if self.read_only else []
        for badge in badges:
            left += [(f" {badge} ", "badge"), ("  ", "")]
        host = self.inventory.host if self.inventory else None
        left.append((shorten(safe(host.name if host else self.place), 40), "strong"))
        left += [] if host else [("  connecting…", "muted")]
        if host and host.cluster:
            left.append(
                (shorten(f"  node of cluster {safe(host.cluster)}", self.room - 1 - _cells(left)), "")
            )
        room = self.room - 1 - _cells(left)
        right: Spans = ()
        if host and (volume := _fullest(host.volumes)):
            tight = volume.free < volume.size * _NEARLY_FULL
            words = f"  {safe(volume.name)} {size(volume.free)} free{' !' if tight else ''}"
            if cell_len(words) <= room:
                right = ((words, "warning" if tight else ""),)
                room -= cell_len(words)
        if host and host.system and room > 12:
            system = "  " + wrapped(safe(host.system), room - 2)[0]
            left.append((system, "muted"))
            room -= cell_len(system)
        return "", (*left, (" " * max(0, room), ""), *right)


def _fullest(volumes: tuple[Volume, ...]) -> Volume | None:
    return min(volumes, key=lambda volume: volume.free / (volume.size or 1), default=None)


def _cells(spans: list[tuple[str, str]]) -> int:
    return sum(cell_len(text) for text, _ in spans)
