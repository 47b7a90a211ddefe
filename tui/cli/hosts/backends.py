"""``hvtui backends``: lists the kinds of host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends import registry
from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import parse
from hvtui.tui.cli.exit_codes import DONE, FAILED
from hvtui.tui.cli.syntax import Syntax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.tui.cli.syntax import LoadBackend


SYNTAX = Syntax(
    name="backends",
    target="",
    description="List the kinds of host that are installed.",
    examples=("backends",),
)


def run(argv: Sequence[str], load: LoadBackend) -> int:
    parse(argv, load, SYNTAX)
    return DONE if output.write("".join(f"{name}\n" for name in registry.names())) else FAILED
