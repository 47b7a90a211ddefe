"""A checkbox: ``[x] Start it afterwards``. Textual's own one shows its state by colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from hvtui.tui.keys.shortcuts import Place, bindings

if TYPE_CHECKING:
    from textual.binding import BindingType

    from hvtui.tui.text.safe import SafeText


class Checkbox(Widget, can_focus=True):
    DEFAULT_CSS = """
    Checkbox { height: 1; width: auto; }
    Checkbox:focus { text-style: bold reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.CHECKBOX)

    checked: reactive[bool] = reactive(False)

    def __init__(self, label: SafeText, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._label = label

    def render(self) -> Content:
        return Content(f"[{'x' if self.checked else ' '}] {self._label}")

    def action_check(self) -> None:
        self.checked = not self.checked

    def on_click(self) -> None:
        self.action_check()
