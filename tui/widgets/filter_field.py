"""The field below the list of VMs that filters it by a part of the name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Input

from hvtui.tui.keys.shortcuts import Place, bindings

if TYPE_CHECKING:
    from textual.binding import BindingType


class FilterField(Input):
    DEFAULT_CSS = """
    FilterField { height: 1; display: none; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.FILTER)

    def __init__(self) -> None:
        super().__init__(placeholder="part of a name", compact=True)
