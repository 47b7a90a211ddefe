"""Lists the keys of a screen by what they are for, and explains the signs in its panes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text
from textual import on
from textual.content import Content
from textual.widgets import Button, Static

from hvtui.tui.dialogs.controls import AnswerButton
from hvtui.tui.dialogs.dialog import Dialog, paragraph
from hvtui.tui.keys.names import key_name
from hvtui.tui.keys.shortcuts import Group, Place, Shortcut, bindings
from hvtui.tui.text.safe import SafeText
from hvtui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Any

    from textual.binding import BindingType
    from textual.screen import Screen
    from textual.widget import Widget

    from hvtui.tui.dialogs.dialog_app import DialogApp


class HelpDialog(Dialog[None]):
    heading = SafeText("Help")
    initial_focus = "#close"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.CLOSING, Place.READING, Place.HELP)

    def __init__(
        self, shortcuts: Collection[Shortcut], pane: Lines | None, other_panes: Iterable[Lines]
    ) -> None:
        """`shortcuts` are those of the screen and of `pane`, which has the focus."""
        super().__init__()
        self._shortcuts, self._pane = shortcuts, pane
        self._legends = [each.HELP for each in (pane, *other_panes) if each and each.HELP]

    def body(self) -> Iterable[Widget]:
        width = max(cell_len(_key_names(each)) for each in self._shortcuts)
        for group in Group:
            listed = [each for each in self._shortcuts if each.group is group]
            if listed:
                yield paragraph(self._group_heading(group), "strong help-heading")
                yield Static(_table(listed, width))
        for legend in self._legends:
            title, _, words = legend.partition("\n")
            yield paragraph(Content.assemble((title, "bold"), "\n", words.strip()))

    def buttons(self) -> Iterable[Button]:
        yield AnswerButton("Close", id="close")

    @on(Button.Pressed)
    def answer(self) -> None:
        self.dismiss(None)

    def _group_heading(self, group: Group) -> SafeText:
        if group is Group.MOVE and self._pane:
            place = self._pane.PLACES[-1].value
            return SafeText(f"{group}: {place[0].lower()}{place[1:]}")
        return SafeText(group)


async def show_help(screen: Screen[Any], app: DialogApp, places: Collection[Place]) -> None:
    """Show the shortcuts of these places and of the focused pane, unless a dialog is open. To be called in a worker."""
    if isinstance(app.screen, Dialog):
        return
    pane = screen.focused if isinstance(screen.focused, Lines) else None
    wanted = {*places, *(pane.PLACES if pane else ())}
    shortcuts = [
        _reachable(each, screen) for each in app.shortcuts.values() if each.keys and each.place in wanted
    ]
    await app.open(HelpDialog(shortcuts, pane, (each for each in screen.query(Lines) if each is not pane)))


def _reachable(shortcut: Shortcut, screen: Screen[Any]) -> Shortcut:
    """Return the shortcut without the keys that do something else in the focused pane."""
    active = screen.active_bindings
    keys = tuple(key for key in shortcut.keys if key not in active or active[key].binding.id == shortcut.id)
    return replace(shortcut, keys=keys or shortcut.keys)


def _table(shortcuts: Iterable[Shortcut], keys: int) -> Table:
    """Return the shortcuts as a table. `keys` is the width of the first column."""
    table = Table.grid(padding=(0, 2))
    table.add_column(width=keys, style="bold")
    table.add_column()
    for each in shortcuts:
        table.add_row(Text(_key_names(each)), Text(each.sentence))
    return table


def _key_names(shortcut: Shortcut) -> str:
    return ", ".join(map(key_name, shortcut.keys))
