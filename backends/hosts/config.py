"""The config file: the saved hosts, and the source of the password of each. It never contains a password."""

from __future__ import annotations

import os
import stat
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from msgspec import Struct, field

from hvtui.backends import atomic, registry
from hvtui.backends.errors import SettingsError
from hvtui.backends.hosts import document
from hvtui.backends.nearest import known_words
from hvtui.backends.settings import describe_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from hvtui.backends.contract import Backend

MAX_LABEL_WIDTH = 12
"""The maximum width of a label in terminal cells: the title bar has little room."""


class PasswordSource(StrEnum):
    PROMPT = "prompt"
    """hvtui asks for the password."""
    KEYRING = "keyring"


class SavedHost(Struct, frozen=True, kw_only=True):
    """One ``[hosts.NAME]`` table."""

    name: str
    backend: str = registry.DEFAULT_BACKEND
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The settings of its backend, by name. Without `host`, the host's address is its name."""
    label: str = ""
    """A short label that the admin chose for this host, such as ``PROD``."""
    read_only: bool = False
    password: PasswordSource = PasswordSource.PROMPT
    password_command: tuple[str, ...] = ()
    """A program that prints the password, and its arguments. It is used instead of `password`."""


_OWN_KEYS = ("label", "read_only", "password", "password_command")
_COMMON_KEYS = ("backend", "address", *_OWN_KEYS)
"""The keys that are not settings of a backend."""


class Config(Struct, frozen=True, kw_only=True):
    """What the file says of hosts."""

    hosts: tuple[SavedHost, ...] = ()
    """In the order of the file."""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """The hosts of each ``[groups.NAME]`` table: names of saved hosts, or addresses."""
    read_only: bool = False
    """Every host is read-only, also one that is not saved."""


def load(
    file: Path, *, load_backend: Callable[[str], Backend[Any]] = registry.load, only_hosts: bool = False
) -> Config:
    """Return what the file says of hosts; nothing if there is no file. Raises `SettingsError`.

    With `only_hosts`, what neither this module nor the preferences know is no error.
    """
    found = document.read(file)
    if found is None:
        return Config()
    if document.HOSTS in found.values:
        _check_private(file)
    if not only_hosts:
        known = (document.HOSTS, document.GROUPS, document.READ_ONLY, *document.PREFERENCES)
        _check_keys(found.values, known, f"{file}")
    hosts = tuple(
        _host(file, name, table, load_backend)
        for name, table in _tables(file, found.values, document.HOSTS).items()
    )
    groups = {
        name: _group(file, name, table, {host.name for host in hosts})
        for name, table in _tables(file, found.values, document.GROUPS).items()
    }
    return Config(hosts=hosts, groups=MappingProxyType(groups), read_only=document.all_read_only(found, file))


def _tables(file: Path, values: Mapping[str, Any], key: str) -> dict[str, Any]:
    tables = values.get(key, {})
    if not isinstance(tables, dict):
        raise SettingsError(f"{file}: {key} is not a table.", hint=f"Write each one as [{key}.NAME].")
    return tables


def _group(file: Path, name: str, table: object, saved: Collection[str]) -> tuple[str, ...]:
    where = f"{file}: [groups.{name}]"
    if not name.strip():
        raise SettingsError(f"{where}: the name is empty.", hint="Give the group a name.")
    if name in saved:
        raise SettingsError(f"{where}: a host is called so too.", hint="Give one of them another name.")
    if not isinstance(table, dict):
        raise SettingsError(f"{where} is not a table.", hint=f'Write [groups.{name}], and hosts = ["hv01"].')
    _check_keys(table, ("hosts",), where)
    hosts = table.get("hosts")
    if not (
        isinstance(hosts, list) and hosts and all(isinstance(host, str) and host.strip() for host in hosts)
    ):
        raise _wrong_value(where, "hosts", 'a list of hosts, such as ["hv01", "hv02"]')
    if twice := next((host for host in hosts if hosts.count(host) > 1), None):
        raise SettingsError(f"{where} has “{twice}” twice.", hint="Leave one of them out.")
    return tuple(hosts)


def save(file: Path, host: SavedHost, *, load_backend: Callable[[str], Backend[Any]] = registry.load) -> None:
    """Write this host to the file, and keep the comments and the order of the file. Raises `SettingsError`."""
    import tomlkit
    from tomlkit.items import Table

    load(file, load_backend=load_backend)
    try:
        file = file.resolve()
        found = document.read(file)
        content = tomlkit.parse(found.text) if found else tomlkit.document()
        hosts = content.setdefault(document.HOSTS, tomlkit.table(is_super_table=True))
        table = hosts.get(host.name)
        if not isinstance(table, Table):
            table = hosts[host.name] = tomlkit.table()
        values = _values_to_save(host, _numbers(host.backend, load_backend))
        for key in [key for key in table if key not in values]:
            del table[key]
        table.update(values)
        atomic.write_text(file, tomlkit.dumps(content))
    except (OSError, ValueError) as error:  # ValueError: [hosts] is written in a form that cannot be extended
        raise SettingsError(
            f"{file} cannot be written: {getattr(error, 'strerror', None) or error}. The host is not saved.",
            hint="Fix that, or set HVTUI_CONFIG to another file.",
        ) from error


