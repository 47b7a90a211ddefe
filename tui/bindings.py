"""The keys of a screen: one list for the help and for the palette, made of its bindings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from textual.binding import ActiveBinding, Binding
    from textual.dom import DOMNode
    from textual.screen import Screen

_OF_TEXTUAL = {"app.focus_next": "To the next pane"}


@dataclass(frozen=True, slots=True)
class Command:
    id: str
    words: str
    keys: tuple[str, ...]
    """As people call them."""
    action: str
    node: DOMNode
    """Whose action it is."""
    moves: bool
    """It does no more than move about."""


def commands(screen: Screen[Any]) -> list[Command]:
    """What acts comes first, then the ways to move, which belong to the pane in focus."""
    found: dict[str, Command] = {}
    for active in sorted(screen.active_bindings.values(), key=lambda active: _moves(active, screen)):
        binding = active.binding
        id, words = binding.id or binding.action, _words(binding)
        if not words:
            continue
        keys = (*(found[id].keys if id in found else ()), screen.app.get_key_display(binding))
        found[id] = Command(id, words, keys, binding.action, active.node, _moves(active, screen))
    return list(found.values())


def _moves(active: ActiveBinding, screen: Screen[Any]) -> bool:
    return active.node not in (screen, screen.app) or active.binding.action in _OF_TEXTUAL


def _words(binding: Binding) -> str:
    """ "" for what Textual brings along and nobody need know."""
    if binding.id:
        return f"{binding.description} {binding.tooltip}".rstrip()
    return _OF_TEXTUAL.get(binding.action, "")
