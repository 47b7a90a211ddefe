"""The words for the kinds of checkpoints, and the sentences for why some are locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.model import CheckpointKind
from hvtui.backends.operations.command import is_locked
from hvtui.tui.text.safe import EMPTY, SafeText, compose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import Checkpoint

_WORDS = {
    CheckpointKind.STANDARD: "",
    CheckpointKind.RECOVERY: "backup",
    CheckpointKind.PLANNED: "planned",
    CheckpointKind.MISSING: "missing",
    CheckpointKind.REPLICA: "replica",
    CheckpointKind.APP_CONSISTENT_REPLICA: "replica",
    CheckpointKind.SYNCED_REPLICA: "replica",
    CheckpointKind.NOT_TOLD: "not told",
    CheckpointKind.UNKNOWN: "unknown",
}
KIND_NOT_TOLD = SafeText(
    "This kind of host does not say what made a checkpoint: a backup or replication may still need it."
)
_REPLICA = "It belongs to Hyper-V Replica."
_LOCKED = {
    CheckpointKind.RECOVERY: "It was created by backup software, which should remove it.",
    CheckpointKind.PLANNED: "It belongs to a planned virtual machine.",
    CheckpointKind.MISSING: "The configuration of its parent is lost: hvtui does not change it.",
    CheckpointKind.REPLICA: _REPLICA,
    CheckpointKind.APP_CONSISTENT_REPLICA: _REPLICA,
    CheckpointKind.SYNCED_REPLICA: _REPLICA,
}


def kind_word(checkpoint: Checkpoint) -> SafeText:
    """Return ``backup``, ``replica``, ``automatic`` or another word; "" for an ordinary checkpoint."""
    if checkpoint.kind is CheckpointKind.STANDARD and checkpoint.automatic:
        return SafeText("automatic")
    return SafeText(_WORDS[checkpoint.kind])


def kind_warnings(checkpoints: Sequence[Checkpoint]) -> list[SafeText]:
    """Return what a person should know before changing checkpoints of a kind that is not told."""
    return [KIND_NOT_TOLD] if any(c.kind is CheckpointKind.NOT_TOLD for c in checkpoints) else []


def lock_text(checkpoint: Checkpoint) -> SafeText:
    """Return why hvtui does not change the checkpoint, as a sentence; "" if it is not locked."""
    if not is_locked(checkpoint):
        return EMPTY
    if checkpoint.kind is CheckpointKind.UNKNOWN and not checkpoint.kind_text:
        return SafeText("The host does not say of which type it is.")
    if checkpoint.kind is CheckpointKind.UNKNOWN:
        return compose(
            "The host calls its type “{kind}”, which hvtui does not know.", kind=checkpoint.kind_text
        )
    return SafeText(_LOCKED[checkpoint.kind])
