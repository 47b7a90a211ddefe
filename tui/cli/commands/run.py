"""Runs one command without a screen, by the same rules as the screen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from hvtui.backends.operations.actions import Reason, ReasonCode, why_not
from hvtui.backends.operations.command import Selection
from hvtui.backends.operations.commands import DeleteCheckpoint, RemoveBackupCheckpoint
from hvtui.backends.operations.disk_chains.merges import merge_of_delete
from hvtui.backends.operations.operation import Ending
from hvtui.backends.operations.preconditions import TargetChanged
from hvtui.backends.operations.runner import Runner
from hvtui.tui.cli.arguments import parse
from hvtui.tui.cli.commands.merge import follow_merge
from hvtui.tui.cli.commands.progress import show_progress
from hvtui.tui.cli.commands.question import Refused, confirm, confirm_by_word
from hvtui.tui.cli.commands.report import Report
from hvtui.tui.cli.connection import connected, require_target, targets_of
from hvtui.tui.cli.find import VmNotFound, find_checkpoint, find_vm
from hvtui.tui.cli.interrupts import interrupts_set_event
from hvtui.tui.cli.readings.one_host import DISKS_SECONDS, read_disks, read_inventory
from hvtui.tui.text.reasons import reason_text
from hvtui.tui.text.safe import EMPTY
from hvtui.tui.text.ways_out.stuck import stuck_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from hvtui.backends.contract import Session
    from hvtui.backends.hosts.target import Target
    from hvtui.backends.model import DiskReading, Inventory
    from hvtui.backends.operations.command import Command
    from hvtui.tui.cli.commands.subcommand import Subcommand
    from hvtui.tui.cli.syntax import LoadBackend
    from hvtui.tui.text.safe import SafeText

    Options = argparse.Namespace


def run_subcommand(subcommand: Subcommand, argv: Sequence[str], load: LoadBackend) -> int:
    """Run a subcommand and return its exit code. Raises `BackendError` for wrong arguments, or if no session opens."""
    arguments = parse(argv, load, subcommand.syntax)
    target = require_target(arguments, load)
    report = Report(subcommand.name, target, as_json=arguments.options.json)
    try:
        return asyncio.run(_run(subcommand, arguments.options, target, arguments.words, report))
    except VmNotFound as error:
        vm = arguments.words[0]
        if not targets_of(arguments, load).names_host(vm):
            raise
        hint = f"If “{vm}” is a host or a group: this command takes only one host. Usage: {subcommand.syntax.command_line('HOST')}"
        raise error.with_message(error.message, hint=hint) from None


async def _run(
    subcommand: Subcommand, options: Options, target: Target, words: Sequence[str], report: Report
) -> int:
    async with connected(target) as session:
        inventory = await read_inventory(session)
        selection = _select(subcommand.kind(options), inventory, session, words, host=target.name)
        report.selection = selection
        try:
            _require_possible(subcommand.kind(options), selection, report.host_words)
            reading = await _disks(session, selection) if subcommand.notes else None
            selection = replace(selection, disks=reading.disks if reading else None)
            command = _decide(subcommand, options, selection, reading, words, report)
        except Refused as refused:
            return report.refused(refused)
        return await _send(session, command, selection, report, wait=getattr(options, "wait", False))


def _select(
    kind: type[Command], inventory: Inventory, session: Session, words: Sequence[str], *, host: str
) -> Selection:
    vm = find_vm(inventory, words[0], host=host)
    listed = inventory.lists_checkpoints_of(vm.id)  # where it does not, the rules refuse the command
    on_checkpoint = kind.on_checkpoint and listed
    checkpoint = find_checkpoint(inventory, vm, words[1], host=host) if on_checkpoint else None
    return Selection(
        inventory=inventory,
        vm_id=vm.id,
        checkpoint_id=checkpoint.id if checkpoint else None,
        capabilities=session.capabilities,
    )


def _require_possible(kind: type[Command], selection: Selection, host: str) -> None:
    """Raise `Refused` if the rules do not allow the command."""
    if reason := why_not(kind, selection):
        hint = _left_by_backup(selection, host) if kind is DeleteCheckpoint else ""
        if reason.orphan is not None and reason.orphan.node:
            hint = (
                "If the screen cannot tell the outcome, `hvtui diagnose` names the record. "
                f"Look at the VM on the screen, then try again: hvtui {host}"
            )
        raise Refused(reason_text(reason), hint=hint, reason=reason, advice=_advice(reason, selection))


def _left_by_backup(selection: Selection, host: str) -> str:
    """Return the command line that removes a checkpoint that a backup left behind; "" if it may not be removed."""
    if why_not(RemoveBackupCheckpoint, selection):
        return ""
    words = f"{host} {selection.vm_id} {selection.checkpoint_id}"
    return f"If the backup left it behind: hvtui remove-backup-checkpoint {words}"


def _advice(reason: Reason, selection: Selection) -> SafeText:
    """Return what may help, in lines: for a VM that does not finish starting or stopping."""
    if reason.code is not ReasonCode.STUCK or selection.vm is None or selection.inventory is None:
        return EMPTY
    return stuck_text(selection.vm, selection.inventory)


def _decide(
    subcommand: Subcommand,
    options: Options,
    selection: Selection,
    reading: DiskReading | None,
    words: Sequence[str],
    report: Report,
) -> Command:
    """Return the command if the person allows it. Raises `Refused` or `SettingsError`."""
    now = datetime.now(UTC)
    command = subcommand.build(options, words[1:], selection, now)
    notes = subcommand.notes(command, selection, reading) if subcommand.notes else []
    asked = subcommand.question is not None and not (
        options.confirm if subcommand.confirm_word else options.yes
    )
    report.take_notes(notes, say=not asked)
    question = [*subcommand.question(command, selection, now), *notes] if subcommand.question else []
    if subcommand.confirm_word:
        confirm_by_word(
            question, subcommand.confirm_word(command), given=options.confirm, as_json=options.json
        )
    elif asked:
        confirm(question, as_json=options.json)
    return command


async def _disks(session: Session, selection: Selection) -> DiskReading | None:
    """Return the disks of the VM, or why they could not be read in time; None if the session reads no disks."""
    vm_id, inventory = selection.vm_id, selection.inventory
    if vm_id is None or inventory is None:
        return None
    readings = await read_disks(session, [vm_id], now=inventory.taken, seconds=DISKS_SECONDS)
    return readings.get(vm_id)


async def _send(
    session: Session, command: Command, selection: Selection, report: Report, *, wait: bool
) -> int:
    runner = Runner(session, read=lambda vm_id: session.inventory([vm_id]), clock=lambda: datetime.now(UTC))
    task = runner.start(command, selection)
    assert task is not None
    with interrupts_set_event() as interrupted:
        progress = asyncio.create_task(show_progress(session, command))
        ended = await _ended_first(task, interrupted)
        progress.cancel()
        await asyncio.wait([progress])
        if not ended:
            return report.interrupted(command)
        operation = task.result()
        if isinstance(operation.error, TargetChanged):
            return report.target_changed(operation.error)
        tell = report.done if operation.ending is Ending.DONE else report.failed
        if not wait or operation.ending not in (Ending.DONE, Ending.PARTLY):
            return tell(operation)
        merge = asyncio.create_task(follow_merge(session, operation, _to_merge(command, selection)))
        followed = await _ended_first(merge, interrupted)
        return tell(operation, merge=merge.result() if followed else None, waited=True)


async def _ended_first(task: asyncio.Task[Any], interrupted: asyncio.Event) -> bool:
    """Wait for the end of the task or for Ctrl+C, and return whether the task has ended."""
    stopped = asyncio.create_task(interrupted.wait())
    await asyncio.wait([task, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    return task.done()


def _to_merge(command: Command, selection: Selection) -> int | None:
    """Return how many bytes may be merged; None if that is not known."""
    if selection.disks is None or not isinstance(command, DeleteCheckpoint):
        return None
    return merge_of_delete(selection.disks, selection, command.deleted(selection)).amount
