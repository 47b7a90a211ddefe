"""The config file: the hosts that a person saved, and where the password of each comes from. Never a password."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from hvtui.backends.errors import SettingsError
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST_LABEL = 12
"""Cells in the title bar are few."""


class PasswordFrom(StrEnum):
    PROMPT = "prompt"
    """A person is asked."""
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedHost:
    """One ``[hosts.NAME]``. What it leaves out is up to the backend."""

    name: str
    address: str = ""
    """"" where the name is the address."""
    transport: str = ""
    port: int = 0
    auth: str = ""
    user: str = ""
    ca_file: str = ""
    label: str = ""
    """The admin's own word for this host, such as ``PROD``."""
    read_only: bool = False
    password: PasswordFrom = PasswordFrom.PROMPT
    password_command: tuple[str, ...] = ()
    """A program that prints the password, and its arguments; it goes before `password`."""

    @property
    def settings(self) -> dict[str, str]:
        """For the backend."""
        given = {
            "host": self.address or self.name,
            "transport": self.transport,
            "port": str(self.port or ""),
            "auth": self.auth,
            "user": self.user,
            "ca_file": self.ca_file,
        }
        return {name: value for name, value in given.items() if value}


_KEYS = tuple(field.name for field in fields(SavedHost) if field.name != "name")


def load(file: Path) -> tuple[SavedHost, ...]:
    """The saved hosts in their order; none where there is no file. Raises `SettingsError`."""
    import tomllib

    try:
        _hold_private(file)
        document = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SettingsError(
            f"{file} cannot be read: {error.strerror}.",
            hint="Mend that, or set HVTUI_CONFIG to another file.",
        ) from error
    except UnicodeError as error:
        raise SettingsError(f"{file} is not UTF-8.", hint="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is not TOML: {error}.", hint="Correct it there.") from None
    _hold_known(document, ("hosts",), f"{file}")
    tables = document.get("hosts", {})
    if not isinstance(tables, dict):
        raise SettingsError(f"{file}: hosts is not a table.", hint="Write each host as [hosts.NAME].")
    return tuple(_host(file, name, table) for name, table in tables.items())


def save(file: Path, host: SavedHost) -> None:
    """Put this host into the file, which keeps its comments and its order. Raises `SettingsError`."""
    import tomlkit
    from tomlkit.items import Table

    load(file)
    try:
        file = file.resolve()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        document = tomlkit.parse(file.read_text("utf-8")) if file.exists() else tomlkit.document()
        hosts = document.setdefault("hosts", tomlkit.table(is_super_table=True))
        table = hosts.get(host.name)
        if not isinstance(table, Table):
            table = hosts[host.name] = tomlkit.table()
        defaults = SavedHost(name=host.name)
        for key in _KEYS:
            value = getattr(host, key)
            if value != getattr(defaults, key):
                table[key] = list(value) if isinstance(value, tuple) else _plain(value)
            else:
                table.pop(key, None)
        _replace(file, tomlkit.dumps(document))
    except (OSError, ValueError) as error:  # the latter where [hosts] is written in a way that cannot grow
        raise SettingsError(
            f"{file} cannot be written: {getattr(error, 'strerror', None) or error}. The host is not saved.",
            hint="Mend that, or set HVTUI_CONFIG to another file.",
        ) from error


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _replace(file: Path, text: str) -> None:
    import tempfile

    handle, fresh = tempfile.mkstemp(
        dir=file.parent, prefix=".config-"
    )  # for its owner alone, from the start
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(fresh).replace(file)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise


def _hold_private(file: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise SettingsError(
            f"{file} can be read or changed by others, and it says where you sign in.",
            hint=f"Run: chmod 600 {file}",
        )


def _host(file: Path, name: str, table: object) -> SavedHost:
    where = f"{file}: [hosts.{name}]"
    if not name.strip():
        raise SettingsError(f"{where}: the name is empty.", hint="Give the host a name.")
    if not isinstance(table, dict):
        raise SettingsError(
            f"{where} is not a table.", hint=f"Write [hosts.{name}], and its keys below that."
        )
    _hold_known(table, _KEYS, where)
    values = {key: _value(where, key, given) for key, given in table.items()}
    label = values.get("label", "")
    if cell_len(safe(label)) > LONGEST_LABEL:
        raise SettingsError(
            f"{where}: label is longer than {LONGEST_LABEL} letters; wide ones count twice.",
            hint="Make it short, such as PROD.",
        )
    return SavedHost(name=name, **values)


def _value(where: str, key: str, given: Any) -> Any:
    match key:
        case "password":
            if given not in tuple(PasswordFrom):
                # What stands there may be the password: it is not repeated.
                raise SettingsError(
                    f"{where}: password is neither “prompt” nor “keyring”. A password does not belong here.",
                    hint="If one stands there, take it out and change it. Or use password_command.",
                )
            return PasswordFrom(given)
        case "password_command":
            if not (isinstance(given, list) and given and all(isinstance(word, str) for word in given)):
                raise _wrong(where, key, 'a list of words, such as ["pass", "show", "hv01"]')
            return tuple(given)
        case "read_only":
            if not isinstance(given, bool):
                raise _wrong(where, key, "true or false")
        case "port":
            if isinstance(given, bool) or not isinstance(given, int) or not 0 < given < 65536:
                raise _wrong(where, key, "a number from 1 to 65535")
        case _:
            if not isinstance(given, str):
                raise _wrong(where, key, "text in quotes")
    return given


def _wrong(where: str, key: str, wanted: str) -> SettingsError:
    return SettingsError(f"{where}: {key} is not as it should be.", hint=f"It is {wanted}.")


def _hold_known(table: dict[str, Any], known: Collection[str], where: str) -> None:
    for key in table:
        if key not in known:
            from difflib import get_close_matches

            near = get_close_matches(key, known, n=1)
            raise SettingsError(
                f"{where}: there is no key “{key}”.",
                hint=f"Is it {near[0]}?" if near else f"There are: {', '.join(known)}.",
            )
