"""``hvtui save``: saves a VM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.commands import SaveVm
from hvtui.tui.cli.commands.run import run_subcommand
from hvtui.tui.cli.commands.subcommand import Subcommand
from hvtui.tui.text.questions import SAVE_CONSEQUENCE
from hvtui.tui.text.safe import compose

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import datetime

    from hvtui.backends.operations.command import Command, Selection
    from hvtui.tui.cli.syntax import LoadBackend
    from hvtui.tui.text.safe import SafeText


def run(argv: Sequence[str], load: LoadBackend) -> int:
    return run_subcommand(_SUBCOMMAND, argv, load)


def _build(options: argparse.Namespace, words: Sequence[str], selection: Selection, now: datetime) -> Command:
    assert selection.vm is not None
    return SaveVm(vm=selection.vm)


def _question(command: Command, selection: Selection, now: datetime) -> list[SafeText]:
    return [
        compose("Save {vm}?", vm=command.vm.name),
        SAVE_CONSEQUENCE,
    ]


_SUBCOMMAND = Subcommand(
    name="save",
    description="Save the state of a VM to disk and stop it.",
    kind=lambda options: SaveVm,
    build=_build,
    question=_question,
    examples=("save hv01 web-01",),
)
SYNTAX = _SUBCOMMAND.syntax
