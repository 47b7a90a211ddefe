"""Reads the keys of the config file. What would be dangerous, out of reach, or a clash is refused with a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from hvtui.backends.nearest import known_words
from hvtui.tui.keys.names import KeyMistake, is_typed, key_name, parse_key
from hvtui.tui.keys.overlaps import clashes
from hvtui.tui.keys.shortcuts import SHORTCUTS, Group, Place
from hvtui.tui.preferences.presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from hvtui.tui.keys.shortcuts import Shortcut

    Report = Callable[[str, str], None]

PRESET: Final = "preset"
_MOVEMENT: Final = {
    "enter", "space", "tab", "shift+tab", "escape", "backspace",
    "up", "down", "left", "right", "home", "end", "pageup", "pagedown",
}  # fmt: skip
_LOSES: Final = {
    "checkpoint.apply", "checkpoint.delete", "checkpoint.delete_subtree", "vm.stop", "vm.discard",
}  # fmt: skip
_NEEDED_WHILE_TYPING: Final = ("dialog.cancel", "dialog.close", "dialog.next", "app.quit_anywhere")
_ALWAYS_NEEDED: Final = (*_NEEDED_WHILE_TYPING, "app.help", "dialog.choose")


def preset_shortcuts(name: str) -> dict[str, Shortcut]:
    """Return all shortcuts with the keys of this preset."""
    changed = {id: tuple(map(parse_key, keys)) for id, keys in PRESETS[name].items()}
    return {id: replace(each, keys=changed.get(id, each.keys)) for id, each in SHORTCUTS.items()}


def with_keys(
    preset: Mapping[str, Shortcut], table: Mapping[str, Any], report: Report
) -> dict[str, Shortcut]:
    """Return the shortcuts of the preset with the keys that the table sets.

    `report` is called with the id and a sentence for each that cannot be set; it keeps the keys of the preset.
    """
    wanted: dict[str, tuple[str, ...]] = {}
    for id, value in _flat(table):
        try:
            wanted[id] = _keys(_known(id), value)
        except KeyMistake as mistake:
            report(id, f"{mistake}")
    return _without_clashes(preset, wanted, report)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield ids with their values, from ``"checkpoint.create" = …`` and from ``[keys.checkpoint]`` alike."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif prefix or name != PRESET:
            yield f"{prefix}{name}", value


def _known(id: str) -> str:
    if id not in SHORTCUTS:
        raise KeyMistake(f"unknown action. {known_words(id, SHORTCUTS)}")
    return id


def _keys(id: str, value: Any) -> tuple[str, ...]:
    written = [value] if isinstance(value, str) else value
    if not isinstance(written, list) or not all(isinstance(each, str) for each in written):
        raise KeyMistake('must be a key or a list of keys, such as "F7" or ["F7", "n"]')
    keys = tuple(dict.fromkeys(map(parse_key, written)))
    shortcut = SHORTCUTS[id]
    for key in keys:
        if reason := _why_not(shortcut, key):
            raise KeyMistake(reason)
    if id in _ALWAYS_NEEDED and not keys:
        raise KeyMistake("needs a key")
    if id in _NEEDED_WHILE_TYPING and all(map(is_typed, keys)):
        raise KeyMistake("needs a key that writes nothing into a text field")
    return keys


def _why_not(shortcut: Shortcut, key: str) -> str:
    """Return why the shortcut cannot have this key; "" if it can."""
    name = key_name(key)
    if key in shortcut.keys:
        return ""
    if shortcut.group in (Group.CHECKPOINTS, Group.VM) and key in _MOVEMENT:
        return f"{name} is for moving and choosing; it never gives a command"
    if shortcut.id in _LOSES and key.lower() == "r":
        return f"{name} is where people expect Refresh; it never gives a command that can lose something"
    if shortcut.place in (Place.FILTER, Place.ADDRESS, Place.FIELD) and is_typed(key):
        return f"{name} is typed into the field"
    if key == "ctrl+c":
        return "Ctrl+C copies what is selected, or says how to quit"
    return ""


def _without_clashes(
    preset: Mapping[str, Shortcut], wanted: dict[str, tuple[str, ...]], report: Report
) -> dict[str, Shortcut]:
    """Set the keys that are wanted. Of two that clash, the one that the file sets last keeps those of the preset."""
    while True:
        shortcuts = {id: replace(each, keys=wanted.get(id, each.keys)) for id, each in preset.items()}
        found = next(_avoidable(clashes(shortcuts), wanted), None)
        if found is None:
            return shortcuts
        given_up, other, key = found
        del wanted[given_up]
        report(given_up, f"{key_name(key)} is the key of {other} already")


def _avoidable(
    found: Iterable[tuple[Shortcut, Shortcut, str]], wanted: Mapping[str, object]
) -> Iterator[tuple[str, str, str]]:
    """Yield for each clash the id that has to give up its wanted key, the other one, and the key."""
    order = list(wanted)
    for one, other, key in found:
        last = max((one.id, other.id), key=lambda id: order.index(id) if id in wanted else -1)
        if last in wanted:
            yield last, other.id if last == one.id else one.id, key