def label_fits(label: str) -> bool:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in label) <= MAX_LABEL_WIDTH


def _values_to_save(host: SavedHost, numbers: Collection[str]) -> dict[str, Any]:
    """Return the keys and values of the host's table, without those that equal the default."""
    given = {name: int(value) if name in numbers else value for name, value in host.settings.items()}
    values = {
        "backend": host.backend if host.backend != registry.DEFAULT_BACKEND else "",
        "address": given.pop("host", ""),
        **given,
        "label": host.label,
        "read_only": host.read_only,
        "password": "" if host.password is PasswordSource.PROMPT else host.password.value,
        "password_command": list(host.password_command),
    }
    return {key: value for key, value in values.items() if value}


def _host(file: Path, name: str, table: object, load_backend: Callable[[str], Backend[Any]]) -> SavedHost:
    where = f"{file}: [hosts.{name}]"
    if not name.strip():
        raise SettingsError(f"{where}: the name is empty.", hint="Give the host a name.")
    if not isinstance(table, dict):
        raise SettingsError(
            f"{where} is not a table.", hint=f"Write [hosts.{name}], and its keys below that."
        )
    backend = _require_text(where, "backend", table.get("backend", registry.DEFAULT_BACKEND))
    names = _setting_names(backend, load_backend)
    if names is not None:
        _check_keys(table, (*_COMMON_KEYS, *names), where)
    numbers = _numbers(backend, load_backend)
    common = {key: _parse_common(where, key, table[key]) for key in _OWN_KEYS if key in table}
    settings = {
        key: _parse_setting(where, key, value, number=key in numbers)
        for key, value in table.items()
        if key not in _COMMON_KEYS
    }
    if "address" in table:
        settings["host"] = _require_text(where, "address", table["address"])
    return SavedHost(name=name, backend=backend, settings=settings, **common)


def _setting_names(backend: str, load_backend: Callable[[str], Backend[Any]]) -> list[str] | None:
    """Return the names of the settings that a host of this backend may have; None if the backend cannot be loaded."""
    try:
        settings = load_backend(backend).Settings
    except SettingsError:
        return None  # the error is reported when a person connects to this host; the other hosts stay usable
    return [setting.name for setting in describe_settings(settings) if setting.flag]


def _numbers(backend: str, load_backend: Callable[[str], Backend[Any]]) -> set[str]:
    try:
        return {
            setting.name for setting in describe_settings(load_backend(backend).Settings) if setting.number
        }
    except SettingsError:
        return set()


def _parse_common(where: str, key: str, value: Any) -> Any:
    match key:
        case "password":
            if value not in tuple(PasswordSource):
                # The value may be the password, so the message does not contain it.
                raise SettingsError(
                    f"{where}: password is neither “prompt” nor “keyring”. A password does not belong here.",
                    hint="If there is one, take it out and change it. Or use password_command.",
                )
            return PasswordSource(value)
        case "password_command":
            if not (isinstance(value, list) and value and all(isinstance(word, str) for word in value)):
                raise _wrong_value(where, key, 'a list of words, such as ["pass", "show", "hv01"]')
            return tuple(value)
        case "read_only":
            if not isinstance(value, bool):
                raise _wrong_value(where, key, "true or false")
            return value
        case _:
            return _parse_label(where, _require_text(where, key, value))


def _parse_label(where: str, label: str) -> str:
    if not label_fits(label):
        raise SettingsError(
            f"{where}: label is longer than {MAX_LABEL_WIDTH} letters; wide ones count twice.",
            hint="Make it short, such as PROD.",
        )
    return label


def _parse_setting(where: str, key: str, value: Any, *, number: bool) -> str:
    if not number:
        return _require_text(where, key, value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong_value(where, key, "a number")
    if key == "port" and not 0 < value < 65536:
        raise _wrong_value(where, key, "a number from 1 to 65535")
    return str(value)


def _require_text(where: str, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_value(where, key, "text in quotes")
    return value


def _wrong_value(where: str, key: str, wanted: str) -> SettingsError:
    return SettingsError(f"{where}: {key} has a wrong value.", hint=f"It must be {wanted}.")


def _check_private(file: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise SettingsError(
            f"{file} can be read or changed by others, and it says where you sign in.",
            hint=f"Run: chmod 600 {file}",
        )


def _check_keys(table: dict[str, Any], known: Collection[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise SettingsError(f"Unknown key “{key}” in {where}.", hint=known_words(key, known))
