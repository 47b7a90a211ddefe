"""The base class of the app: opens dialogs, and drops keys that were not meant for a dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual import events
from textual.app import App
from textual.command import CommandPalette
from textual.widgets import Input

from hvtui.tui.dialogs.dialog import Dialog, Opener
from hvtui.tui.keys.in_force import rebind
from hvtui.tui.keys.names import key_name
from hvtui.tui.keys.shortcuts import SHORTCUTS, Shortcut

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from textual.dom import DOMNode
    from textual.widget import Widget

T = TypeVar("T")


class DialogApp(App[None]):
    def __init__(self, *, shortcuts: Mapping[str, Shortcut] = SHORTCUTS, **kwargs: Any) -> None:
        """`shortcuts` are by id, with the keys in force."""
        super().__init__(**kwargs)
        self.shortcuts = shortcuts
        self._last_key: Opener | None = None
        if shortcuts is not SHORTCUTS:
            rebind(self, shortcuts)

    def key_of(self, shortcut: str) -> str:
        """Return the name of the first key of a shortcut, for a sentence; the shortcut in the palette if it has none."""
        found = self.shortcuts[shortcut]
        return key_name(found.keys[0]) if found.keys else f"“{found.sentence}”"

    def with_key(self, label: str, shortcut: str) -> str:
        """Return the label of a button with the key that does the same: ``Copy (y)``."""
        keys = self.shortcuts[shortcut].keys
        return f"{label} ({key_name(keys[0])})" if keys else label

    def _register_child(self, parent: DOMNode, child: Widget, before: int | None, after: int | None) -> None:
        super()._register_child(parent, child, before, after)
        if self.shortcuts is not SHORTCUTS:
            rebind(child, self.shortcuts)

    async def open(self, dialog: Dialog[T]) -> T | None:
        """Show a dialog and return its answer. To be called in a worker."""
        dialog.opener = self._last_key
        return await self.push_screen_wait(dialog)

    def show(self, dialog: Dialog[T], answered: Callable[[T | None], None] | None = None) -> None:
        """Show a dialog that was not opened by a key. A key that is held down at this moment does not answer it.

        `answered` is called with the answer of the person.
        """
        dialog.opener = self._last_key
        self.push_screen(dialog, answered)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent | events.Paste):
            # This includes keys that the screen below received, and forwards now that a dialog is open.
            if isinstance(self.screen, Dialog) and self.screen.refuses(event):
                return
            if isinstance(event, events.Key) and not event.is_forwarded:
                last, self._last_key = self._last_key, Opener(event.key, event.time)
                held = last is not None and last.repeats(event)
                if held and event.key == "enter" and isinstance(self.screen, CommandPalette):
                    return  # it would run the chosen command again
        await super().on_event(event)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, Input):
            event.widget.cursor_blink = False  # each blink is sent over the SSH connection

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, Dialog):
            super().action_command_palette()
