"""VMs and checkpoints in the command palette: choosing one moves the cursor there."""

from __future__ import annotations

import asyncio
from functools import partial
from heapq import nlargest
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.command import Hit, Hits, Provider
from textual.content import Content
from textual.fuzzy import FuzzySearch

from hvtui.tui.text.safe import SafeText, safe
from hvtui.tui.text.words import vm_on_host

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hvtui.backends.model import CheckpointId, Inventory, VmId

_MOST_HITS = 50
_GO_TO = "Go to "
_SEARCH, _WHOLE = FuzzySearch(), 1.5
"""Textual's matcher, and its factor for a query that is in the line as it was typed."""
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
        found: list[tuple[float, Sequence[int], Destination]] = []
        for number, destination in enumerate(_destinations(screen.inventory)):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
            score, letters = _match(_folded(query), _folded(destination[-1]))
            if score > 0:
                found.append((score, letters, destination))
        style = self.matcher(query).match_style
        for score, letters, (vm_id, checkpoint_id, line) in nlargest(_MOST_HITS, found, key=itemgetter(0)):
            shown = Content(line)  # not the highlighting of Textual's matcher, which parses a name as markup
            for letter in letters:
                shown = shown.stylize(style, letter, letter + 1)
            yield Hit(score, shown, partial(screen.go_to, vm_id, checkpoint_id))


def _folded(text: str) -> str:
    """Return the text without regard to case, and with as many letters: ``lower`` writes a sigma in two ways."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join(each.casefold() if len(each.casefold()) == 1 else each for each in text)


def _match(query: str, line: str) -> tuple[float, Sequence[int]]:
    """Return how well the letters of the query match the line in their order, and their positions; 0 if they do not.

    The score is that of Textual's matcher, so that these hits and the commands are in one order. The matcher itself
    tries every combination of letters, which can take minutes for one long name.
    """
    start = line.find(query)
    if start >= 0:
        letters: Sequence[int] = range(start, start + len(query))
        return _SEARCH.score(line, letters) * _WHOLE, letters
    letters = _in_order(query, line, len(_GO_TO)) or _in_order(query, line, 0)
    return _SEARCH.score(line, letters) if letters else 0.0, letters


def _in_order(query: str, line: str, start: int) -> list[int]:
    """Return the first positions from `start` on at which the letters are in this order; none if they are not."""
    found: list[int] = []
    for letter in query:
        start = line.find(letter, start) + 1
        if not start:
            return []
        found.append(start - 1)
    return found


def _destinations(inventory: Inventory) -> Iterator[Destination]:
    """Yield the VMs, and then their checkpoints."""
    for vm in inventory.vms:
        yield vm.id, None, SafeText(f"{_GO_TO}{vm_on_host(vm)}")
    checkpoints = inventory.checkpoints_by_vm
    for vm in inventory.vms:
        if of_vm := checkpoints.get(vm.id):
            named = vm_on_host(vm)
            for checkpoint in of_vm:
                yield vm.id, checkpoint.id, SafeText(f"{_GO_TO}{named}: {safe(checkpoint.name)}")
