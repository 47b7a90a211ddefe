"""``hvtui rename``: renames a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.actions import Reason, ReasonCode
from hvtui.backends.operations.commands import RenameCheckpoint
from hvtui.tui.cli.commands.create import checked_name
from hvtui.tui.cli.commands.question import Refused
from hvtui.tui.cli.commands.run import run_subcommand
from hvtui.tui.cli.commands.subcommand import Subcommand
from hvtui.tui.text.reasons import reason_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import datetime

    from hvtui.backends.operations.command import Command, Selection
    from hvtui.tui.cli.syntax import LoadBackend


def run(argv: Sequence[str], load: LoadBackend) -> int:
    return run_subcommand(_SUBCOMMAND, argv, load)


def _build(options: argparse.Namespace, words: Sequence[str], selection: Selection, now: datetime) -> Command:
    vm, checkpoint = selection.vm, selection.checkpoint
    assert vm is not None
    assert checkpoint is not None
    name = checked_name(words[1])
    if name == checkpoint.name:
        unchanged = Reason(code=ReasonCode.NAME_UNCHANGED)
        raise Refused(reason_text(unchanged), reason=unchanged)
    return RenameCheckpoint(vm=vm, checkpoint=checkpoint, new_name=name)


_SUBCOMMAND = Subcommand(
    name="rename",
    description="Rename a checkpoint.",
    words=("VM", "CHECKPOINT", "NEW_NAME"),
    kind=lambda options: RenameCheckpoint,
    build=_build,
    examples=('rename hv01 web-01 "Before patch" "Before KB5031364"',),
)
SYNTAX = _SUBCOMMAND.syntax
