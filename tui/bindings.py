"""Lists what the keys of a screen do, from its bindings, for the help and the palette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from textual.binding import ActiveBinding, Binding
    from textual.dom import DOMNode
    from textual.screen import Screen

_TEXTUAL_ACTIONS = {"app.focus_next": "To the next pane"}


@dataclass(frozen=True, slots=True)
class KeyCommand:
    id: str
    words: str
    keys: tuple[str, ...]
    """The keys, as they are displayed."""
    action: str
    node: DOMNode
    """The node that has the action."""
    moves: bool
    """The command only moves the cursor or the focus."""


def keys_of(screen: Screen[Any]) -> list[KeyCommand]:
    """Return what the keys of a screen do: first the commands, then the keys that move the cursor or the focus."""
    found: dict[str, KeyCommand] = {}
    for active in sorted(screen.active_bindings.values(), key=lambda active: _moves(active, screen)):
        binding = active.binding
        id, words = binding.id or binding.action, _words(binding)
        if not words:
            continue
        keys = (*(found[id].keys if id in found else ()), screen.app.get_key_display(binding))
        found[id] = KeyCommand(id, words, keys, binding.action, active.node, _moves(active, screen))
    return list(found.values())


def _moves(active: ActiveBinding, screen: Screen[Any]) -> bool:
    return active.node not in (screen, screen.app) or active.binding.action in _TEXTUAL_ACTIONS


def _words(binding: Binding) -> str:
    """Return what a binding does; "" for a binding of Textual that is not listed."""
    if binding.id:
        return f"{binding.description} {binding.tooltip}".rstrip()
    return _TEXTUAL_ACTIONS.get(binding.action, "")
