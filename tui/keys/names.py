"""The names of keys, as they are on a keyboard."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_NAMES: Final = {
    "escape": "Esc", "enter": "Enter", "tab": "Tab", "space": "Space", "backspace": "Backspace",
    "delete": "Del", "insert": "Ins", "home": "Home", "end": "End", "pageup": "PgUp", "pagedown": "PgDn",
    "up": "Up", "down": "Down", "left": "Left", "right": "Right",
    "ctrl": "Ctrl", "shift": "Shift", "alt": "Alt",
}  # fmt: skip
_OTHER_SPELLINGS: Final = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "spacebar": "space",
    "pgup": "pageup", "page_up": "pageup", "pgdn": "pagedown", "pgdown": "pagedown", "page_down": "pagedown",
    "control": "ctrl",
}  # fmt: skip
_FUNCTION_KEYS: Final = {f"f{number}" for number in range(1, 25)}
_NAVIGATION: Final = {
    "delete", "insert", "home", "end", "pageup", "pagedown", "up", "down", "left", "right",
}  # fmt: skip
_CONTROL_CHARACTERS: Final = {"backslash", "right_square_bracket", "circumflex_accent", "underscore"}
_SENT_AS: Final = {
    "ctrl+i": "Tab", "ctrl+m": "Enter", "ctrl+h": "Backspace", "ctrl+left_square_bracket": "Esc",
}  # fmt: skip


class KeyMistake(ValueError):
    """What was written cannot be used as a key. The message is the end of a sentence."""


def key_name(key: str) -> str:
    """Return the name of a key that Textual calls `key`: ``Shift+Del`` for ``shift+delete``, ``?`` for ``question_mark``."""
    from textual.keys import format_key

    *modifiers, last = key.split("+")
    name = _NAMES.get(last) or format_key(last)
    if len(name) > 1 or modifiers:
        name = name[0].upper() + name[1:]
    return "+".join([*(_NAMES.get(each, each) for each in modifiers), name])


@lru_cache(1024)
def is_typed(key: str) -> bool:
    """Return whether this key writes a character into a text field."""
    return key == "space" or _character(key) is not None


def parse_key(written: str) -> str:
    """Return what Textual calls the key that a person wrote as ``Ctrl+P``, ``F2``, ``?`` or ``question_mark``.

    Raises `KeyMistake`.
    """
    *modifiers, last = _split(written)
    modifiers = sorted({_OTHER_SPELLINGS.get(each.lower(), each.lower()) for each in modifiers})
    last = _last(last, written)
    if set(modifiers) - {"alt", "ctrl", "shift"}:
        raise _unknown(written)
    if modifiers == ["shift"] and len(last) == 1 and last.isalpha():
        modifiers, last = [], last.upper()
    last = last.lower() if modifiers else last
    key = "+".join([*modifiers, last])
    if key in _SENT_AS:
        raise KeyMistake(f"terminals send {key_name(key)} as {_SENT_AS[key]}")
    if modifiers and not _is_sent(modifiers, last):
        raise KeyMistake(f"few terminals send {key_name(key)}")
    return key


def _character(key: str) -> str | None:
    """Return the character that this key writes, other than a space; None if it writes none."""
    from textual.keys import format_key

    name = format_key(key)
    return name if len(name) == 1 and name.isprintable() and key not in _NAMES else None


def _split(written: str) -> list[str]:
    """Split at each ``+`` that joins keys, and not at one that is a key itself."""
    if written == "+" or written.endswith("++"):
        return [*filter(None, written[:-1].split("+")), "+"]
    return written.split("+")


def _last(name: str, written: str) -> str:
    """Return what Textual calls this key without its modifiers."""
    from textual.keys import _character_to_key

    if len(name) == 1 and name.isprintable() and name != " ":
        return _character_to_key(name)
    lower = name.lower().replace(" ", "_")
    lower = _OTHER_SPELLINGS.get(lower, lower)
    if (lower in _NAMES and lower not in ("ctrl", "shift", "alt")) or lower in _FUNCTION_KEYS:
        return lower
    character = _character(lower) if len(lower) > 1 else None
    if character is None:
        raise _unknown(written)
    return _character_to_key(character)


def _is_sent(modifiers: list[str], last: str) -> bool:
    """Return whether terminals send this combination without an extended keyboard protocol."""
    match modifiers:
        case ["ctrl"]:
            letter = len(last) == 1 and last.isascii() and last.isalpha()
            return letter or last in _NAVIGATION | _FUNCTION_KEYS | _CONTROL_CHARACTERS
        case ["shift"]:
            return last in _NAVIGATION | {"tab"}
        case ["ctrl", "shift"]:
            return last in _NAVIGATION
        case ["alt"] | ["alt", "shift"]:
            return len(last) == 1 and last.isascii() and (last.isalpha() or modifiers == ["alt"])
        case _:
            return False


def _unknown(written: str) -> KeyMistake:
    return KeyMistake(f"“{written}” is not the name of a key; write it as in F7, n, Ctrl+N or Shift+Del")
