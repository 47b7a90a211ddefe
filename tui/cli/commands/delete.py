"""``hvtui delete``: deletes a checkpoint, or it and all below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.commands import DeleteCheckpoint, DeleteSubtree
from hvtui.tui.cli.commands.run import run_subcommand
from hvtui.tui.cli.commands.subcommand import Subcommand
from hvtui.tui.text.disks.amounts import merge_amount
from hvtui.tui.text.impact import current_text
from hvtui.tui.text.kinds import kind_warnings
from hvtui.tui.text.questions import (
    delete_question,
    may_be_deleted_too_text,
    names_text,
    unchanged_text,
)

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
    parser.add_argument("--subtree", action="store_true", help="delete all checkpoints below it too")
    parser.add_argument(
        "--wait", action="store_true", help="follow the merge of the disks until it has ended"
    )


def _kind(options: argparse.Namespace) -> type[DeleteCheckpoint]:
    return DeleteSubtree if options.subtree else DeleteCheckpoint


def _build(options: argparse.Namespace, words: Sequence[str], selection: Selection, now: datetime) -> Command:
    vm, checkpoint = selection.vm, selection.checkpoint
    assert vm is not None
    assert checkpoint is not None
    return _kind(options)(vm=vm, checkpoint=checkpoint)


def _notes(command: Command, selection: Selection, reading: DiskReading | None) -> list[SafeText]:
    assert isinstance(command, DeleteCheckpoint)
    below = command.may_be_deleted_too(selection)
    merge = merge_amount(reading, selection, command.deleted(selection))
    return [*may_be_deleted_too_text(below), merge.words]


def _question(command: Command, selection: Selection, now: datetime) -> list[SafeText]:
    assert isinstance(command, DeleteCheckpoint)
    deleted, below = command.deleted(selection), command.may_be_deleted_too(selection)
    return [
        delete_question(deleted, command.vm),
        names_text(deleted),
        *kind_warnings(deleted),
        current_text(selection, deleted),
        unchanged_text(selection, deleted, below),
    ]


_SUBCOMMAND = Subcommand(
    name="delete",
    description="Delete a checkpoint; those below it move up to its parent.",
    words=("VM", "CHECKPOINT"),
    add_options=_add_options,
    kind=_kind,
    build=_build,
    question=_question,
    notes=_notes,
    examples=('delete hv01 web-01 "Before patch" --wait', 'delete hv01 web-01 "Old branch" --subtree'),
)
SYNTAX = _SUBCOMMAND.syntax
