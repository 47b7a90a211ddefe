"""Checks that the host is still as the person saw it when confirming a command."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError
from hvtui.backends.lineage import subtree
from hvtui.backends.operations.actions import ReasonCode, unread_reason, why_not

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.operations.actions import Reason
    from hvtui.backends.operations.command import Command, Selection


class ChangeCode(StrEnum):
    VM_GONE = "vm-gone"
    VM_RENAMED = "vm-renamed"
    HOST = "host"
    """The VM is on another host now."""
    STATE = "state"
    CURRENT = "current"
    """The VM runs on another checkpoint now."""
    SETTING = "checkpoint-setting"
    CHECKPOINT_GONE = "checkpoint-gone"
    CHECKPOINT_RENAMED = "checkpoint-renamed"
    PARENT = "parent"
    SUBTREE = "subtree"


class TargetChanged(BackendError):
    """The command was not sent: the host is no longer as the person saw it."""

    def __init__(
        self, before: Selection, after: Selection, changes: tuple[ChangeCode, ...], reason: Reason | None
    ) -> None:
        """`reason`: why the command is not allowed any more, if `changes` is empty."""
        super().__init__(
            "Nothing was done: the VM or the checkpoint changed while you were asked.",
            hint="Look at what is there now, then try again.",
        )
        self.before = before
        self.after = after
        self.changes = changes
        self.reason = reason


class TargetUnread(BackendError):
    """The command was not sent: the VM or its checkpoints could not be read."""

    def __init__(self, reason: Reason) -> None:
        what = "the VM" if reason.code is ReasonCode.VM_UNREAD else "the checkpoints of the VM"
        super().__init__(
            f"Nothing was done: {what} could not be read.",
            detail=reason.unread.words if reason.unread else "",
        )
        self.reason = reason


def check(command: Command, before: Selection, after: Selection) -> None:
    """Raise `TargetChanged` if `after`, a fresh reading, differs from `before`, what the person saw.

    Raises `TargetUnread` if the reading does not show whether it does.
    """
    if unread := unread_reason(type(command), after):
        raise TargetUnread(unread)
    # What else is said of a VM that cannot be changed may be old, such as the state of one that is missing.
    blocked = after.vm is not None and after.vm.obstacle is not None
    changes = () if blocked else tuple(_changes(command, before, after))
    reason = None if changes else why_not(type(command), after)
    if changes or reason:
        raise TargetChanged(before, after, changes, reason)


def _changes(command: Command, before: Selection, after: Selection) -> Iterator[ChangeCode]:
    was, vm = before.vm, after.vm
    if was is None or vm is None:
        yield ChangeCode.VM_GONE
        return
    if was.name != vm.name:
        yield ChangeCode.VM_RENAMED
    if was.host != vm.host:
        yield ChangeCode.HOST
    if command.state_matters and was.state is not vm.state:
        yield ChangeCode.STATE
    if command.state_matters and was.current != vm.current:
        yield ChangeCode.CURRENT
    if command.setting_matters and was.checkpoint_setting is not vm.checkpoint_setting:
        yield ChangeCode.SETTING
    if command.on_checkpoint:
        yield from _checkpoint_changes(command, before, after)


def _checkpoint_changes(command: Command, before: Selection, after: Selection) -> Iterator[ChangeCode]:
    was, checkpoint = before.checkpoint, after.checkpoint
    if was is None or checkpoint is None:
        yield ChangeCode.CHECKPOINT_GONE
        return
    if was.name != checkpoint.name:
        yield ChangeCode.CHECKPOINT_RENAMED
    if was.parent != checkpoint.parent:
        yield ChangeCode.PARENT
    if command.children_matter and _below(before) != _below(after):
        yield ChangeCode.SUBTREE


def _below(selection: Selection) -> set[str]:
    checkpoint = selection.checkpoint
    return {c.id for c in subtree(selection.checkpoints, checkpoint.id)} if checkpoint else set()
