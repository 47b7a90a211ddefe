"""Where hvtui keeps things on this machine."""

from __future__ import annotations

import os
from pathlib import Path


def state_folder() -> Path:
    """``HVTUI_STATE_DIR``, else where this platform keeps the state of programs."""
    if named := os.environ.get("HVTUI_STATE_DIR"):
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("hvtui", appauthor=False)


def config_file() -> Path:
    """``HVTUI_CONFIG``, else ``config.toml`` where this platform keeps what people set."""
    if named := os.environ.get("HVTUI_CONFIG"):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("hvtui", appauthor=False) / "config.toml"
