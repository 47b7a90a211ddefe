"""Something to want or not: ``[x] Start it afterwards``. Textual's own tells the two apart by colour alone."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class Checkbox(Widget, can_focus=True):
    DEFAULT_CSS = """
    Checkbox { height: 1; width: auto; }
    Checkbox:focus { text-style: bold reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "tick", "Checkbox", show=False)]

    ticked: reactive[bool] = reactive(False)

    def __init__(self, words: str, *, id: str | None = None) -> None:
        """`words` are ours, or safe."""
        super().__init__(id=id)
        self._words = words

    def render(self) -> Content:
        return Content(f"[{'x' if self.ticked else ' '}] {self._words}")

    def action_tick(self) -> None:
        self.ticked = not self.ticked

    def on_click(self) -> None:
        self.action_tick()
