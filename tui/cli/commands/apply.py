"""``hvtui apply``: applies a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.actions import why_not
from hvtui.backends.operations.commands import ApplyCheckpoint, CreateCheckpoint
from hvtui.backends.operations.naming import safety_name
from hvtui.tui.cli.commands.create import checked_name
from hvtui.tui.cli.commands.question import Refused
from hvtui.tui.cli.commands.run import run_subcommand
from hvtui.tui.cli.commands.subcommand import Subcommand
from hvtui.tui.text.disks.amounts import create_amount
from hvtui.tui.text.impact import applied_state, apply_warning_texts, lost_by_apply
from hvtui.tui.text.questions import (
    APPLY_CANNOT_BE_UNDONE,
    apply_question,
    no_safety_text,
    safety_type_text,
)
from hvtui.tui.text.safe import compose

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import datetime

    from hvtui.backends.model import DiskReading
    from hvtui.backends.operations.command import Command, Selection
    from hvtui.tui.cli.syntax import LoadBackend
    from hvtui.tui.text.safe import SafeText


def run(argv: Sequence[str], load: LoadBackend) -> int:
    return run_subcommand(_SUBCOMMAND, argv, load)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-safety-checkpoint",
        action="store_true",
        help="do not create a checkpoint first: this cannot be undone",
    )
    parser.add_argument("--safety-name", metavar="NAME", help="the name of the safety checkpoint")
    parser.add_argument("--start", action="store_true", help="start the VM afterwards")


def _build(options: argparse.Namespace, words: Sequence[str], selection: Selection, now: datetime) -> Command:
    vm, checkpoint = selection.vm, selection.checkpoint
    assert vm is not None
    assert checkpoint is not None
    name = None
    if not options.no_safety_checkpoint:
        if reason := why_not(CreateCheckpoint, selection):
            raise Refused(
                no_safety_text(reason), hint="Add --no-safety-checkpoint to apply without one.", reason=reason
            )
        name = checked_name(options.safety_name or safety_name(checkpoint, now))
    return ApplyCheckpoint(vm=vm, checkpoint=checkpoint, safety_name=name, start=options.start)


def _notes(command: Command, selection: Selection, reading: DiskReading | None) -> list[SafeText]:
    assert isinstance(command, ApplyCheckpoint)
    notes = apply_warning_texts(command.checkpoint, command.vm)
    return notes if command.safety_name is None else [*notes, create_amount(reading, command.vm).words]


def _question(command: Command, selection: Selection, now: datetime) -> list[SafeText]:
    assert isinstance(command, ApplyCheckpoint)
    question = [
        apply_question(command.checkpoint, command.vm),
        lost_by_apply(selection, selection.disks, now),
        applied_state(command.checkpoint, command.vm),
    ]
    if command.safety_name is None:
        return [*question, APPLY_CANNOT_BE_UNDONE]
    name = compose("Safety checkpoint name: “{name}”", name=command.safety_name)
    return [*question, safety_type_text(command.vm), name]


_SUBCOMMAND = Subcommand(
    name="apply",
    description="Apply a checkpoint. First a safety checkpoint of the present state is created.",
    words=("VM", "CHECKPOINT"),
    add_options=_add_options,
    kind=lambda options: ApplyCheckpoint,
    build=_build,
    question=_question,
    notes=_notes,
    examples=('apply hv01 web-01 "Before patch"', 'apply hv01 web-01 "Before patch" --start --yes'),
)
SYNTAX = _SUBCOMMAND.syntax
