"""What an earlier hvtui sent and saw no answer of, in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backends.model import Inventory, LeftBehind


def verb(left: LeftBehind) -> str:
    return left.verb.replace("_", " ")


def target(left: LeftBehind, inventory: Inventory) -> str:
    """The checkpoint's name where the target is the id of one that is still there; a new one's name as it was."""
    return next((c.name for c in inventory.checkpoints if c.id == left.target), left.target)
