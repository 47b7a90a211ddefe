"""``hvtui forget``: stops trusting the certificate of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import parse
from hvtui.tui.cli.connection import require_target
from hvtui.tui.cli.exit_codes import DONE, FAILED
from hvtui.tui.cli.hosts.trust import trusting
from hvtui.tui.cli.syntax import Syntax
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.tui.cli.syntax import LoadBackend


def run(argv: Sequence[str], load: LoadBackend) -> int:
    arguments = parse(argv, load, SYNTAX)
    target = require_target(arguments, load)
    if not trusting(target).forget(target.settings):
        output.warn(f"hvtui: No certificate of {safe(target.name)} was trusted.")
        return FAILED
    output.write(f"No certificate of {safe(target.name)} is trusted any more.\n")
    return DONE


SYNTAX = Syntax(
    name="forget",
    target="HOST",
    description="Stop trusting the certificate of the host.",
    examples=("forget hv01",),
)
