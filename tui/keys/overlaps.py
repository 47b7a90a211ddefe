"""Which shortcuts work at the same time, so that the same key cannot be given to both."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Final

from hvtui.tui.keys.shortcuts import SHORTCUTS, Group, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hvtui.tui.keys.shortcuts import Shortcut

_MAIN: Final = {Place.APP, Place.SCREENS, Place.MAIN}
_HOSTS: Final = {Place.APP, Place.SCREENS, Place.HOSTS_SCREEN}
_DIALOG: Final = {Place.APP, Place.DIALOG, Place.BOX, Place.BUTTON}
SITUATIONS: Final = (
    _MAIN | {Place.ROWS, Place.VMS},
    _MAIN | {Place.ROWS, Place.TREE},
    _MAIN | {Place.DETAILS},
    _MAIN | {Place.FILTER},
    _HOSTS | {Place.ROWS, Place.HOSTS},
    _HOSTS | {Place.ADDRESS, Place.CHOICE},
    (_DIALOG - {Place.BUTTON}) | {Place.FIELD},
    (_DIALOG - {Place.BUTTON}) | {Place.CHECKBOX},
    _DIALOG | {Place.COPY},
    _DIALOG | {Place.CLOSING, Place.COPYABLE, Place.ERROR},
    _DIALOG | {Place.CLOSING, Place.COPYABLE, Place.REPORT},
    _DIALOG | {Place.CLOSING, Place.COPYABLE, Place.READING},
    _DIALOG | {Place.CLOSING, Place.READING, Place.HELP},
)
"""The places whose shortcuts work at the same time, for each screen, dialog and pane that can have the focus."""
_CONFIRMS: Final = (Place.BUTTON, Place.FIELD)


def clashes(shortcuts: Mapping[str, Shortcut]) -> Iterator[tuple[Shortcut, Shortcut, str]]:
    """Yield each two shortcuts that must not have the same key and do, with that key.

    They work at the same time, or one opens a dialog that the other would confirm. Two that share a key by default may
    share any: what is possible at the moment decides between them.
    """
    wanted = _wanted()
    for one, other in combinations(shortcuts.values(), 2):
        shared = set(one.keys) & set(other.keys)
        if (
            shared
            and (one.id, other.id) not in wanted
            and (_meet(one.place, other.place) or _confirms(one, other))
        ):
            yield one, other, min(shared)


def _confirms(one: Shortcut, other: Shortcut) -> bool:
    """Return whether one of them opens a dialog of a command, and the other one gives the answer there."""
    gives_command = any(each.group in (Group.CHECKPOINTS, Group.VM) for each in (one, other))
    return gives_command and any(each.place in _CONFIRMS for each in (one, other))


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
