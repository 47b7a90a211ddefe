"""A palette of the looks. The one that is highlighted is shown at once, and undone unless it is chosen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on
from textual.command import Command, CommandPalette, SimpleProvider
from textual.widgets import OptionList

from hvtui.tui.terminal.theme import SENTENCES

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen


class ThemePalette(CommandPalette):
    DEFAULT_CSS = """
    ThemePalette { background: transparent; }
    """

    def __init__(
        self, screen: Screen[Any], present: str, *, show: Callable[[str], None], choose: Callable[[str], None]
    ) -> None:
        """`present` is the look in force: it comes first. `show` changes the colours, and `choose` also remembers."""
        names = sorted(SENTENCES, key=lambda name: name != present)
        self._names = {SENTENCES[name]: name for name in names}
        self._show_theme = show
        commands: list[Any] = [(SENTENCES[name], partial(choose, name)) for name in names]
        provider: Any = SimpleProvider(screen, commands)  # Textual calls it as if it were a class
        super().__init__(providers=[provider], placeholder="Choose the colours…")

    @on(OptionList.OptionHighlighted)
    def preview(self, event: OptionList.OptionHighlighted) -> None:
        if isinstance(event.option, Command):
            self._show_theme(self._names[str(event.option.hit.text)])
