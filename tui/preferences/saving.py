"""Writes a choice into the config file, and leaves its comments and its order alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends import atomic
from hvtui.backends.errors import SettingsError
from hvtui.backends.hosts import document

if TYPE_CHECKING:
    from pathlib import Path


def save_theme(file: Path, name: str) -> None:
    """Write the name of the look to the top of the file. Raises `SettingsError`."""
    import tomlkit

    found = document.read(file)
    try:
        content = tomlkit.parse(found.text) if found else tomlkit.document()
        if "theme" in content:
            content["theme"] = name
            text = tomlkit.dumps(content)
        else:  # tomlkit would write it below the tables, where it would be part of the last one
            text = f'theme = "{name}"\n{tomlkit.dumps(content)}'
        atomic.write_text(file.resolve(), text)
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}.") from error
