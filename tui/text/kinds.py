"""Checkpoints that are not simply yours: what they are called, and why they are locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.model import CheckpointKind
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from hvtui.backends.model import Checkpoint

_WORDS = {
    CheckpointKind.STANDARD: "",
    CheckpointKind.RECOVERY: "backup",
    CheckpointKind.PLANNED: "planned",
    CheckpointKind.MISSING: "missing",
    CheckpointKind.REPLICA: "replica",
    CheckpointKind.APP_CONSISTENT_REPLICA: "replica",
    CheckpointKind.SYNCED_REPLICA: "replica",
    CheckpointKind.UNKNOWN: "unknown",
}
_REPLICA = "It belongs to Hyper-V Replica."
_LOCKED = {
    CheckpointKind.RECOVERY: "Backup software left it, and is the one to remove it.",
    CheckpointKind.PLANNED: "It belongs to a planned virtual machine.",
    CheckpointKind.MISSING: "The configuration of its parent is lost: it cannot be applied.",
    CheckpointKind.REPLICA: _REPLICA,
    CheckpointKind.APP_CONSISTENT_REPLICA: _REPLICA,
    CheckpointKind.SYNCED_REPLICA: _REPLICA,
}


def kind_word(checkpoint: Checkpoint) -> str:
    """``backup``, ``replica``, ``automatic``...; "" for an ordinary checkpoint."""
    if checkpoint.kind is CheckpointKind.STANDARD and checkpoint.automatic:
        return "automatic"
    return _WORDS[checkpoint.kind]


def locked_because(checkpoint: Checkpoint) -> str:
    """Why hvtui leaves it alone, or ""."""
    if checkpoint.kind is CheckpointKind.UNKNOWN:
        return f"The host calls its kind “{safe(checkpoint.kind_text)}”, which hvtui does not know."
    return _LOCKED.get(checkpoint.kind, "")
