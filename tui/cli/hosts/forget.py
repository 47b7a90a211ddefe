"""``hvtui forget``: stops trusting the certificate of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import parse, take_words
from hvtui.tui.cli.connection import require_target
from hvtui.tui.cli.hosts.trust import trusting
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.tui.cli.arguments import LoadBackend


def run(argv: Sequence[str], load: LoadBackend) -> int:
    arguments = parse(
        argv,
        load,
        prog="hvtui forget",
        usage="hvtui forget HOST [options]",
        description="Stop trusting the certificate of the host.",
    )
    (host,) = take_words(arguments)
    target = require_target(arguments, host, load)
    if not trusting(target).forget(target.settings):
        output.warn(f"hvtui: no certificate of {safe(target.name)} was trusted.")
        return output.FAILED
    output.write(f"No certificate of {safe(target.name)} is trusted any more.\n")
    return output.DONE
