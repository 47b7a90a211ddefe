"""Which shortcuts work at the same time, so that the same key cannot be given to both."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Final

from hvtui.tui.keys.shortcuts import SHORTCUTS, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hvtui.tui.keys.shortcuts import Shortcut

_MAIN: Final = {Place.APP, Place.SCREENS, Place.MAIN}
_HOSTS: Final = {Place.APP, Place.SCREENS, Place.HOSTS_SCREEN}
_DIALOG: Final = {Place.APP, Place.DIALOG}
SITUATIONS: Final = (
    _MAIN | {Place.ROWS, Place.VMS},
    _MAIN | {Place.ROWS, Place.TREE},
    _MAIN | {Place.DETAILS},
    _MAIN | {Place.FILTER},
    _HOSTS | {Place.ROWS, Place.HOSTS},
    _HOSTS | {Place.ADDRESS},
    _DIALOG | {Place.COPYABLE},
    _DIALOG | {Place.HELP},
)
"""The places whose shortcuts work at the same time, for each screen and pane that can have the focus."""


def clashes(shortcuts: Mapping[str, Shortcut]) -> Iterator[tuple[Shortcut, Shortcut, str]]:
    """Yield each two shortcuts that work at the same time by the same key, with that key.

    Two that share a key by default may share any: what is possible at the moment decides between them.
    """
    wanted = _wanted()
    for one, other in combinations(shortcuts.values(), 2):
        shared = set(one.keys) & set(other.keys)
        if shared and _meet(one.place, other.place) and (one.id, other.id) not in wanted:
            yield one, other, min(shared)


@cache
def _wanted() -> frozenset[tuple[str, str]]:
    return frozenset(
        (one.id, other.id)
        for one, other in combinations(SHORTCUTS.values(), 2)
        if set(one.keys) & set(other.keys)
    )


@cache
def _meet(one: Place, other: Place) -> bool:
    return any(one in places and other in places for places in SITUATIONS)
