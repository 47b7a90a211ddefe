"""Applies a checkpoint in steps: create a safety checkpoint if wanted, apply, and start the VM if wanted.

Each step is sent only after the previous one is done. The apply is sent only after a reading has shown that the VM runs
on the safety checkpoint, and that this has memory if the person was told so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.errors import (
    BackendError,
    ConnectError,
    ConnectionLost,
    Effect,
    OutcomeUnknown,
    SavedStateUnusable,
)
from hvtui.backends.operations.impact import CheckpointType, next_checkpoint_type

if TYPE_CHECKING:
    from hvtui.backends.contract import Session
    from hvtui.backends.model import Checkpoint, CheckpointId, Inventory, Vm
    from hvtui.backends.operations.command import Pause, ReadVm


class NotApplied(BackendError):
    """The apply was not sent."""


async def apply(
    session: Session,
    read: ReadVm,
    vm: Vm,
    checkpoint: Checkpoint,
    *,
    safety_name: str | None,
    start: bool,
    pause: Pause,
) -> CheckpointId | None:
    """Create the safety checkpoint if it has a name, apply `checkpoint`, and start the VM if that is wanted.

    Returns the id of the safety checkpoint. Raises `NotApplied`, or the `BackendError` of the step that failed, with a
    message that says what was done before. Where the checkpoint was applied and then an error came, a reading says so.
    """
    created = None
    if safety_name is not None:
        created = await _create_safety_checkpoint(session, read, pause, vm, safety_name)
    try:
        await session.apply_checkpoint(vm.id, checkpoint.id)
    except BackendError as error:
        if created is None or error.effect is Effect.DONE or isinstance(error, SavedStateUnusable):
            if start and error.effect is Effect.DONE:
                error.effect = Effect.PARTLY  # the start was not sent
            raise
        message = f"The safety checkpoint “{safety_name}” was created. {error.message}"
        hint = "It exists: apply again without another one."
        raise _later_step(error, message, hint=hint, effect=Effect.PARTLY) from error
    if start:
        try:
            await session.start_vm(vm.id)
        except BackendError as error:
            message = f"The checkpoint was applied, but the VM may not have been started. {error.message}"
            done = Effect.DONE if error.effect is Effect.DONE else Effect.PARTLY
            raise _later_step(error, message, hint="Start it if it is off.", effect=done) from error
    return created


def _later_step(error: BackendError, message: str, *, hint: str, effect: Effect) -> BackendError:
    """Return the error of a step after the first, with what was done before it and what is left to do.

    A lost connection is not reported as such: its hint says that nothing was done, which is true of this step only.
    """
    if isinstance(error, ConnectError | ConnectionLost):
        return BackendError(message, hint=hint, detail=error.detail, effect=effect)
    if isinstance(error, OutcomeUnknown):
        return error.with_message(message)
    later = error.with_message(message, hint=f"{error.hint} {hint}".strip())
    later.effect = effect
    return later


async def _create_safety_checkpoint(
    session: Session, read: ReadVm, pause: Pause, vm: Vm, name: str
) -> CheckpointId:
    try:
        created = await session.create_checkpoint(vm.id, name=name)
    except OutcomeUnknown as error:
        message = f"{error.message} This concerns the safety checkpoint: nothing was applied."
        raise error.with_message(message) from error
    except BackendError as error:
        failed = error.with_message(f"Nothing was applied: {error.message}")
        if failed.effect is Effect.DONE:
            failed.effect = Effect.PARTLY
        raise failed from error
    found = await _read(session, read, vm)
    cached = session.capabilities.cache_seconds
    if cached and not _runs_on(created, vm, found):
        await pause(cached)
        found = await _read(session, read, vm)
    seen, vm_now = found.checkpoint(created), found.vm(vm.id)
    if not found.lists_checkpoints_of(vm.id):
        unread = found.unread_of(vm.id)
        raise _not_applied(
            "The safety checkpoint was created, but the VM could not be read afterwards: nothing was applied.",
            hint=_CHECK_IT,
            detail=unread.words if unread else "The VM is not on this host any more.",
        )
    if seen is None or vm_now is None:
        raise _not_applied("The host does not list the safety checkpoint: nothing was applied.")
    if vm_now.current != created:
        raise _not_applied(
            "The VM does not run on the safety checkpoint: somebody else has changed it meanwhile."
            " Nothing was applied.",
            hint="Look at what is there now, then apply again.",
        )
    if next_checkpoint_type(vm) is CheckpointType.WITH_MEMORY and seen.with_memory is False:
        raise _not_applied(
            "The safety checkpoint has no memory, although one with memory was expected: nothing was applied.",
            hint="It exists. If it is sufficient, apply again without another one.",
        )
    return created


_CHECK_IT = "Check that the safety checkpoint is there, then apply again."


async def _read(session: Session, read: ReadVm, vm: Vm) -> Inventory:
    try:
        await session.refresh_vm(vm.id)
        return await read(vm.id)
    except BackendError as error:
        raise _not_applied(
            "The safety checkpoint was created, but the VM could not be read afterwards: nothing was applied.",
            hint=_CHECK_IT,
            detail=error.message,
        ) from error


def _runs_on(checkpoint: CheckpointId, vm: Vm, found: Inventory) -> bool:
    now = found.vm(vm.id)
    return now is not None and now.current == checkpoint and found.checkpoint(checkpoint) is not None


def _not_applied(message: str, *, hint: str = "", detail: str = "") -> NotApplied:
    """Return the error of an apply that was not sent although its safety checkpoint had been created."""
    return NotApplied(message, hint=hint, detail=detail, effect=Effect.PARTLY)
