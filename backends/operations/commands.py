"""The commands on a VM. Each defines its conditions, how it is sent, and how a later reading shows its outcome.

To add one: write its class here, list it in `COMMANDS`, and write its dialog and its subcommand. `actions` uses its
class variables to decide whether it is possible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.contract import StopHow, Verb
from hvtui.backends.errors import Effect
from hvtui.backends.lineage import subtree
from hvtui.backends.model import VmState
from hvtui.backends.operations import safety
from hvtui.backends.operations.command import Command, Finding, FindingCode, is_locked
from hvtui.backends.operations.outcome import applied, created, has_moved, state_reached, unread_checkpoints

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hvtui.backends.contract import Session
    from hvtui.backends.model import Checkpoint, CheckpointId
    from hvtui.backends.operations.command import Pause, ReadVm, Selection

_STABLE = frozenset({VmState.RUNNING, VmState.OFF, VmState.SAVED, VmState.PAUSED})


class CreateCheckpoint(Command, frozen=True, kw_only=True):
    checkpoint_name: str

    name = "create"
    doing = "creating"
    did = "created"
    verb = Verb.CREATE
    states = _STABLE
    creates_checkpoint = True
    needs_space = True
    setting_matters = True

    @property
    def target(self) -> str:
        return self.checkpoint_name

    async def send(self, session: Session, read: ReadVm, pause: Pause) -> CheckpointId | None:
        return await session.create_checkpoint(self.vm.id, name=self.checkpoint_name)

    def findings(self, before: Selection, after: Selection) -> Iterator[Finding]:
        yield from created(self.checkpoint_name, before, after)


class CheckpointCommand(Command, frozen=True, kw_only=True):
    """A command on one of the VM's checkpoints."""

    checkpoint: Checkpoint

    on_checkpoint = True

    @property
    def target(self) -> str:
        return self.checkpoint.name


class ApplyCheckpoint(CheckpointCommand, frozen=True, kw_only=True):
    safety_name: str | None
    """The name of the safety checkpoint to create first; None to create none."""
    start: bool = False
    """Start the VM afterwards."""

    name = "apply"
    doing = "applying"
    did = "applied"
    verb = Verb.APPLY
    states = _STABLE
    setting_matters = True

    async def send(self, session: Session, read: ReadVm, pause: Pause) -> CheckpointId | None:
        return await safety.apply(
            session,
            read,
            self.vm,
            self.checkpoint,
            safety_name=self.safety_name,
            start=self.start,
            pause=pause,
        )

    def findings(self, before: Selection, after: Selection) -> Iterator[Finding]:
        ran_on = before.vm.current if before.vm else None
        if self.safety_name is not None:
            safety = [*created(self.safety_name, before, after)]
            yield from safety
            ran_on = safety[0].checkpoint_id or ran_on
            if safety[0].effect is Effect.NONE and after.vm and after.vm.current == ran_on:
                yield Finding(code=FindingCode.NOT_APPLIED, effect=Effect.NONE)  # it was not even sent
                return
        apply = applied(self.checkpoint, before, after, ran_on=ran_on)
        yield apply
        was_applied = apply.code is FindingCode.APPLIED
        if self.start and was_applied and after.vm and after.vm.state is not VmState.RUNNING:
            effect = None if has_moved(before.vm, after.vm) else Effect.NONE
            yield Finding(code=FindingCode.NOT_STARTED, effect=effect)

    def disks_show_outcome(self, before: Selection) -> bool:
        return self.safety_name is None and bool(before.vm and before.vm.current == self.checkpoint.id)


class RenameCheckpoint(CheckpointCommand, frozen=True, kw_only=True):
    new_name: str

    name = "rename"
    doing = "renaming"
    did = "renamed"
    verb = Verb.RENAME
    state_matters = False

    @property
    def target(self) -> str:
        return f"{self.checkpoint.name} → {self.new_name}"

    async def send(self, session: Session, read: ReadVm, pause: Pause) -> None:
        await session.rename_checkpoint(self.vm.id, self.checkpoint.id, name=self.new_name)

    def findings(self, before: Selection, after: Selection) -> Iterator[Finding]:
        if unread := unread_checkpoints(after):
            yield unread
            return
        renamed = _listed(self.checkpoint, after)
        if renamed is None:
            yield Finding(code=FindingCode.CHECKPOINT_GONE, effect=Effect.NONE)
            return
        effect = None
        if renamed.name == self.new_name:
            effect = Effect.DONE
        elif renamed.name == self.checkpoint.name:
            effect = Effect.NONE
        yield Finding(code=FindingCode.NAME, name=renamed.name, effect=effect)


