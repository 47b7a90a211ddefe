"""``hvtui create``: creates a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.errors import SettingsError
from hvtui.backends.operations.commands import CreateCheckpoint
from hvtui.backends.operations.naming import default_name, name_problem
from hvtui.tui.cli.commands.run import run_subcommand
from hvtui.tui.cli.commands.subcommand import Subcommand
from hvtui.tui.text.disks.amounts import create_amount
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
    vm = selection.vm
    assert vm is not None
    return CreateCheckpoint(vm=vm, checkpoint_name=checked_name(words[0] or default_name(vm, now)))


def checked_name(name: str) -> str:
    """Return the name. Raises `SettingsError` if it is not valid for a checkpoint."""
    if problem := name_problem(name):
        raise SettingsError(f"“{name}” cannot be the name of a checkpoint: {reason_text(problem)}")
    return name


_SUBCOMMAND = Subcommand(
    name="create",
    description="Create a checkpoint of a VM. Without a name, it is named after the VM and the time.",
    words=("VM", "NAME"),
    optional=1,
    kind=lambda options: CreateCheckpoint,
    build=_build,
    notes=lambda command, selection, reading: [create_amount(reading, command.vm).words],
    examples=('create hv01 web-01 "Before patch"',),
)
SYNTAX = _SUBCOMMAND.syntax
