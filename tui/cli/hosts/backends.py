"""``hvtui backends``: lists the kinds of host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends import registry
from hvtui.backends.errors import SettingsError
from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.tui.cli.arguments import LoadBackend


def run(argv: Sequence[str], load: LoadBackend) -> int:
    arguments = parse(
        argv, load, prog="hvtui backends", usage="hvtui backends", description="List the kinds of host."
    )
    if arguments.words:
        raise SettingsError(f"Unexpected argument: “{arguments.words[0]}”.", hint="Leave it out.")
    output.write("".join(f"{name}\n" for name in registry.names()))
    return output.DONE
