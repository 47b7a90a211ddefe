"""``hvtui start``: starts a VM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.commands import StartVm
from hvtui.tui.cli.commands.run import run_subcommand
from hvtui.tui.cli.commands.subcommand import Subcommand

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import datetime

    from hvtui.backends.operations.command import Command, Selection
    from hvtui.tui.cli.syntax import LoadBackend


def run(argv: Sequence[str], load: LoadBackend) -> int:
    return run_subcommand(_SUBCOMMAND, argv, load)


def _build(options: argparse.Namespace, words: Sequence[str], selection: Selection, now: datetime) -> Command:
    assert selection.vm is not None
    return StartVm(vm=selection.vm)


_SUBCOMMAND = Subcommand(
    name="start",
    description="Start a VM.",
    kind=lambda options: StartVm,
    build=_build,
    examples=("start hv01 web-01",),
)
SYNTAX = _SUBCOMMAND.syntax
