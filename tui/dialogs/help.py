"""Lists the keys of a screen, commands first, and explains the signs in its panes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, Static

from hvtui.tui.bindings import keys_of
from hvtui.tui.dialogs.dialog import Dialog, paragraph
from hvtui.tui.text.safe import SafeText

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from textual.screen import Screen
    from textual.widget import Widget

    from hvtui.tui.bindings import KeyCommand
    from hvtui.tui.dialogs.dialog_app import DialogApp


class HelpDialog(Dialog[None]):
    heading = SafeText("Keys")
    initial_focus = "#close"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "cancel", "Close", show=False),
        Binding("k", "scroll('scroll_up')", show=False),
        Binding("j", "scroll('scroll_down')", show=False),
        Binding("space", "scroll('page_down')", show=False),
        Binding("g", "scroll('scroll_home')", show=False),
        Binding("G", "scroll('scroll_end')", show=False),
    ]

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        every = keys_of(screen)
        self._acting = [command for command in every if not command.moves]
        self._moving = [command for command in every if command.moves]
        self._legends = [widget.HELP for widget in screen.query("*").results() if widget.HELP]

    def body(self) -> Iterable[Widget]:
        keys = max(cell_len(_keys(command)) for command in (*self._acting, *self._moving))
        yield Static(_table(self._acting, keys))
        yield paragraph(SafeText("To move in the pane that has the focus"), "strong")
        yield Static(_table(self._moving, keys))
        for legend in self._legends:
            title, _, words = legend.partition("\n")
            yield paragraph(Content.assemble((title, "bold"), "\n", words.strip()))

    def buttons(self) -> Iterable[Button]:
        yield Button("Close", id="close", compact=True)

    def action_scroll(self, action: str) -> None:
        """Perform a scroll action of the box, which cannot have the focus."""
        getattr(self.query_one("#box"), f"action_{action}")()

    @on(Button.Pressed)
    def answer(self) -> None:
        self.dismiss(None)


async def show_keys(screen: Screen[Any], app: DialogApp) -> None:
    """Show the keys of a screen, unless a dialog is open. To be called in a worker."""
    if not isinstance(app.screen, Dialog):
        await app.open(HelpDialog(screen))


def _table(commands: list[KeyCommand], keys: int) -> Table:
    """Return the keys as a table. `keys` is the width of the first column."""
    table = Table.grid(padding=(0, 2))
    table.add_column(width=keys, style="bold")
    table.add_column()
    for command in commands:
        table.add_row(Text(_keys(command)), Text(command.words))
    return table


def _keys(command: KeyCommand) -> str:
    return ", ".join(command.keys)
