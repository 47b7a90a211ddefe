"""The field below the list of VMs that filters it by a part of the name."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input


class FilterField(Input):
    DEFAULT_CSS = """
    FilterField { height: 1; display: none; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Keep", id="vms.filter_keep", tooltip="the filter, and go to the list"),
        Binding("escape", "screen.clear_filter", "Clear", id="vms.filter_clear", tooltip="the filter"),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="part of a name", compact=True)
