"""``hvtui discard-saved-state``: deletes the memory of a saved VM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.commands import DiscardSavedState
from hvtui.tui.cli.commands.run import run_subcommand
from hvtui.tui.cli.commands.subcommand import Subcommand
from hvtui.tui.text.ways_out.confirmations import DISCARD_CONSEQUENCE, discard_question

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
    return DiscardSavedState(vm=selection.vm)


def _question(command: Command, selection: Selection, now: datetime) -> list[SafeText]:
    return [discard_question(command.vm), DISCARD_CONSEQUENCE]


_SUBCOMMAND = Subcommand(
    name="discard-saved-state",
    description="Delete the memory of a saved VM, for example because the host cannot resume it.\n"
    "The VM is off afterwards, and starts as after a power cut.",
    kind=lambda options: DiscardSavedState,
    build=_build,
    question=_question,
    examples=("discard-saved-state hv01 web-01",),
)
SYNTAX = _SUBCOMMAND.syntax
