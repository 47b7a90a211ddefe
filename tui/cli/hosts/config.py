"""``hvtui config``: says which settings are in force and from where, or writes a config file to start with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hvtui.backends import atomic
from hvtui.backends.errors import SettingsError
from hvtui.backends.hosts import config
from hvtui.backends.paths import config_file
from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import parse
from hvtui.tui.cli.exit_codes import DONE, FAILED, USAGE
from hvtui.tui.cli.syntax import Syntax
from hvtui.tui.keys.names import key_name
from hvtui.tui.preferences.look import look_in_force
from hvtui.tui.preferences.reading import load
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hvtui.tui.cli.syntax import LoadBackend
    from hvtui.tui.preferences.preferences import Preferences

    Row = tuple[str, Any, str]
    """A name in the file, its value, and where that comes from."""

_DEFAULT = "default"
_VALUE_CELLS = 28
"""The width of the column of values. Some are longer, and move the origin to the right."""


def run(argv: Sequence[str], load_backend: LoadBackend) -> int:
    options = parse(argv, load_backend, SYNTAX).options
    file = config_file()
    if options.init:
        _init(file)
        output.write(f"Wrote {safe(str(file))}.\n")
        return DONE
    preferences = load(file, os.environ, {})
    hosts, wrong = None, ""
    try:
        # What is not known in the file is among the mistakes of the preferences, with its line.
        hosts = config.load(file, load_backend=load_backend, only_hosts=True)
    except SettingsError as error:
        wrong = f"{error.message} {error.hint}"
    mistakes = _mistakes(preferences, wrong)
    rows = [*_settings(preferences, hosts), *_keys(preferences)]
    written = (
        output.write_json(_object(file, rows, mistakes)) if options.json else output.write(_text(file, rows))
    )
    for mistake in mistakes if not options.json else ():
        output.warn(f"hvtui: {safe(mistake)}")
    return FAILED if not written else USAGE if mistakes else DONE


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--init", action="store_true", help="write a commented file, unless there is one")
    parser.add_argument("--json", action="store_true", help="print an object")


def _init(file: Path) -> None:
    from hvtui.tui.preferences.sample import sample

    if os.path.lexists(file):
        raise SettingsError(f"{file} exists already.", hint="It is left as it is.")
    try:
        atomic.write_text(file, sample())
    except OSError as error:
        raise SettingsError(
            f"{file} cannot be written: {error.strerror}.",
            hint="Fix that, or set HVTUI_CONFIG to another file.",
        ) from error


def _mistakes(preferences: Preferences, wrong: str) -> list[str]:
    """Return all mistakes, without the one that both readers found."""
    if not wrong or any(each.startswith(wrong) for each in preferences.mistakes):
        return list(preferences.mistakes)
    return [wrong, *preferences.mistakes]


def _settings(preferences: Preferences, hosts: config.Config | None) -> Iterator[Row]:
    """Yield the hosts and the settings of the screen. `hosts` is None if they could not be read."""
    from hvtui.tui.preferences.settings import SETTINGS

    if hosts is None:
        yield from ((name, None, "not read") for name in ("hosts", "groups", "read_only"))
    else:
        yield "hosts", len(hosts.hosts), "saved"
        yield "groups", len(hosts.groups), "saved"
        yield "read_only", hosts.read_only, "file" if hosts.read_only else _DEFAULT
    for setting in SETTINGS:
        if setting.field == "theme":
            yield setting.name, *_look(preferences)
        else:
            value = getattr(preferences, setting.field)
            yield setting.name, value, preferences.origins.get(setting.name, _DEFAULT)


def _look(preferences: Preferences) -> tuple[str, str]:
    from rich.console import Console

    console = Console(force_terminal=True)  # as the app's, whatever the output of this command is
    return look_in_force(preferences, console, no_color="NO_COLOR" in os.environ)


def _keys(preferences: Preferences) -> Iterator[Row]:
    preset = preferences.preset
    yield "keys.preset", preset, preferences.origins.get("keys.preset", _DEFAULT)
    from hvtui.tui.preferences.presets import PRESETS

    for id, shortcut in preferences.shortcuts.items():
        name = f"keys.{id}"
        origin = f"preset {preset}" if id in PRESETS[preset] else _DEFAULT
        yield name, [*map(key_name, shortcut.keys)], preferences.origins.get(name, origin)


def _text(file: Path, rows: Sequence[Row]) -> str:
    there = "" if os.path.lexists(file) else "  (there is none: hvtui config --init writes one)"
    cells = [(name, _shown(value), origin) for name, value, origin in rows]
    width = max(len(name) for name, _, _ in cells)
    lines = [f"{name:{width}}  {value:{_VALUE_CELLS}}  {safe(origin)}\n" for name, value, origin in cells]
    return "".join([f"{safe(str(file))}{there}\n\n", *lines])


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(value) or "-"
    return "-" if value is None else f"{value}"


def _object(file: Path, rows: Sequence[Row], mistakes: Sequence[str]) -> dict[str, Any]:
    settings = {name: {"value": value, "from": origin} for name, value, origin in rows}
    return {"file": str(file), "settings": settings, "mistakes": [*mistakes]}


SYNTAX = Syntax(
    name="config",
    target="",
    description="Print where the config file is, and each setting that is in force with its origin. "
    "If something in the file cannot be used, the exit code is 2, and the line is named.",
    examples=("config", "config --init"),
    add_options=_add_options,
)
