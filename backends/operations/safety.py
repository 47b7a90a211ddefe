"""Applies a checkpoint in steps: create a safety checkpoint if wanted, apply, and start the VM if wanted.

Each step is sent only after the previous one is done. The apply is sent only after a reading has shown that the VM runs
on the safety checkpoint, and that this has memory if the person was told so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError, ConnectError, ConnectionLost, OutcomeUnknown
from hvtui.backends.operations.impact import CheckpointType, next_checkpoint_type

if TYPE_CHECKING:
    from hvtui.backends.contract import Session
    from hvtui.backends.model import Checkpoint, CheckpointId, Vm
    from hvtui.backends.operations.command import ReadVm


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
) -> CheckpointId | None:
    """Create the safety checkpoint if it has a name, apply `checkpoint`, and start the VM if that is wanted.

    Returns the id of the safety checkpoint. Raises `NotApplied`, or the `BackendError` of the step that failed, with a
    message that says what was done before.
    """
    created = None
    if safety_name is not None:
        created = await _create_safety_checkpoint(session, read, vm, safety_name)
    try:
        await session.apply_checkpoint(vm.id, checkpoint.id)
    except BackendError as error:
        if created is None:
            raise
        message = f"The safety checkpoint “{safety_name}” was created. {error.message}"
        raise _later_step(error, message, hint="It exists: apply again without another one.") from error
    if start:
        try:
            await session.start_vm(vm.id)
        except BackendError as error:
            message = f"The checkpoint was applied, but the VM may not have been started. {error.message}"
            raise _later_step(error, message, hint="Start it if it is off.") from error
    return created


def _later_step(error: BackendError, message: str, *, hint: str) -> BackendError:
    """Return the error of a step after the first, with what was done before it and what is left to do.

    A lost connection is not reported as such: its hint says that nothing was done, which is true of this step only.
    """
    if isinstance(error, ConnectError | ConnectionLost):
        return BackendError(message, hint=hint, detail=error.detail)
    if isinstance(error, OutcomeUnknown):
        return error.with_message(message)
    return error.with_message(message, hint=f"{error.hint} {hint}".strip())


async def _create_safety_checkpoint(session: Session, read: ReadVm, vm: Vm, name: str) -> CheckpointId:
    try:
        created = await session.create_checkpoint(vm.id, name=name)
    except OutcomeUnknown as error:
        message = f"{error.message} This concerns the safety checkpoint: nothing was applied."
        raise error.with_message(message) from error
    except BackendError as error:
        raise error.with_message(f"{error.message} Nothing was applied.") from error
    try:
        found = await read(vm.id)
    except BackendError as error:
        raise NotApplied(
            "The safety checkpoint was created, but the VM could not be read afterwards: nothing was applied.",
            hint="Check that the safety checkpoint is there, then apply again.",
            detail=error.message,
        ) from error
    seen, vm_now = found.checkpoint(created), found.vm(vm.id)
    if seen is None or vm_now is None:
        raise NotApplied("The host does not list the safety checkpoint: nothing was applied.")
    if vm_now.current != created:
        raise NotApplied(
            "The VM does not run on the safety checkpoint: somebody else has changed it meanwhile."
            " Nothing was applied.",
            hint="Look at what is there now, then apply again.",
        )
    if next_checkpoint_type(vm) is CheckpointType.WITH_MEMORY and not seen.with_memory:
        raise NotApplied(
            "The safety checkpoint has no memory, although one with memory was expected: nothing was applied.",
            hint="It exists. If it is sufficient, apply again without another one.",
        )
    return created
