"""The base class of the app: opens dialogs, and drops keys that were not meant for a dialog."""

from __future__ import annotations

from collections import deque
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, TypeVar
from unicodedata import category

from msgspec import Struct
from textual import events
from textual.app import App
from textual.command import CommandPalette
from textual.widgets import Input

from hvtui.tui.dialogs.dialog import Dialog, Opener
from hvtui.tui.keys.in_force import rebind
from hvtui.tui.keys.names import key_name
from hvtui.tui.keys.shortcuts import SHORTCUTS, Shortcut
from hvtui.tui.terminal.attention import WindowTitle
from hvtui.tui.text.reasons import operation_words
from hvtui.tui.text.safe import compose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from textual.await_complete import AwaitComplete
    from textual.dom import DOMNode
    from textual.widget import Widget

    from hvtui.backends.hosts.target import Target
    from hvtui.backends.operations.operation import Operation
    from hvtui.tui.preferences.preferences import Preferences
    from hvtui.tui.text.safe import SafeText

T = TypeVar("T")
_MOST_MESSAGES = 500
LONG_SECONDS = 10.0
"""From this duration on, the end of an operation rings the bell or changes the title, if the preferences say so."""


class Said(Struct, frozen=True):
    """A message that was shown."""

    at: datetime
    title: str
    text: str


class DialogApp(App[None]):
    def __init__(
        self,
        clock: Callable[[], datetime],
        preferences: Preferences,
        *,
        first_start: bool = False,
        **kwargs: Any,
    ) -> None:
        """`clock` returns aware UTC. `first_start`: show how to find the keys."""
        super().__init__(**kwargs)
        self.first_start = first_start
        self.clock = clock
        self.preferences = preferences
        self.window_title = WindowTitle(self)
        self.messages: deque[Said] = deque(maxlen=_MOST_MESSAGES)
        """What was shown in toasts and error dialogs, the oldest first."""
        self._last_key: Opener | None = None
        self._said: tuple[tuple[str, str], float] = ("", ""), -self.NOTIFICATION_TIMEOUT
        """The last notification with its title, and when it was shown."""
        self._waiting: list[Callable[[], None]] = []
        """The notifications that wait until the dialog is closed."""
        if self.shortcuts is not SHORTCUTS:
            rebind(self, self.shortcuts)

    @property
    def targets(self) -> tuple[Target, ...]:
        """The hosts that are connected, or being connected to."""
        return ()

    @property
    def shortcuts(self) -> Mapping[str, Shortcut]:
        """By id, with the keys in force."""
        return self.preferences.shortcuts

    def operation_ended(self, operation: Operation) -> None:
        """Call the person back to the terminal if the operation took long."""
        if operation.ended is None or (operation.ended - operation.started).total_seconds() < LONG_SECONDS:
            return
        if self.preferences.notify_bell:
            self.bell()
        if self.preferences.notify_title:
            words = operation_words(operation.command)
            self.window_title.show(
                compose("hvtui: {words}: {ending}", words=words, ending=f"{operation.ending}")
            )

    def key_of(self, shortcut_id: str) -> str:
        """Return the name of the first key of a shortcut; its sentence, as it is in the palette, if it has none."""
        shortcut = self.shortcuts[shortcut_id]
        return key_name(shortcut.keys[0]) if shortcut.keys else f"“{shortcut.sentence}”"

    def sign_in(self, hosts: Sequence[str]) -> bool:
        """Ask the person to sign in to those of these hosts that wait for it. Returns False if none does."""
        return False

    def with_key(self, label: str, shortcut_id: str) -> str:
        """Return the label of a button with the key that does the same: ``Copy (y)``."""
        keys = self.shortcuts[shortcut_id].keys
        return f"{label} ({key_name(keys[0])})" if keys else label

    def _register_child(self, parent: DOMNode, child: Widget, before: int | None, after: int | None) -> None:
        super()._register_child(parent, child, before, after)
        if self.shortcuts is not SHORTCUTS:
            rebind(child, self.shortcuts)

    async def open(self, dialog: Dialog[T]) -> T | None:
        """Show a dialog and return its answer. To be called in a worker."""
        dialog.opened_after(self._last_key)
        return await self.push_screen_wait(dialog)

    def show(self, dialog: Dialog[T], answered: Callable[[T | None], None] | None = None) -> None:
        """Show a dialog that was not opened by a key. A key that is held down at this moment does not answer it.

        `answered` is called with the answer of the person.
        """
        dialog.opened_after(self._last_key)
        self.push_screen(dialog, answered)

    def remember(self, title: str, text: str) -> None:
        """Keep a message that is shown, for the list of all messages."""
        self.messages.append(Said(self.clock(), title, text))

    def say(self, words: SafeText) -> None:
        """Show a short message: in a dialog on its border, else as a notification."""
        if isinstance(self.screen, Dialog):
            self.screen.say(words)
        else:
            self.notify(words, markup=False)

    def notify(self, message: str, *, title: str = "", **more: Any) -> None:
        """Show a notification, but not twice at a time. Behind a dialog it waits until that is closed."""
        if isinstance(self.screen, Dialog):
            self._waiting.append(partial(self.notify, message, title=title, **more))
            return
        now, (said, since) = monotonic(), self._said
        if said != (message, title) or now - since >= self.NOTIFICATION_TIMEOUT:
            self._said = (message, title), now
            self.remember(title, message)
            super().notify(message, title=title, **more)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy the text. A half of a character, which Windows allows in names, can be sent to no terminal."""
        super().copy_to_clipboard(text.encode("utf-8", "replace").decode("utf-8"))

    def pop_screen(self) -> AwaitComplete:
        popped = super().pop_screen()
        if not isinstance(self.screen, Dialog):
            waiting, self._waiting = self._waiting, []
            for show in waiting:
                show()
        return popped

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
        if isinstance(event, events.Paste) and not event.is_forwarded:
            event = events.Paste(_one_line(event.text))
        await super().on_event(event)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, Input):
            event.widget.cursor_blink = False  # each blink is sent over the SSH connection

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, Dialog):
            super().action_command_palette()


def _one_line(pasted: str) -> str:
    """Return the first line that is not empty, without control characters."""
    line = next((line for line in pasted.splitlines() if line.strip()), "")
    return "".join(character for character in line if category(character) != "Cc")
