"""The field below the list of VMs that filters it, and what is wrong with the filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label, Static

from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.safe import SafeText, first_that_fits

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


_HINTS = tuple(map(SafeText, ("part of a name, or older:30d", "name, or older:30d", "older:30d")))
"""What can be typed, in words of decreasing length."""


class FilterBar(Horizontal):
    """The field with its label; hidden while there is no filter."""

    DEFAULT_CSS = """
    FilterBar {
        height: 1; display: none; background: $panel;
        Label { color: $foreground-muted; padding: 0 1; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Label("Filter", markup=False)
        yield FilterField()


class FilterField(Input):
    DEFAULT_CSS = """
    FilterField { width: 1fr; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.FILTER)

    def __init__(self) -> None:
        super().__init__(placeholder=_HINTS[0], compact=True)

    def on_resize(self) -> None:
        self.placeholder = first_that_fits(_HINTS, self.size.width)


class FilterMistake(Static):
    """What the first word of the filter that cannot be understood needs; hidden while there is none."""

    DEFAULT_CSS = """
    FilterMistake { height: auto; max-height: 4; display: none; color: $warning; padding: 0 1; }
    """

    def show_mistake_in(self, text: str) -> None:
        # The first frame has no filter.
        from hvtui.backends.operations.filtering.parsing import parse
        from hvtui.tui.text.filtering.mistakes import mistake_text

        mistakes = parse(text).mistakes
        self.display = bool(mistakes)
        if mistakes:
            self.update(Content(mistake_text(mistakes[0])))
