"""Calls a person back to the terminal: the bell, and the title of its window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from textual.app import App

    from hvtui.tui.text.safe import SafeText

_SAVE_TITLE: Final = "\x1b[22;2t"
_RESTORE_TITLE: Final = "\x1b[23;2t"


class WindowTitle:
    """The title of the terminal's window. It is as it was once hvtui has ended."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._changed = False

    def show(self, words: SafeText) -> None:
        if not self._changed:
            self._write(_SAVE_TITLE)
            self._changed = True
        self._write(f"\x1b]2;{words}\x07")

    def restore(self) -> None:
        if self._changed:
            self._write(_RESTORE_TITLE)

    def _write(self, sequence: str) -> None:
        if self._app._driver is not None:
            self._app._driver.write(sequence)
