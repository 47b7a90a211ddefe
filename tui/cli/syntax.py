"""The command line of each subcommand as data: for its parser, its help and the completion."""

from __future__ import annotations

import argparse
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from hvtui.backends.settings import describe_settings
from hvtui.tui.cli.usage.help_formatter import USAGE, WIDTH, HelpFormatter
from hvtui.tui.cli.usage.option_errors import Parser

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hvtui.backends.contract import Backend

    LoadBackend = Callable[[str], Backend[Any]]

ANY_TARGET = "(HOST | --local | --demo [SCENARIO])"
ANY_TARGETS = "(HOST... | --cluster NAME | --local | --demo [SCENARIO])"
FILE = "FILE"
"""The placeholder of a value that is a file."""
_USAGE_INDENT = " " * len(USAGE)


class Syntax(Struct, frozen=True, kw_only=True):
    """The command line of one subcommand, or of the app."""

    name: str = ""
    """The subcommand; "" for the app."""
    target: str = ANY_TARGET
    """How the usage names the host; "" if there is none to name."""
    words: tuple[str, ...] = ()
    """The positional arguments after the host."""
    optional: int = 0
    """The number of the last positional arguments, the host among them, that may be missing."""
    several_hosts: bool = False
    """More hosts may follow the first one, before the other positional arguments."""
    description: str
    examples: tuple[str, ...] = ()
    """Command lines without ``hvtui``."""
    epilog: str = ""
    add_options: Callable[[argparse.ArgumentParser], None] = lambda parser: None
    values: Mapping[str, Callable[[], Sequence[str]]] = field(default_factory=lambda: MappingProxyType({}))
    """The possible values of a positional argument, where they are known."""

    @property
    def command(self) -> str:
        return f"hvtui {self.name}".rstrip()

    @property
    def usage(self) -> str:
        first = " ".join(filter(None, [self.command, self.target]))
        second = " ".join([*self._words, "[options]"])
        if not self.name:
            return f"{first} {second}\n{_USAGE_INDENT}hvtui SUBCOMMAND [...]"
        if len(_USAGE_INDENT) + len(first) + 1 + len(second) <= WIDTH:
            return f"{first} {second}"
        return f"{first}\n{_USAGE_INDENT}{' ' * len(self.command)} {second}"

    @property
    def _words(self) -> list[str]:
        """The positional arguments after the host, those in brackets that may be missing."""
        required = max(0, len(self.words) - self.optional)
        return [*self.words[:required], *(f"[{word}]" for word in self.words[required:])]

    def command_line(self, target: str = "") -> str:
        """Return the command with its positional arguments. `target` takes the place of what it takes as the host."""
        return " ".join(filter(None, [self.command, target or self.target, *self._words]))


def parser_of(syntax: Syntax, backend: Backend[Any]) -> Parser:
    """Return the parser. Its connection options are the settings of the backend."""
    examples = "\n".join(["examples:", *(f"  hvtui {example}" for example in syntax.examples)])
    parser = Parser(
        prog=syntax.command,
        usage=syntax.usage,
        description=syntax.description,
        epilog="\n\n".join(filter(None, [examples if syntax.examples else "", syntax.epilog])),
        allow_abbrev=False,
        formatter_class=HelpFormatter,
    )
    parser.takes_names = "VM" in syntax.words
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    syntax.add_options(parser)
    add_log_option(parser)
    if syntax.target:
        add_target_options(
            parser, hidden=[flag for flag in ("--demo", "--local", "--cluster") if flag not in syntax.target]
        )
        connection = parser.add_argument_group("connection")
        for setting in describe_settings(backend.Settings):
            if setting.flag:
                connection.add_argument(
                    setting.flag,
                    dest=f"setting_{setting.name}",
                    metavar=setting.placeholder or setting.name.upper(),
                    help=setting.help,
                )
    return parser


def add_log_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--log", metavar=FILE, help="append a log to this file (or set HVTUI_LOG)")


def add_target_options(parser: argparse.ArgumentParser, *, hidden: Sequence[str] = ()) -> None:
    """Add the options that choose the target. Those that are `hidden` are not in the help: they get an error later."""

    def shown(flag: str, words: str) -> str:
        return argparse.SUPPRESS if flag in hidden else words

    group = parser.add_argument_group("target")
    group.add_argument(
        "--demo", nargs="?", const="", metavar="SCENARIO", help=shown("--demo", "demo host with sample data")
    )
    group.add_argument("--local", action="store_true", help=shown("--local", "this computer's Hyper-V"))
    group.add_argument(
        "--cluster", metavar="NAME", help=shown("--cluster", "all nodes of this failover cluster")
    )
    group.add_argument("--backend", metavar="NAME", help="another kind of host: see `hvtui backends`")
    group.add_argument("--read-only", action="store_true", help="refuse every change")
