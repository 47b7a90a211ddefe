"""Applying a checkpoint: the checkpoint that is taken before, and the writes under one gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError, OutcomeUnknown
from hvtui.backends.model import CheckpointSetting, VmState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from hvtui.backends.contract import Session
    from hvtui.backends.model import Checkpoint, Inventory, Vm, VmId


class NotApplied(BackendError):
    """The apply was not sent."""


def with_memory(vm: Vm) -> bool | None:
    """Whether a checkpoint of this VM taken now has memory; None where nobody can promise."""
    if vm.state is VmState.OFF:
        return False
    if vm.state in (VmState.RUNNING, VmState.PAUSED) and vm.checkpoint_setting is CheckpointSetting.STANDARD:
        return True
    if vm.state is VmState.RUNNING and vm.checkpoint_setting is CheckpointSetting.PRODUCTION_ONLY:
        return False
    return None


def kind(vm: Vm) -> str:
    """The kind that a checkpoint taken now will be, as the end of a sentence."""
    match with_memory(vm):
        case True:
            return "a standard one, with memory"
        case False if vm.state is VmState.OFF:
            return "without memory, as the VM is off"
        case False:
            return "a production one, without memory"
    if vm.state is VmState.RUNNING and vm.checkpoint_setting is CheckpointSetting.PRODUCTION:
        return "a production one without memory, or a standard one with memory where that fails"
    return "of the kind that the VM is set to"


async def apply(
    session: Session,
    read: Callable[[VmId], Awaitable[Inventory]],
    vm: Vm,
    checkpoint: Checkpoint,
    *,
    safety_name: str | None,
    start: bool,
) -> None:
    """Create the safety checkpoint, where a name for it is given, apply, and start the VM, where that is wanted.

    Each step is sent only when the one before it is done, and the apply only when the safety checkpoint is seen to
    be there and to be what was promised.
    """
    if safety_name is not None:
        await _create_safety_checkpoint(session, read, vm, safety_name)
    await session.apply_checkpoint(vm.id, checkpoint.id)
    if start:
        try:
            await session.start_vm(vm.id)
        except BackendError as error:
            error.message = (
                f"The checkpoint was applied; starting the VM was not done or not seen. {error.message}"
            )
            raise


async def _create_safety_checkpoint(
    session: Session, read: Callable[[VmId], Awaitable[Inventory]], vm: Vm, name: str
) -> None:
    try:
        made = await session.create_checkpoint(vm.id, name=name)
    except OutcomeUnknown as error:
        error.message = f"{error.message} It was the safety checkpoint's: nothing was applied."
        raise
    except BackendError as error:
        error.message = f"{error.message} Nothing was applied."
        raise
    try:
        reading = await read(vm.id)
    except BackendError as error:
        raise NotApplied(
            "The safety checkpoint was created but could not be seen: nothing was applied.",
            hint="Look whether it is there, then apply again.",
            detail=error.message,
        ) from error
    seen = reading.checkpoint(made)
    if seen is None:
        raise NotApplied("The host does not list the safety checkpoint: nothing was applied.")
    if with_memory(vm) and not seen.with_memory:
        raise NotApplied(
            "The safety checkpoint has no memory, though one with memory was promised: nothing was applied.",
            hint="It is there. Apply again if that is good enough.",
        )
