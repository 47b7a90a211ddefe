"""The address of a host that is not saved: a field, and below it the choices how to connect to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from hvtui.tui.keys.shortcuts import Place, bindings

if TYPE_CHECKING:
    from collections.abc import Sequence

LABELS = {"transport": "Transport", "auth": "Sign-in with"}


class AddressField(Input):
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.ADDRESS)

    def __init__(self) -> None:
        super().__init__(placeholder="host, user@host:port or [IPv6]:port", id="address", compact=True)


class Choice(Widget, can_focus=True):
    """One of a few values: ``(x) https  ( ) http``. Where there is no room for all, only the chosen one is shown."""

    DEFAULT_CSS = """
    Choice { height: 1; width: 1fr; }
    Choice:focus { text-style: bold reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Place.ADDRESS, Place.CHOICE),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    value: reactive[str] = reactive("")

    class Submitted(Message):
        """The person wants to connect."""

    def __init__(self, name: str, values: Sequence[str], value: str) -> None:
        super().__init__(name=name)
        self._values, self._shown_first = values, value
        self.set_reactive(Choice.value, value)

    @property
    def changed(self) -> bool:
        """Whether another value than the first is chosen."""
        return self.value != self._shown_first

    def render(self) -> Content:
        every = "  ".join(f"({'x' if value == self.value else ' '}) {value}" for value in self._values)
        return Content(every if len(every) <= self.size.width else f"(x) {self.value}")

    def action_change(self, step: int) -> None:
        self.value = self._values[(self._values.index(self.value) + step) % len(self._values)]

    def action_submit(self) -> None:
        self.post_message(self.Submitted())

    def on_click(self) -> None:
        self.action_change(1)
