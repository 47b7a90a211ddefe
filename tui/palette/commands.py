"""What the keys do at the moment, in the command palette."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from textual.command import DiscoveryHit, Hit, Hits, Provider

from hvtui.tui.keys.names import key_name
from hvtui.tui.keys.shortcuts import SHORTCUTS, Group, Place, is_key

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from textual.dom import DOMNode
    from textual.screen import Screen

_NOT_LISTED = {"app.palette", "app.quit_anywhere"} | {
    each.id for each in SHORTCUTS.values() if each.place in (Place.ROWS, Place.DETAILS)
}


class PaletteCommand(Struct, frozen=True):
    id: str
    sentence: str
    key: str
    """The name of its first key; "" if it has none."""
    action: str
    node: DOMNode
    """The node that has the action."""

    @property
    def words(self) -> str:
        return f"{self.sentence}  ({self.key})" if self.key else self.sentence


def palette_commands(screen: Screen[Any]) -> list[PaletteCommand]:
    """Return what the keys of the screen and of its focused pane do; what moves the cursor comes last."""
    found: dict[str, PaletteCommand] = {}
    for key, active in screen.active_bindings.items():
        id, tooltip = active.binding.id or "", active.binding.tooltip
        if id in SHORTCUTS and id not in _NOT_LISTED and id not in found:
            name = key_name(key) if is_key(key) else ""
            found[id] = PaletteCommand(id, tooltip, name, active.binding.action, active.node)
    return sorted(found.values(), key=lambda each: SHORTCUTS[each.id].group is Group.MOVE)


class Commands(Provider):
    async def discover(self) -> Hits:
        for command in palette_commands(self.screen):
            yield DiscoveryHit(command.words, self._runner(command))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in palette_commands(self.screen):
            if (score := matcher.match(command.words)) > 0:
                yield Hit(score, matcher.highlight(command.words), self._runner(command))

    def _runner(self, command: PaletteCommand) -> Callable[[], Coroutine[Any, Any, bool]]:
        async def run() -> bool:
            return await self.app.run_action(command.action, command.node)

        return run
