"""Which look is in force: the terminal and the environment have a say in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.tui.terminal.theme import ANSI, NO_COLOR

if TYPE_CHECKING:
    from rich.console import Console

    from hvtui.tui.preferences.preferences import Preferences


def look_in_force(preferences: Preferences, console: Console, *, no_color: bool) -> tuple[str, str]:
    """Return the name of the look, and where it comes from. A terminal of 16 colours has its own unless one was chosen.

    `no_color` says that the environment has NO_COLOR. The console need not be a terminal: its kind decides.
    """
    if no_color:
        return NO_COLOR, "NO_COLOR"
    chosen = preferences.origins.get("theme")
    if chosen is None and console.color_system == "standard":
        return ANSI, "the terminal has 16 colours"
    return preferences.theme, chosen or "default"
