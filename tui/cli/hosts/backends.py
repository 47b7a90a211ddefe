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


_KINDS = {
    "hyperv": "VMs of a Hyper-V host",
    "mock": "simulated VMs, for --demo",
    "scvmm": "VMs of a System Center VMM server",
}
SYNTAX = Syntax(
    name="backends",
    target="",
    description="List the kinds of host that are installed, each with what is listed of it.",
    examples=("backends",),
)


def run(argv: Sequence[str], load: LoadBackend) -> int:
    parse(argv, load, SYNTAX)
    names = registry.names()
    width = max(map(len, names)) + 2
    lines = (f"{name:{width}}{_KINDS.get(name, 'installed by another package')}\n" for name in names)
    return DONE if output.write("".join(lines)) else FAILED
