"""Reads the preferences. A mistake never keeps hvtui from running: the default is used, and a sentence says so."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from hvtui.backends.errors import SettingsError
from hvtui.backends.hosts import document
from hvtui.tui.preferences.preferences import DEFAULTS, Preferences

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hvtui.backends.hosts.document import Document

KEYS: Final = "keys"
ENVIRONMENT: Final = ("HVTUI_THEME", "HVTUI_WIRE")
"""The variables of the settings that have one."""


def load(file: Path, environment: Mapping[str, str], flags: Mapping[str, object]) -> Preferences:
    """Return what is in force. `flags` are values from the command line, by the names of their settings in the file.

    Flags take precedence over the environment, and the environment over the file.
    """
    mistakes: list[str] = []
    found = None
    try:
        found = document.read(file)
    except SettingsError as error:
        mistakes = [f"{error.message} {error.hint} Until then only the demo can be changed."]
    given = {name: environment[name] for name in ENVIRONMENT if environment.get(name)}
    screen = _variable_of_gnu_screen(environment)
    if found is None and not given and not screen and not flags and not mistakes:
        return replace(DEFAULTS, file=file)
    reader = _Reader(file.name, found)
    changes = (
        reader.without_mouse(screen)
        | reader.from_file()
        | reader.from_environment(given)
        | reader.from_flags(flags)
    )
    return Preferences(
        **changes,
        mistakes=(*mistakes, *reader.mistakes),
        file=file,
        origins=MappingProxyType(reader.origins),
    )


def _variable_of_gnu_screen(environment: Mapping[str, str]) -> str:
    """Return the variable that says that this terminal is, or may be, GNU screen; "" if it is not.

    Over SSH only TERM is known, which tmux may set to the same value.
    """
    if environment.get("STY"):
        return "STY"
    may_be = environment.get("TERM", "").startswith("screen") and not environment.get("TMUX")
    return "TERM" if may_be else ""


class _Reader:
    def __init__(self, file: str, found: Document | None) -> None:
        self._file = file
        self._text = found.text if found else ""
        self._values: dict[str, Any] = found.values if found else {}
        self._lines: dict[str, int] | None = None
        self._by_line: list[tuple[int, str]] = []
        self._others: list[str] = []
        self.origins: dict[str, str] = {}

    @property
    def mistakes(self) -> list[str]:
        """Those of the file in its order, then the others."""
        return [words for _, words in sorted(self._by_line)] + self._others

    def without_mouse(self, variable: str) -> dict[str, Any]:
        """Return the change that leaves the mouse to GNU screen; nothing if `variable` is "".

        Screen 4 holds back Esc until the next key, as Alt with that key, while a program uses the mouse.
        """
        if not variable:
            return {}
        self.origins["mouse"] = variable
        return {"mouse": False}

    def from_file(self) -> dict[str, Any]:
        if not self._values:
            return {}
        from hvtui.tui.preferences.settings import SETTINGS, Mistake

        self._report_unknown()
        changes: dict[str, Any] = {}
        for setting in SETTINGS:
            table, _, key = setting.name.rpartition(".")
            holder = self._values.get(table, {}) if table else self._values
            if isinstance(holder, dict) and key in holder:
                try:
                    changes[setting.field] = setting.parse(holder[key])
                    self.origins[setting.name] = self._where(setting.name)
                except Mistake as mistake:
                    self._report(setting.name, f"{mistake}")
        return changes | (self._keys(self._values[KEYS]) if KEYS in self._values else {})

    def from_environment(self, given: Mapping[str, str]) -> dict[str, Any]:
        if not given:
            return {}
        from hvtui.tui.preferences.settings import SETTINGS, Mistake

        changes: dict[str, Any] = {}
        for setting in (each for each in SETTINGS if each.environment in given):
            try:
                changes[setting.field] = setting.parse(given[setting.environment])
                self.origins[setting.name] = setting.environment
            except Mistake as mistake:
                self._others.append(f"{setting.environment}: {_sentence(f'{mistake}')}")
        return changes

    def from_flags(self, flags: Mapping[str, object]) -> dict[str, Any]:
        self.origins |= dict.fromkeys(flags, "flag")
        return {name.replace(".", "_"): value for name, value in flags.items()}

    def _report_unknown(self) -> None:
        """Report what the file has at its top, and in the tables of the preferences, that is not known."""
        from hvtui.backends.nearest import known_words
        from hvtui.tui.preferences.settings import SETTINGS

        tops = (document.HOSTS, document.GROUPS, document.READ_ONLY, *document.PREFERENCES)
        tables: dict[str, list[str]] = {}
        for setting in SETTINGS:
            table, _, key = setting.name.rpartition(".")
            tables.setdefault(table, []).append(key)
        for name, value in self._values.items():
            known = tables.get(name, [])
            if name not in tops:
                self._report(name, f"unknown setting. {known_words(name, tops)}")
            elif known and not isinstance(value, dict):
                self._report(name, f"must be a table: write [{name}], and its keys below that")
            elif known:
                for key in [key for key in value if key not in known]:
                    self._report(f"{name}.{key}", f"unknown setting. {known_words(key, known)}")

    def _keys(self, table: Any) -> dict[str, Any]:
        """Return the changes that the table of keys makes."""
        from hvtui.backends.nearest import known_words
        from hvtui.tui.preferences.keys import PRESET, preset_shortcuts, with_keys
        from hvtui.tui.preferences.presets import PRESETS

        if not isinstance(table, dict):
            self._report(KEYS, "must be a table: write [keys], and its keys below that")
            return {}
        preset = table.get(PRESET, "default")
        if not isinstance(preset, str) or preset not in PRESETS:
            self._report(f"{KEYS}.{PRESET}", f"there is no “{preset}”. {known_words(str(preset), PRESETS)}")
            preset = "default"
        elif PRESET in table:
            self.origins[f"{KEYS}.{PRESET}"] = self._where(f"{KEYS}.{PRESET}")
        base = preset_shortcuts(preset)
        shortcuts = with_keys(base, table, lambda id, words: self._report(f"{KEYS}.{id}", words))
        for id, shortcut in shortcuts.items():
            if shortcut.keys != base[id].keys:
                self.origins[f"{KEYS}.{id}"] = self._where(f"{KEYS}.{id}")
        return {"preset": preset, "shortcuts": MappingProxyType(shortcuts)}

    def _report(self, name: str, words: str) -> None:
        table, _, key = name.partition(".")
        shown = f"[{table}] {key}" if key else name
        self._by_line.append((self._line(name) or 0, f"{self._where(name)}: {shown}: {_sentence(words)}"))

    def _where(self, name: str) -> str:
        line = self._line(name)
        return f"{self._file} line {line}" if line else self._file

    def _line(self, name: str) -> int | None:
        from hvtui.tui.preferences.positions import line_of, positions

        if self._lines is None:
            self._lines = positions(self._text)
        return line_of(name, self._lines)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?")) else f"{words}."
