"""The topic ``keys``, from the table of shortcuts."""

from __future__ import annotations

from itertools import groupby

from hvtui.tui.keys.names import key_name
from hvtui.tui.keys.shortcuts import SHORTCUTS, Group, Place, Shortcut

_FIRST = (Place.MAIN, Place.SCREENS, Place.APP)
"""The places whose shortcuts are listed first, by what they are for."""


def keys_topic() -> str:
    first = [each for each in SHORTCUTS.values() if each.place in _FIRST]
    others = [each for each in SHORTCUTS.values() if each.place not in _FIRST]
    sections = [(str(group), [each for each in first if each.group is group]) for group in Group]
    sections += [(str(place), list(each)) for place, each in groupby(others, lambda shortcut: shortcut.place)]
    return "\n".join(["Keys\n", *(_section(title, shortcuts) for title, shortcuts in sections)])


def _section(title: str, shortcuts: list[Shortcut]) -> str:
    lines = [f"  {', '.join(map(key_name, each.keys)):21} {each.sentence}" for each in shortcuts]
    return "\n".join([title, *lines, ""])
