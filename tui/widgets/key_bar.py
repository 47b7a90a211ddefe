"""The bottom line: the keys of the screen. Actions that are not possible now are grey; their key says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.reactive import var

from hvtui.tui.keys.shortcuts import is_key
from hvtui.tui.text.safe import SafeText
from hvtui.tui.widgets.lines import Lines, Spans

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from textual import events
    from textual.binding import Binding
    from textual.screen import Screen

_GAP = 2


def _always_possible(action: str) -> str | None:
    return None


class KeyBar(Lines, can_focus=False):
    """Shows one key of each of the screen's bindings that have `show`, in the order of `order`."""

    DEFAULT_CSS = """
    KeyBar { height: 1; overflow-y: hidden; }
    """

    why_not: var[Callable[[str], str | None]] = var(lambda: _always_possible, init=False)
    """Returns why an action is greyed; None if it is possible. Call `repaint_changed` when the results may change."""
    order: var[tuple[str, ...]] = var((), init=False)
    """Binding ids from left to right; others follow. If there is too little room, the rightmost are dropped first."""
    keep: var[Collection[str]] = var(frozenset, init=False)
    """Binding ids that are dropped last, at any position."""
    danger: var[Collection[str]] = var(frozenset, init=False)
    """Binding ids of what destroys something."""

    watch_why_not = watch_keep = Lines.repaint_changed

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._keys: list[Binding] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._update_keys)
        self._update_keys(self.screen)

    def watch_order(self) -> None:
        self._update_keys(self.screen)

    def line(self, index: int) -> tuple[str, Spans]:
        spans: list[tuple[SafeText, str]] = []
        for binding in self._fitting():
            grey = self.why_not(binding.action) is not None
            spans += [
                (SafeText(" "), ""),
                (self._key(binding), "faint" if grey else self._tone(binding)),
                (SafeText(f" {binding.description}"), "faint" if grey else ""),
                (SafeText(" " * (_GAP - 1)), ""),
            ]
        return "", tuple(spans)

    def on_click(self, event: events.Click) -> None:
        left = 0
        for binding in self._fitting():
            left += self._cells(binding)
            if event.x < left:
                self.app.simulate_key(binding.key)
                return

    def _update_keys(self, screen: Screen[object]) -> None:
        first: dict[str, Binding] = {}
        for active in screen.active_bindings.values():
            if active.binding.show and is_key(active.binding.key):
                first.setdefault(active.binding.action, active.binding)
        ranks = {id: rank for rank, id in enumerate(self.order)}
        self._keys = sorted(first.values(), key=lambda b: ranks.get(b.id or "", len(ranks)))
        self.repaint_changed()

    def _fitting(self) -> list[Binding]:
        fitting = list(self._keys)
        while sum(map(self._cells, fitting)) - _GAP + 1 > self.room and fitting:
            going = next((b for b in reversed(fitting) if b.id not in self.keep), fitting[-1])
            fitting.remove(going)
        return fitting

    def _key(self, binding: Binding) -> SafeText:
        return SafeText(self.app.get_key_display(binding))

    def _tone(self, binding: Binding) -> str:
        return "bad" if binding.id in self.danger else "accent"

    def _cells(self, binding: Binding) -> int:
        return cell_len(self._key(binding)) + 1 + cell_len(binding.description) + _GAP