class DeleteCheckpoint(CheckpointCommand, frozen=True, kw_only=True):
    name = "delete"
    doing = "deleting"
    did = "deleted"
    verb = Verb.DELETE
    children_matter = True

    def deleted(self, selection: Selection) -> Sequence[Checkpoint]:
        """Return the checkpoints that it deletes, as the selection lists them."""
        return [self.checkpoint]

    def may_be_deleted_too(self, selection: Selection) -> Sequence[Checkpoint]:
        """Return the checkpoints below it that may be deleted too, because the host does not say what it does."""
        return self._kept_below(selection) if _may_take_more(selection) else []

    def _kept(self, selection: Selection) -> Sequence[Checkpoint]:
        """Return the checkpoints of the VM that are not to be deleted."""
        deleted = {checkpoint.id for checkpoint in self.deleted(selection)}
        return [c for c in selection.checkpoints if c.id not in deleted]

    def _kept_below(self, selection: Selection) -> Sequence[Checkpoint]:
        """Return the checkpoints below it that are not to be deleted, parents first."""
        kept = self._kept(selection)
        return [c for c in subtree(selection.checkpoints, self.checkpoint.id) if c in kept]

    async def send(self, session: Session, read: ReadVm, pause: Pause) -> None:
        await session.delete_checkpoint(self.vm.id, self.checkpoint.id, subtree=self.on_subtree)

    def findings(self, before: Selection, after: Selection) -> Iterator[Finding]:
        if unread := unread_checkpoints(after):
            yield unread
        elif _listed(self.checkpoint, after):
            yield Finding(code=FindingCode.CHECKPOINT_THERE, effect=Effect.NONE)
        else:
            yield Finding(code=FindingCode.DELETED, effect=Effect.DONE)
            yield from self._more_deleted(before, after)

    def _more_deleted(self, before: Selection, after: Selection) -> Iterator[Finding]:
        """Yield the checkpoints that are gone although they were not to be deleted.

        Hyper-V says what a delete takes, and takes none beside the deleted: one that is gone there was deleted by somebody
        else. Checkpoints that other software or the host itself removes are left out.
        """
        kept = self._kept(before) if _may_take_more(before) else self._kept_below(before)
        for more in kept:
            if not (is_locked(more) or more.automatic or _listed(more, after)):
                yield Finding(code=FindingCode.MORE_DELETED, name=more.name, effect=Effect.PARTLY)


class DeleteSubtree(DeleteCheckpoint, frozen=True, kw_only=True):
    name = "delete_subtree"
    doing = "deleting subtree"
    did = "deleted subtree"
    on_subtree = True

    def deleted(self, selection: Selection) -> Sequence[Checkpoint]:
        return subtree(selection.checkpoints, self.checkpoint.id)

    def findings(self, before: Selection, after: Selection) -> Iterator[Finding]:
        if unread := unread_checkpoints(after):
            yield unread
            return
        wanted = self.deleted(before)
        there = sum(_listed(checkpoint, after) is not None for checkpoint in wanted)
        if there:
            effect = Effect.NONE if there == len(wanted) else Effect.PARTLY
            yield Finding(code=FindingCode.SOME_THERE, count=there, total=len(wanted), effect=effect)
        else:
            yield Finding(code=FindingCode.ALL_DELETED, total=len(wanted), effect=Effect.DONE)
        yield from self._more_deleted(before, after)


class StartVm(Command, frozen=True, kw_only=True):
    name = "start"
    doing = "starting"
    did = "started"
    verb = Verb.START
    changes_power = True
    states = frozenset(
        {VmState.OFF, VmState.SAVED, VmState.PAUSED, VmState.FAST_SAVED, VmState.HIBERNATED}
    )  # also in a critical state: starting continues a VM that was paused because its storage was full

    async def send(self, session: Session, read: ReadVm, pause: Pause) -> None:
        await session.start_vm(self.vm.id)

    def findings(self, before: Selection, after: Selection) -> Iterator[Finding]:
        yield state_reached(VmState.RUNNING, before, after)


class StopVm(Command, frozen=True, kw_only=True):
    how: StopHow

    name = "stop"
    doing = "stopping"
    did = "stopped"
    verb = Verb.STOP
    changes_power = True
    states = frozenset({VmState.RUNNING, VmState.PAUSED})

    @property
    def progress(self) -> str:
        return "shutting down" if self.how is StopHow.SHUT_DOWN else "turning off"

    async def send(self, session: Session, read: ReadVm, pause: Pause) -> None:
        await session.stop_vm(self.vm.id, how=self.how)

    def findings(self, before: Selection, after: Selection) -> Iterator[Finding]:
        yield state_reached(VmState.OFF, before, after)


class SaveVm(Command, frozen=True, kw_only=True):
    name = "save"
    doing = "saving"
    did = "saved"
    verb = Verb.SAVE
    states = frozenset({VmState.RUNNING, VmState.PAUSED})
    needs_space = True

    async def send(self, session: Session, read: ReadVm, pause: Pause) -> None:
        await session.save_vm(self.vm.id)

    def findings(self, before: Selection, after: Selection) -> Iterator[Finding]:
        yield state_reached(VmState.SAVED, before, after)


class DiscardSavedState(Command, frozen=True, kw_only=True):
    """Delete the saved memory of a VM, for example because it cannot be resumed. The VM is off afterwards."""

    name = "discard_saved_state"
    doing = "discarding saved state"
    did = "discarded saved state"
    verb = Verb.DISCARD_SAVED_STATE
    states = frozenset({VmState.SAVED, VmState.FAST_SAVED})

    async def send(self, session: Session, read: ReadVm, pause: Pause) -> None:
        await session.discard_saved_state(self.vm.id)

    def findings(self, before: Selection, after: Selection) -> Iterator[Finding]:
        yield state_reached(VmState.OFF, before, after)


class RemoveBackupCheckpoint(DeleteCheckpoint, frozen=True, kw_only=True):
    """Delete a checkpoint that a backup left behind. It is locked for all other commands."""

    name = "remove_backup_checkpoint"
    doing = "removing backup checkpoint"
    did = "removed backup checkpoint"
    on_abandoned_backup = True


COMMANDS: tuple[type[Command], ...] = (
    CreateCheckpoint,
    ApplyCheckpoint,
    RenameCheckpoint,
    DeleteCheckpoint,
    DeleteSubtree,
    StartVm,
    StopVm,
    SaveVm,
    DiscardSavedState,
    RemoveBackupCheckpoint,
)


def _may_take_more(selection: Selection) -> bool:
    """Return whether the host does not say which checkpoints a delete takes."""
    return bool(selection.capabilities and selection.capabilities.delete_may_reach_below)


def _listed(checkpoint: Checkpoint, after: Selection) -> Checkpoint | None:
    """Return the checkpoint as the reading lists it; None if it does not."""
    return after.inventory.checkpoint(checkpoint.id) if after.inventory else None
