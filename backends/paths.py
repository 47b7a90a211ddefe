"""Where hvtui keeps its files on this machine."""

from __future__ import annotations

import os
from pathlib import Path


def state_folder() -> Path:
    """Return ``HVTUI_STATE_DIR``, or the platform's folder for the state of programs."""
    if named := os.environ.get("HVTUI_STATE_DIR"):
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("hvtui", appauthor=False)


def config_file() -> Path:
    """Return ``HVTUI_CONFIG``, or ``config.toml`` in the platform's folder for settings."""
    if named := os.environ.get("HVTUI_CONFIG"):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("hvtui", appauthor=False) / "config.toml"
