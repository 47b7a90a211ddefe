"""Reads the config file as TOML, for the hosts in it and for the preferences of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hvtui.backends.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

HOSTS, GROUPS, READ_ONLY = "hosts", "groups", "read_only"
PREFERENCES = ("theme", "mouse", "wire", "refresh", "columns", "confirm", "notify", "keys")
"""What else the file may have at its top: the front end reads it, and a mistake there is no reason not to connect."""


class Document(Struct, frozen=True):
    text: str
    values: dict[str, Any]


def read(file: Path) -> Document | None:
    """Return the content of the file; None if there is no file. Raises `SettingsError`."""
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(
            f"{file} cannot be read: {error.strerror}.",
            hint="Fix that, or set HVTUI_CONFIG to another file.",
        ) from error
    except UnicodeError as error:
        raise SettingsError(f"{file} is not UTF-8.", hint="Save it as UTF-8.") from error
    import tomllib

    try:
        return Document(text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is not TOML: {error}.", hint="Correct it there.") from None


def all_read_only(document: Document | None, file: Path) -> bool:
    """Return whether the file makes every host read-only. Raises `SettingsError`."""
    value = document.values.get(READ_ONLY, False) if document else False
    if not isinstance(value, bool):
        raise SettingsError(f"{file}: {READ_ONLY} has a wrong value.", hint="It must be true or false.")
    return value
