"""``hvtui remove-backup-checkpoint``: deletes a checkpoint that a backup left behind."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from hvtui.backends.operations.commands import RemoveBackupCheckpoint
from hvtui.tui.cli.commands.run import run_subcommand
from hvtui.tui.cli.commands.subcommand import Subcommand
from hvtui.tui.text.disks.amounts import merge_amount
from hvtui.tui.text.impact import current_text
from hvtui.tui.text.ways_out.confirmations import CHECK_BACKUP_FIRST, remove_backup_question, word_to_type

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
        "--wait", action="store_true", help="follow the merge of the disks until it has ended"
    )


def _build(options: argparse.Namespace, words: Sequence[str], selection: Selection, now: datetime) -> Command:
    vm, checkpoint = selection.vm, selection.checkpoint
    assert vm is not None
    assert checkpoint is not None
    return RemoveBackupCheckpoint(vm=vm, checkpoint=checkpoint)


def _notes(command: Command, selection: Selection, reading: DiskReading | None) -> list[SafeText]:
    assert isinstance(command, RemoveBackupCheckpoint)
    return [merge_amount(reading, selection, [command.checkpoint]).words]


def _question(command: Command, selection: Selection, now: datetime) -> list[SafeText]:
    assert isinstance(command, RemoveBackupCheckpoint)
    return [
        remove_backup_question(command.checkpoint, command.vm, now),
        CHECK_BACKUP_FIRST,
        current_text(selection, [command.checkpoint]),
    ]


_SUBCOMMAND = Subcommand(
    name="remove-backup-checkpoint",
    description="Delete a checkpoint that a backup left behind: one that is older than a day, on a VM on which\n"
    f"nothing is at work.\n\n{textwrap.fill(CHECK_BACKUP_FIRST, 100)}\n",
    words=("VM", "CHECKPOINT"),
    add_options=_add_options,
    kind=lambda options: RemoveBackupCheckpoint,
    build=_build,
    question=_question,
    confirm_word=lambda command: word_to_type(command.vm),
    notes=_notes,
    examples=('remove-backup-checkpoint hv01 web-01 "web-01 backup" --confirm web-01',),
)
SYNTAX = _SUBCOMMAND.syntax
