"""VMs and checkpoints in the command palette: choosing one moves the cursor there."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from heapq import nlargest
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.command import Hit, Hits, Provider
from textual.content import Content

from hvtui.tui.text.safe import SafeText, safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.fuzzy import Matcher

    from hvtui.backends.model import CheckpointId, Inventory, VmId

_MOST_HITS = 50
_AT_ONCE = 250
"""How many names are searched before the next key press is handled."""

Destination = tuple["VmId", "CheckpointId | None", SafeText]
"""A VM, one of its checkpoints or none, and its line in the palette."""


@runtime_checkable
class Navigable(Protocol):
    """A screen with VMs and checkpoints."""

    inventory: Inventory | None

    def go_to(self, vm_id: VmId, checkpoint_id: CheckpointId | None) -> None: ...


class Destinations(Provider):
    async def search(self, query: str) -> Hits:
        screen = self.screen
        if not isinstance(screen, Navigable) or screen.inventory is None:
            return
        matcher = self.matcher(query)
        found: list[tuple[float, Destination]] = []
        letters_in_order = re.compile(".*".join(map(re.escape, query)), re.IGNORECASE | re.DOTALL)
        for number, destination in enumerate(_destinations(screen.inventory)):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
            line = destination[-1]
            if letters_in_order.search(line) and (score := matcher.match(line)) > 0:
                found.append((score, destination))
        for score, (vm_id, checkpoint_id, line) in nlargest(_MOST_HITS, found, key=itemgetter(0)):
            yield Hit(score, _highlighted(matcher, line), partial(screen.go_to, vm_id, checkpoint_id))


def _highlighted(matcher: Matcher, line: SafeText) -> Content:
    """Return the line with the letters that match highlighted. Textual's own method would parse a name as markup."""
    content = Content(line)
    _, offsets = matcher.fuzzy_search.match(matcher.query, line)
    for offset in offsets:
        content = content.stylize(matcher.match_style, offset, offset + 1)
    return content


def _destinations(inventory: Inventory) -> Iterator[Destination]:
    """Yield the VMs, and then their checkpoints."""
    for vm in inventory.vms:
        yield vm.id, None, SafeText(f"Go to {safe(vm.name)}")
    checkpoints = inventory.checkpoints_by_vm
    for vm in inventory.vms:
        for checkpoint in checkpoints.get(vm.id, ()):
            yield vm.id, checkpoint.id, SafeText(f"Go to {safe(vm.name)}: {safe(checkpoint.name)}")
