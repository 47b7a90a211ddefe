"""Runs one command without a screen, by the same rules as the screen."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hvtui.backends.contract import Verb
from hvtui.backends.errors import BackendError
from hvtui.backends.operations.actions import why_not
from hvtui.backends.operations.command import Selection
from hvtui.backends.operations.preconditions import TargetChanged
from hvtui.backends.operations.runner import Ending, Runner
from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import parse, take_words
from hvtui.tui.cli.commands.merge import wait_for_merge
from hvtui.tui.cli.commands.progress import show_progress
from hvtui.tui.cli.commands.question import Refused, confirm
from hvtui.tui.cli.commands.report import Report
from hvtui.tui.cli.connection import connected, require_target
from hvtui.tui.cli.find import find_checkpoint, find_vm
from hvtui.tui.cli.interrupts import interrupts_set_event
from hvtui.tui.text.outcomes import findings_text
from hvtui.tui.text.reasons import reason_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from hvtui.backends.contract import Session
    from hvtui.backends.hosts.targets import Target
    from hvtui.backends.model import Inventory, VmDisks, VmId
    from hvtui.backends.operations.command import Command
    from hvtui.backends.operations.runner import Operation
    from hvtui.tui.cli.arguments import LoadBackend
    from hvtui.tui.text.safe import SafeText

    Options = argparse.Namespace


@dataclass(frozen=True, slots=True, kw_only=True)
class Subcommand:
    """The definition of one subcommand."""

    name: str
    description: str
    words: tuple[str, ...] = ("VM",)
    """The arguments after HOST."""
    optional: int = 0
    """The number of the last words that may be omitted."""
    add_options: Callable[[argparse.ArgumentParser], None] = lambda parser: None
    kind: Callable[[Options], type[Command]]
    build: Callable[[Options, Sequence[str], Selection, datetime], Command]
    """Creates the command from the options, the words and the selection. Raises `Refused` or `SettingsError`."""
    question: Callable[[Command, Selection, VmDisks | None, datetime], list[SafeText]] | None = None
    """Returns the question to the person before the command is run; None if it needs no confirmation."""


def run_subcommand(subcommand: Subcommand, argv: Sequence[str], load: LoadBackend) -> int:
    """Run a subcommand and return its exit code. Raises `BackendError` for wrong arguments, or if no session opens."""

    def add_options(parser: argparse.ArgumentParser) -> None:
        subcommand.add_options(parser)
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    required = len(subcommand.words) - subcommand.optional
    words = [*subcommand.words[:required], *(f"[{word}]" for word in subcommand.words[required:])]
    arguments = parse(
        argv,
        load,
        prog=f"hvtui {subcommand.name}",
        usage=f"hvtui {subcommand.name} (HOST | --local | --demo [SCENARIO]) {' '.join(words)} [options]",
        description=f"{subcommand.description}\nVMs and checkpoints are named by their name or id; after --, a name may"
        " begin with a dash.",
        epilog=output.EXIT_CODES,
        add_options=add_options,
    )
    host, *found = take_words(arguments, *subcommand.words, optional=subcommand.optional)
    target = require_target(arguments, host, load)
    report = Report(subcommand.name, target.name, as_json=arguments.options.json)
    return asyncio.run(_run(subcommand, arguments.options, target, found, report))


async def _run(
    subcommand: Subcommand, options: Options, target: Target, words: Sequence[str], report: Report
) -> int:
    async with connected(target) as session:
        inventory = await session.inventory()
        selection = _select(subcommand.kind(options), inventory, session, words)
        report.selection = selection
        try:
            command = await _decide(subcommand, options, session, selection, words)
        except Refused as refused:
            return report.refused(refused)
        return await _send(session, command, selection, report, wait=getattr(options, "wait", False))


def _select(kind: type[Command], inventory: Inventory, session: Session, words: Sequence[str]) -> Selection:
    vm = find_vm(inventory, words[0])
    checkpoint = find_checkpoint(inventory, vm, words[1]) if kind.on_checkpoint else None
    return Selection(
        inventory=inventory,
        vm_id=vm.id,
        checkpoint_id=checkpoint.id if checkpoint else None,
        capabilities=session.capabilities,
    )


async def _decide(
    subcommand: Subcommand,
    options: Options,
    session: Session,
    selection: Selection,
    words: Sequence[str],
) -> Command:
    """Return the command if the rules and the person allow it. Raises `Refused` or `SettingsError`."""
    if reason := why_not(subcommand.kind(options), selection):
        raise Refused(reason_text(reason), reason=reason)
    now = datetime.now(UTC)
    command = subcommand.build(options, words[1:], selection, now)
    if subcommand.question and not options.yes:
        disks = await _disks(session, command.vm.id)
        confirm(subcommand.question(command, selection, disks, now), as_json=options.json)
    return command


async def _disks(session: Session, vm_id: VmId) -> VmDisks | None:
    """Return the disks of the VM, for the question; None if they cannot be read."""
    if Verb.DISKS not in session.capabilities.verbs:
        return None
    with suppress(BackendError):
        return next(iter(await session.disks([vm_id])), None)
    return None


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
        if operation.error is not None:
            return _report_error(operation, operation.error, report)
        if not wait:
            return report.done(operation)
        merge = asyncio.create_task(wait_for_merge(session, command))
        merged = await _ended_first(merge, interrupted) and merge.result()
        return report.done(operation, merged=merged, waited=True)


async def _ended_first(task: asyncio.Task[Any], interrupted: asyncio.Event) -> bool:
    """Wait for the end of the task or for Ctrl+C, and return whether the task has ended."""
    stopped = asyncio.create_task(interrupted.wait())
    await asyncio.wait([task, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    return task.done()


def _report_error(operation: Operation, error: BackendError, report: Report) -> int:
    if isinstance(error, TargetChanged):
        return report.target_changed(error)
    seen = findings_text(operation.findings) if operation.findings else None
    return report.failed(error, seen, unknown=operation.ending is Ending.UNKNOWN)
