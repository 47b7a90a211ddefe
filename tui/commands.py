"""The command palette: every binding of the screen that has an id, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import Any


class Commands(Provider):
    async def discover(self) -> Hits:
        for words, run in self._every():
            yield DiscoveryHit(words, run)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for words, run in self._every():
            if (score := matcher.match(words)) > 0:
                yield Hit(score, matcher.highlight(words), run)

    def _every(self) -> Iterator[tuple[str, Callable[[], Coroutine[Any, Any, bool]]]]:
        told: set[str] = set()
        # What can be done comes before the ways to move, which belong to the pane in focus.
        for active in sorted(self.screen.active_bindings.values(), key=lambda a: a.node is not self.screen):
            binding = active.binding
            if not binding.id or binding.id in told or binding.id == "app.palette":
                continue
            told.add(binding.id)
            words = f"{binding.description} {binding.tooltip}".rstrip()
            yield f"{words}  ({self.app.get_key_display(binding)})", self._runner(binding.action, active.node)

    def _runner(self, action: str, node: Any) -> Callable[[], Coroutine[Any, Any, bool]]:
        async def run() -> bool:
            return await self.app.run_action(action, node)

        return run
