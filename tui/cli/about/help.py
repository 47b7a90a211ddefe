"""``hvtui help``: prints a topic, or the help of a subcommand."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import parse
from hvtui.tui.cli.exit_codes import DONE, FAILED
from hvtui.tui.cli.subcommands import SUBCOMMANDS, module_of
from hvtui.tui.cli.syntax import Syntax, parser_of
from hvtui.tui.cli.topics.topics import TOPICS, topic_text
from hvtui.tui.cli.usage.help_formatter import fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.tui.cli.syntax import LoadBackend


def run(argv: Sequence[str], load: LoadBackend) -> int:
    arguments = parse(argv, load, SYNTAX)
    (name,) = arguments.words
    return DONE if output.write(_text(name, arguments.backend, load)) else FAILED


def _text(name: str, backend: str, load: LoadBackend) -> str:
    if name in SUBCOMMANDS and name not in TOPICS:
        return parser_of(module_of(name).SYNTAX, load(backend)).format_help()
    text = topic_text(name) if name else _overview()
    width = shutil.get_terminal_size().columns  # as argparse does it for --help
    return f"{fitted(text.rstrip(), width - 1)}\n"


def _overview() -> str:
    topics = [f"  hvtui help {name:16} {words}" for name, words in TOPICS.items()]
    return "\n".join([*topics, "", "  hvtui SUBCOMMAND --help", "  hvtui --help", ""])


SYNTAX = Syntax(
    name="help",
    target="",
    words=("TOPIC",),
    optional=1,
    values={"TOPIC": lambda: (*TOPICS, *(name for name in SUBCOMMANDS if name not in TOPICS))},
    description="Print help about a topic or a subcommand; without a topic, print the topics.",
    examples=("help keys", "help create"),
)
