"""``hvtui stop``: shuts a VM down, or turns it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.contract import StopHow
from hvtui.backends.operations.commands import StopVm
from hvtui.tui.cli.commands.run import run_subcommand
from hvtui.tui.cli.commands.subcommand import Subcommand
from hvtui.tui.text.safe import SafeText, compose

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import datetime

    from hvtui.backends.operations.command import Command, Selection
    from hvtui.tui.cli.syntax import LoadBackend


def run(argv: Sequence[str], load: LoadBackend) -> int:
    return run_subcommand(_SUBCOMMAND, argv, load)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--turn-off", action="store_true", help="cut its power")


def _build(options: argparse.Namespace, words: Sequence[str], selection: Selection, now: datetime) -> Command:
    assert selection.vm is not None
    how = StopHow.TURN_OFF if options.turn_off else StopHow.SHUT_DOWN
    return StopVm(vm=selection.vm, how=how)


def _question(command: Command, selection: Selection, now: datetime) -> list[SafeText]:
    assert isinstance(command, StopVm)
    if command.how is StopHow.SHUT_DOWN:
        return [compose("Shut {vm} down?", vm=command.vm.name)]
    return [compose("Turn {vm} off? What its guest has not written is lost.", vm=command.vm.name)]


_SUBCOMMAND = Subcommand(
    name="stop",
    description="Ask the guest to shut down; with --turn-off, cut its power: what it has not written is lost.",
    add_options=_add_options,
    kind=lambda options: StopVm,
    build=_build,
    question=_question,
    examples=("stop hv01 web-01", "stop hv01 web-01 --turn-off --yes"),
)
SYNTAX = _SUBCOMMAND.syntax
