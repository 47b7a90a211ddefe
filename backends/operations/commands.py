"""The commands on a VM. Each defines its conditions, how it is sent, and how a later reading shows its outcome.

To add one: write its class here, list it in `COMMANDS`, and write its dialog and its subcommand. `actions` uses its
class variables to decide whether it is possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hvtui.backends.contract import StopHow, Verb
from hvtui.backends.lineage import subtree
from hvtui.backends.model import VmState
from hvtui.backends.operations import safety
from hvtui.backends.operations.command import Command, Finding, FindingCode
from hvtui.backends.operations.outcome import applied, created

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.contract import Session
    from hvtui.backends.model import Checkpoint, CheckpointId, Inventory, Vm
    from hvtui.backends.operations.command import ReadVm, Selection

_STABLE = frozenset({VmState.RUNNING, VmState.OFF, VmState.SAVED, VmState.PAUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCheckpoint(Command):
    checkpoint_name: str

    name = "create"
    doing = "creating"
    verb = Verb.CREATE
    states = _STABLE
    creates_checkpoint = True
    needs_space = True
    setting_matters = True

    @property
    def target(self) -> str:
        return self.checkpoint_name

    async def send(self, session: Session, read: ReadVm) -> CheckpointId | None:
        return await session.create_checkpoint(self.vm.id, name=self.checkpoint_name)

    def findings(self, before: Selection, vm: Vm, found: Inventory) -> Iterator[Finding]:
        yield created(self.checkpoint_name, before, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointCommand(Command):
    """A command on one of the VM's checkpoints."""

    checkpoint: Checkpoint

    on_checkpoint = True

    @property
    def target(self) -> str:
        return self.checkpoint.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyCheckpoint(CheckpointCommand):
    safety_name: str | None
    """The name of the safety checkpoint to create first; None to create none."""
    start: bool = False
    """Start the VM afterwards."""

    name = "apply"
    doing = "applying"
    verb = Verb.APPLY
    states = _STABLE
    setting_matters = True

    async def send(self, session: Session, read: ReadVm) -> CheckpointId | None:
        return await safety.apply(
            session, read, self.vm, self.checkpoint, safety_name=self.safety_name, start=self.start
        )

    def findings(self, before: Selection, vm: Vm, found: Inventory) -> Iterator[Finding]:
        if self.safety_name is not None:
            yield created(self.safety_name, before, found)
        yield applied(self.checkpoint, before, vm)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameCheckpoint(CheckpointCommand):
    new_name: str

    name = "rename"
    doing = "renaming"
    verb = Verb.RENAME
    state_matters = False

    @property
    def target(self) -> str:
        return f"{self.checkpoint.name} → {self.new_name}"

    async def send(self, session: Session, read: ReadVm) -> None:
        await session.rename_checkpoint(self.vm.id, self.checkpoint.id, name=self.new_name)

    def findings(self, before: Selection, vm: Vm, found: Inventory) -> Iterator[Finding]:
        renamed = found.checkpoint(self.checkpoint.id)
        if renamed is None:
            yield Finding(code=FindingCode.CHECKPOINT_GONE)
        else:
            yield Finding(code=FindingCode.NAME, name=renamed.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteCheckpoint(CheckpointCommand):
    name = "delete"
    doing = "deleting"
    verb = Verb.DELETE
    children_matter = True

    async def send(self, session: Session, read: ReadVm) -> None:
        await session.delete_checkpoint(self.vm.id, self.checkpoint.id, subtree=self.on_subtree)

    def findings(self, before: Selection, vm: Vm, found: Inventory) -> Iterator[Finding]:
        there = found.checkpoint(self.checkpoint.id)
        yield Finding(code=FindingCode.CHECKPOINT_THERE if there else FindingCode.DELETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSubtree(DeleteCheckpoint):
    name = "delete_subtree"
    doing = "deleting subtree"
    on_subtree = True

    def findings(self, before: Selection, vm: Vm, found: Inventory) -> Iterator[Finding]:
        wanted = subtree(before.checkpoints, self.checkpoint.id)
        there = sum(found.checkpoint(checkpoint.id) is not None for checkpoint in wanted)
        yield Finding(
            code=FindingCode.SOME_THERE if there else FindingCode.ALL_DELETED, count=there, total=len(wanted)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StartVm(Command):
    name = "start"
    doing = "starting"
    verb = Verb.START
    states = frozenset(
        {VmState.OFF, VmState.SAVED, VmState.PAUSED, VmState.FAST_SAVED, VmState.HIBERNATED}
    )  # also in a critical state: starting continues a VM that was paused because its storage was full

    async def send(self, session: Session, read: ReadVm) -> None:
        await session.start_vm(self.vm.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopVm(Command):
    how: StopHow

    name = "stop"
    doing = "stopping"
    verb = Verb.STOP
    states = frozenset({VmState.RUNNING, VmState.PAUSED})

    @property
    def progress(self) -> str:
        return "shutting down" if self.how is StopHow.SHUT_DOWN else "turning off"

    async def send(self, session: Session, read: ReadVm) -> None:
        await session.stop_vm(self.vm.id, how=self.how)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveVm(Command):
    name = "save"
    doing = "saving"
    verb = Verb.SAVE
    states = frozenset({VmState.RUNNING, VmState.PAUSED})
    needs_space = True

    async def send(self, session: Session, read: ReadVm) -> None:
        await session.save_vm(self.vm.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardSavedState(Command):
    """Delete the saved memory of a VM, for example because it cannot be resumed. The VM is off afterwards."""

    name = "discard_saved_state"
    doing = "discarding saved state"
    verb = Verb.DISCARD_SAVED_STATE
    states = frozenset({VmState.SAVED, VmState.FAST_SAVED})

    async def send(self, session: Session, read: ReadVm) -> None:
        await session.discard_saved_state(self.vm.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveBackupCheckpoint(DeleteCheckpoint):
    """Delete a checkpoint that a backup left behind. It is locked for all other commands."""

    name = "remove_backup_checkpoint"
    doing = "removing backup checkpoint"
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
