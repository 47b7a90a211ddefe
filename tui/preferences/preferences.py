"""The preferences in force, and where each comes from."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from hvtui.tui.keys.shortcuts import SHORTCUTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hvtui.tui.keys.shortcuts import Shortcut


class Preferences(Struct, frozen=True, kw_only=True):
    theme: str = "dark"
    mouse: bool = True
    wire: str = "light"
    refresh_seconds: int = 10
    refresh_others_seconds: int = 60
    columns_vms: tuple[str, ...] = ("state", "uptime", "memory", "count", "newest", "oldest")
    columns_checkpoints: tuple[str, ...] = ("taken", "age", "memory", "written since")
    confirm_start: bool = False
    notify_bell: bool = False
    notify_title: bool = False
    preset: str = "default"
    shortcuts: Mapping[str, Shortcut] = field(default_factory=lambda: SHORTCUTS)
    """By id, with the keys in force."""
    mistakes: tuple[str, ...] = ()
    """What could not be used, one sentence each. The default is in force instead."""
    file: Path | None = None
    """The config file, whether there is one or not; None if nothing is remembered."""
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Where each value comes from, by its name in the file; those that are not in it are defaults."""


DEFAULTS = Preferences()
