"""Whether what a person agreed to is still what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError
from hvtui.backends.lineage import subtree
from hvtui.backends.operations.actions import ON_A_CHECKPOINT, Action, why_not
from hvtui.tui.text.safe import safe
from hvtui.tui.text.words import state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.operations.actions import View


class TargetChanged(BackendError):
    """Nothing was sent: the host is not any more as the dialog showed it."""


def hold_against(action: Action, asked: View, found: View) -> None:
    """Raises `TargetChanged` where the re-read says otherwise than the dialog did."""
    changes = list(_changes(action, asked, found))
    if not changes and (reason := why_not(action, found)):
        changes.append(reason)
    if changes:
        raise TargetChanged(
            "Nothing was done: it changed while you were asked.",
            hint="Look at what is there now, then ask again.",
            detail="\n".join(changes),
        )


def _changes(action: Action, asked: View, found: View) -> Iterator[str]:
    before, after = asked.vm, found.vm
    if before is None or after is None:
        yield "The virtual machine is not on this host any more."
        return
    if before.name != after.name:
        yield f"The VM “{safe(before.name)}” is called “{safe(after.name)}” now."
    if action is not Action.RENAME and before.state is not after.state:
        yield f"The VM was {state(before)} and is {state(after)} now."
    if action is not Action.RENAME and before.current != after.current:
        yield f"Now hung from {_name(asked)} and hangs from {_name(found)}."
    if before.checkpoint_setting is not after.checkpoint_setting and action in (Action.CREATE, Action.APPLY):
        yield "The kind of checkpoints that the VM is set to was changed."
    if action in ON_A_CHECKPOINT:
        yield from _of_checkpoint(action, asked, found)


def _of_checkpoint(action: Action, asked: View, found: View) -> Iterator[str]:
    before, after = asked.checkpoint, found.checkpoint
    if before is None or after is None:
        yield "The checkpoint is not there any more."
        return
    if before.name != after.name:
        yield f"The checkpoint “{safe(before.name)}” is called “{safe(after.name)}” now."
    if before.parent != after.parent:
        yield "The checkpoint hangs from another one now."
    if action in (Action.DELETE, Action.DELETE_SUBTREE):
        were = {c.id for c in subtree(asked.checkpoints, before.id)}
        are = {c.id for c in subtree(found.checkpoints, before.id)}
        if were != are:
            yield f"It had {len(were) - 1} checkpoints below it and has {len(are) - 1} now, or others."


def _name(view: View) -> str:
    return f"“{safe(view.current.name)}”" if view.current else "no checkpoint"
