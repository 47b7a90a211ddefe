"""The definition of a subcommand that changes a VM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.tui.cli.exit_codes import exit_codes_text
from hvtui.tui.cli.syntax import Syntax

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from hvtui.backends.model import DiskReading
    from hvtui.backends.operations.command import Command, Selection
    from hvtui.tui.text.safe import SafeText

    Options = argparse.Namespace


class Subcommand(Struct, frozen=True, kw_only=True):
    """The definition of one subcommand."""

    name: str
    description: str
    words: tuple[str, ...] = ("VM",)
    """The arguments after HOST."""
    optional: int = 0
    """The number of the last words that may be omitted."""
    examples: tuple[str, ...]
    """Command lines without ``hvtui``."""
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

    @property
    def syntax(self) -> Syntax:
        return Syntax(
            name=self.name,
            words=self.words,
            optional=self.optional,
            description=f"{self.description}\n\n{_NAMES}",
            examples=self.examples,
            epilog=f"exit codes:\n{exit_codes_text()}",
            add_options=self._add_all_options,
        )

    def _add_all_options(self, parser: argparse.ArgumentParser) -> None:
        self.add_options(parser)
        if self.confirm_word:
            parser.add_argument("--confirm", metavar="NAME", help="the name of the VM: do not ask for it")
        else:
            parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")


_NAMES = """\
A VM or checkpoint is named by its name or its ID. A name that begins with a
dash follows "--"."""
