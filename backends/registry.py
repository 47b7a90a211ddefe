"""Which backends there are. In-tree ones come by the same road as a stranger's: the entry points of this group."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

from hvtui.backends.errors import SettingsError

if TYPE_CHECKING:
    from hvtui.backends.contract import Backend

GROUP = "hvtui.backends"


def names() -> list[str]:
    """The installed backends' names. Imports none of them."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def load(name: str) -> Backend[Any]:
    """Import one backend. Raises `SettingsError` when there is none of that name or it cannot be imported."""
    point = _find(name)
    try:
        backend: Backend[Any] = point.load()()
    except Exception as error:
        raise SettingsError(
            f"The backend “{name}” cannot be loaded: {error}",
            hint=f"It comes from {point.value}; check that package and what it depends on.",
            detail=repr(error),
        ) from error
    return backend


def _find(name: str) -> EntryPoint:
    for point in entry_points(group=GROUP):
        if point.name == name:
            return point
    raise SettingsError(f"There is no backend “{name}”.", hint=f"Installed: {', '.join(names())}.")
