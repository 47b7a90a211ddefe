"""The command palette: a searchable list of what the screen's keys do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from hvtui.tui.bindings import keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import Any

    from hvtui.tui.bindings import KeyCommand

_PALETTE_ID = "app.palette"


class Commands(Provider):
    async def discover(self) -> Hits:
        for words, run in self._screen_commands():
            yield DiscoveryHit(words, run)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for words, run in self._screen_commands():
            if (score := matcher.match(words)) > 0:
                yield Hit(score, matcher.highlight(words), run)

    def _screen_commands(self) -> Iterator[tuple[str, Callable[[], Coroutine[Any, Any, bool]]]]:
        for command in keys_of(self.screen):
            if command.id != _PALETTE_ID:
                yield f"{command.words}  ({command.keys[0]})", self._runner(command)

    def _runner(self, command: KeyCommand) -> Callable[[], Coroutine[Any, Any, bool]]:
        async def run() -> bool:
            return await self.app.run_action(command.action, command.node)

        return run
