"""The sentences for wrong options, in place of those of argparse."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, NoReturn

from hvtui.backends.errors import SettingsError
from hvtui.backends.nearest import nearest

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_OF_OPTION = re.compile(r"argument (?:\S+/)?(-\S+): (.*)", re.DOTALL)
_VALUE = re.compile(r"invalid choice: (['\"])(.*?)\1", re.DOTALL)
_UNKNOWN = "unrecognized arguments: "


class HelpRequested(Exception):
    """The command line has ``--help``. Its argument is the text, which argparse would print without a look at failures."""


class Parser(argparse.ArgumentParser):
    """Raises `SettingsError` or `HelpRequested` where argparse would print and exit."""

    takes_names = False
    """Positional arguments may begin with a dash, after ``--``."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        raise HelpRequested(self.format_help())

    def error(self, message: str) -> NoReturn:
        see = f"See: {self.prog} --help"
        if message.startswith(_UNKNOWN):
            flag = message.removeprefix(_UNKNOWN).partition(" ")[0].partition("=")[0]
            if near := nearest(flag, self._shown_flags(), cutoff=0.8):
                see = f"Did you mean {near}?"
            elif self.takes_names:
                see = f"A name that begins with a dash follows “--”. {see}"
            raise SettingsError(f"There is no option {flag}.", hint=see)
        if (found := _OF_OPTION.fullmatch(message)) is None:
            raise SettingsError(f"{message[:1].upper()}{message[1:]}.", hint=see)
        flag, words = found.groups()
        option = self._option_string_actions[flag]
        if words.startswith("ignored explicit argument"):
            raise SettingsError(f"{flag} takes no value.", hint=see)
        if value := _VALUE.match(words):
            choices = ", ".join(map(str, option.choices or ()))
            raise SettingsError(f"{flag} cannot be “{value[2]}”.", hint=f"It is one of: {choices}.")
        raise SettingsError(f"{flag} needs a value.", hint=f"Write {flag}={option.metavar}. {see}")

    def _shown_flags(self) -> list[str]:
        options = self._option_string_actions.items()
        return [flag for flag, option in options if option.help != argparse.SUPPRESS]
