"""The names of keys, as they are on a keyboard."""

from __future__ import annotations

from typing import Final

from textual.keys import format_key

_NAMES: Final = {
    "escape": "Esc", "enter": "Enter", "tab": "Tab", "space": "Space", "backspace": "Backspace",
    "delete": "Del", "insert": "Ins", "home": "Home", "end": "End", "pageup": "PgUp", "pagedown": "PgDn",
    "up": "Up", "down": "Down", "left": "Left", "right": "Right",
    "ctrl": "Ctrl", "shift": "Shift", "alt": "Alt",
}  # fmt: skip


def key_name(key: str) -> str:
    """Return the name of a key that Textual calls `key`: ``Shift+Del`` for ``shift+delete``, ``?`` for ``question_mark``."""
    *modifiers, last = key.split("+")
    name = _NAMES.get(last) or format_key(last)
    if len(name) > 1 or modifiers:
        name = name[0].upper() + name[1:]
    return "+".join([*(_NAMES.get(each, each) for each in modifiers), name])
