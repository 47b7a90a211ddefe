"""Gives widgets and screens the keys that the config file sets.

Textual's own keymap does not do: it cannot take all keys from a shortcut, takes the key of every shortcut that shares
it, and forgets those whose default key a text field would write.

It depends on `DOMNode._bindings` of Textual. Check that when Textual is updated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingsMap

from hvtui.tui.keys.shortcuts import REMINDER, SHORTCUTS, no_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.dom import DOMNode

    from hvtui.tui.keys.shortcuts import Shortcut


def rebind(node: DOMNode, shortcuts: Mapping[str, Shortcut]) -> None:
    """Replace the default keys of the node's shortcuts by these."""
    ours: dict[str, Binding] = {}
    others: dict[str, list[Binding]] = {}
    for key, binding in node._bindings:
        if binding.id in SHORTCUTS:
            ours.setdefault(binding.id, binding)
        elif binding.id != REMINDER or not _given_away(key, shortcuts):
            others.setdefault(key, []).append(binding)
    keys: dict[str, list[Binding]] = {}
    for id in (id for id in shortcuts if id in ours):
        for key in shortcuts[id].keys or (no_key(id),):
            keys.setdefault(key, []).append(ours[id].with_key(key))
    for key, bindings in others.items():
        keys.setdefault(key, []).extend(bindings)
    node._bindings = BindingsMap.from_keys(keys)


def _given_away(key: str, shortcuts: Mapping[str, Shortcut]) -> bool:
    """Return whether this key was given to a shortcut that does not have it by default."""
    return any(key in each.keys and key not in SHORTCUTS[each.id].keys for each in shortcuts.values())
