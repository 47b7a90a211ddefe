"""The installed backends. All are registered as entry points of the group `hvtui.backends`, built-in ones too."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hvtui.backends.errors import SettingsError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from hvtui.backends.contract import Backend

GROUP = "hvtui.backends"
DEFAULT_BACKEND = "hyperv"
"""The backend of hosts for which none is named."""
_OWN_ENTRY_POINTS = "hvtui-*.dist-info/entry_points.txt"


def names() -> list[str]:
    """Return the names of the installed backends, without importing any of them."""
    from importlib.metadata import entry_points

    return sorted({point.name for point in entry_points(group=GROUP)})


def load(name: str) -> Backend[Any]:
    """Import a backend and return an instance of it.

    A built-in backend takes precedence over one of the same name from another distribution.
    Raises `SettingsError` if no backend or more than one has this name, or if it cannot be imported.
    """
    value = _built_in().get(name, "")
    point = None if value else _find(name)
    try:
        backend: Backend[Any] = (point.load() if point else _import_object(value))()
    except Exception as error:
        raise SettingsError(
            f"The backend “{name}” cannot be loaded: {error}",
            hint=f"It comes from {point.value if point else value}; check that package and what it depends on.",
            detail=repr(error),
        ) from error
    return backend


@cache
def _built_in() -> dict[str, str]:
    """Return the entry points of hvtui's own distribution: the name of each and the object that it refers to.

    The file is read here because `importlib.metadata` delays the first frame: its import is slow, and it would read
    the entry points of every installed distribution.
    """
    for folder in sys.path:
        for file in Path(folder).glob(_OWN_ENTRY_POINTS):
            return _parse_group(file.read_text("utf-8"))
    return {}


def _parse_group(text: str) -> dict[str, str]:
    """Parse the section of this group in an ``entry_points.txt``."""
    _, _, section = text.partition(f"[{GROUP}]")
    lines = section.partition("[")[0].splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _import_object(value: str) -> Any:
    module, _, attribute = value.partition(":")
    return getattr(import_module(module), attribute)


def _find(name: str) -> EntryPoint:
    from importlib.metadata import entry_points

    found: list[EntryPoint] = [*entry_points(group=GROUP, name=name)]
    if not found:
        raise SettingsError(f"There is no backend “{name}”.", hint=f"Installed: {', '.join(names())}.")
    if len(found) > 1:
        packages = ", ".join(sorted(point.dist.name if point.dist else point.value for point in found))
        raise SettingsError(
            f"More than one package provides a backend “{name}”: {packages}.",
            hint="Uninstall all of them but one.",
        )
    return found[0]
