"""What may follow on a command line, from the parsers of the subcommands and the config file. Nothing is connected to."""

from __future__ import annotations

from argparse import SUPPRESS
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends import registry
from hvtui.backends.errors import SettingsError
from hvtui.backends.hosts import config
from hvtui.backends.paths import config_file
from hvtui.backends.settings import describe_settings
from hvtui.tui.cli.arguments import DEMO_BACKEND, backend_of, scenarios, takes_host, target_options
from hvtui.tui.cli.screen import SYNTAX as APP
from hvtui.tui.cli.subcommands import SUBCOMMANDS, module_of
from hvtui.tui.cli.syntax import FILE, parser_of
from hvtui.tui.text.filtering.legend import COMPLETED

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence

    from hvtui.tui.cli.syntax import LoadBackend

    Values = Mapping[str, str]


class Candidates(Struct, frozen=True, kw_only=True):
    values: Values
    """Each with a description, which may be empty."""
    files: bool = False
    """The names of files, in place of `values`."""


def candidates(words: Sequence[str], current: str, load: LoadBackend) -> Candidates:
    """Return what may be in the place of `current`, the beginning of a word. `words` are those before it.

    Raises `SettingsError` if there is no such backend.
    """
    if "--" in words:
        return Candidates(values={})
    found = _Completer(words, load).at(current)
    values = {value: words for value, words in found.values.items() if value.startswith(current)}
    return Candidates(values=values, files=found.files)


class _Completer:
    def __init__(self, words: Sequence[str], load: LoadBackend) -> None:
        subcommand = words[0] if words and words[0] in SUBCOMMANDS else ""
        self._at_first = not words
        self._syntax = module_of(subcommand).SYNTAX if subcommand else APP
        self._words = list(words[1:] if subcommand else words)
        self._load = load
        lacks_value = self._words[-1:] in (["--backend"], ["--cluster"], ["--log"])
        complete = self._words[:-1] if lacks_value else self._words
        chosen = target_options(complete if self._syntax.target else [], self._syntax)
        self._backend = load(backend_of(chosen))
        self._takes_host = bool(self._syntax.target) and takes_host(chosen, self._backend)
        options = parser_of(self._syntax, self._backend)._actions
        self._options = {flag: option for option in options for flag in option.option_strings}

    def at(self, current: str) -> Candidates:
        flag, equals, _ = current.partition("=")
        if equals and flag in self._options:
            found = self._values_of(self._options[flag], current.removeprefix(f"{flag}="))
            return Candidates(
                values={f"{flag}={value}": words for value, words in found.values.items()}, files=found.files
            )
        option = self._options.get(self._words[-1]) if self._words else None
        if option and option.nargs is None:
            return self._values_of(option, current)
        if current.startswith("-"):
            return Candidates(values=dict(self._unused_flags()))
        if option and option.dest == "demo":
            return self._values_of(option, current)
        return Candidates(values=self._positional(user="".join(current.rpartition("@")[:2])))

    def _values_of(self, option: argparse.Action, current: str) -> Candidates:
        if option.metavar == FILE:
            return Candidates(values={}, files=True)
        if option.dest == "demo":
            return Candidates(values=_undescribed(scenarios(self._load(DEMO_BACKEND))))
        if option.dest == "cluster":
            return Candidates(values=_saved_hosts(self._load, groups=False))
        if option.dest == "backend":
            return Candidates(values=_undescribed(registry.names()))
        if option.dest == "filter":
            return Candidates(values=_filter_words(current))
        if option.choices:
            return Candidates(values=_undescribed(map(str, option.choices)))
        settings = {
            f"setting_{setting.name}": setting for setting in describe_settings(self._backend.Settings)
        }
        setting = settings.get(option.dest)
        return Candidates(values=_undescribed(setting.choices if setting else ()))

    def _unused_flags(self) -> Iterable[tuple[str, str]]:
        used = {
            self._options[word.partition("=")[0]]
            for word in self._words
            if word.partition("=")[0] in self._options
        }
        for flag, option in self._options.items():
            if flag.startswith("--") and option not in used and option.help != SUPPRESS:
                yield flag, option.help or ""

    def _positional(self, *, user: str) -> Values:
        names = [*(["HOST"] if self._takes_host else []), *self._syntax.words]
        place = len(self._positional_words())
        more_hosts = self._syntax.several_hosts and self._takes_host
        if place >= len(names) and not more_hosts:
            return {}
        if more_hosts or names[place] == "HOST":
            hosts = {f"{user}{name}": label for name, label in _saved_hosts(self._load).items()}
            return {**(SUBCOMMANDS if self._at_first else {}), **hosts}
        if name := self._syntax.values.get(names[place]):
            return _undescribed(name())
        return {}

    def _positional_words(self) -> list[str]:
        found: list[str] = []
        taken = False
        for before, word in zip(["", *self._words], self._words, strict=False):
            option = self._options.get(before)
            taken = option is not None and (
                option.nargs is None or (option.dest == "demo" and word in scenarios(self._backend))
            )
            if not taken and not word.startswith("-"):
                found.append(word)
        return found


def _saved_hosts(load: LoadBackend, *, groups: bool = True) -> Values:
    """Return the hosts of the config file, and its groups before them."""
    try:
        found = config.load(config_file(), load_backend=load)
    except SettingsError:
        return {}
    of_groups = {name: f"group of {len(hosts)} hosts" for name, hosts in found.groups.items()}
    return (of_groups if groups else {}) | {host.name: host.label for host in found.hosts}


def _filter_words(current: str) -> Values:
    """Return what the last word of a filter may be, after those before it and its minus."""
    *_, last = current.split(" ")
    kept = current.removesuffix(last.removeprefix("-"))
    return {f"{kept}{word}": words for word, words in COMPLETED.items()}


def _undescribed(values: Iterable[str]) -> Values:
    return dict.fromkeys(values, "")
