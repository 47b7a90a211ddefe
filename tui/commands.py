"""The command palette: every binding of the screen that has an id, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import Any


class Commands(Provider):
    async def discover(self) -> Hits:
        for words, help, run in self._every():
            yield DiscoveryHit(words, run, help=help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for words, help, run in self._every():
            if (score := max(matcher.match(words), matcher.match(help))) > 0:
                yield Hit(score, matcher.highlight(words), run, help=help)

    def _every(self) -> Iterator[tuple[str, str, Callable[[], Coroutine[Any, Any, bool]]]]:
        told: set[str] = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.id or binding.id in told or binding.id == "app.palette":
                continue
            told.add(binding.id)
            key = self.app.get_key_display(binding)
            yield (
                f"{binding.tooltip or binding.description}  ({key})",
                binding.description,
                self._runner(binding.action, active.node),
            )

    def _runner(self, action: str, node: Any) -> Callable[[], Coroutine[Any, Any, bool]]:
        async def run() -> bool:
            return await self.app.run_action(action, node)

        return run
