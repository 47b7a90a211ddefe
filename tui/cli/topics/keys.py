"""The topic ``keys``: the shortcuts and the keys that are in force."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from hvtui.tui.keys.names import key_name
from hvtui.tui.keys.shortcuts import Group, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hvtui.tui.keys.shortcuts import Shortcut

_FIRST = (Place.MAIN, Place.SCREENS, Place.APP)
"""The places whose shortcuts are listed first, by what they are for."""


def keys_topic(shortcuts: Mapping[str, Shortcut]) -> str:
    first = [each for each in shortcuts.values() if each.place in _FIRST]
    others = [each for each in shortcuts.values() if each.place not in _FIRST]
    sections = [(str(group), [each for each in first if each.group is group]) for group in Group]
    sections += [(str(place), list(each)) for place, each in groupby(others, lambda shortcut: shortcut.place)]
    return "\n".join(["Keys\n", *(_section(title, shortcuts) for title, shortcuts in sections)])


def _section(title: str, shortcuts: list[Shortcut]) -> str:
    lines = [f"  {', '.join(map(key_name, each.keys)) or '(none)':21} {each.sentence}" for each in shortcuts]
    return "\n".join([title, *lines, ""])
