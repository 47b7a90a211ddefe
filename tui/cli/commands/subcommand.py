"""The definition of a subcommand that changes a VM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from hvtui.backends.model import DiskReading
    from hvtui.backends.operations.command import Command, Selection
    from hvtui.tui.text.safe import SafeText

    Options = argparse.Namespace


@dataclass(frozen=True, slots=True, kw_only=True)
class Subcommand:
    """The definition of one subcommand."""

    name: str
    description: str
    words: tuple[str, ...] = ("VM",)
    """The arguments after HOST."""
    optional: int = 0
    """The number of the last words that may be omitted."""
    add_options: Callable[[argparse.ArgumentParser], None] = lambda parser: None
    kind: Callable[[Options], type[Command]]
    build: Callable[[Options, Sequence[str], Selection, datetime], Command]
    """Creates the command from the options, the words and the selection. Raises `Refused` or `SettingsError`."""
    question: Callable[[Command, Selection, datetime], list[SafeText]] | None = None
    """Returns the question to the person before the command is run; None if it needs no confirmation."""
    confirm_word: Callable[[Command], SafeText] | None = None
    """Returns the word that the person types to confirm; None if yes is enough."""
    notes: Callable[[Command, Selection, DiskReading | None], list[SafeText]] | None = None
    """Returns what is said before the command is sent, also when nothing is asked. It needs the disks of the VM."""
