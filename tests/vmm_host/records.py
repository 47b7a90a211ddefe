"""What a VMM server keeps: its database, its jobs, and which variant it plays of what no fact confirms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

NOT_FOUND = "VMM kann das Objekt nicht finden."


def vmm_id(id: str) -> str:
    """Return VMM's own id of an object with this id of Hyper-V's."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, id))


class VmmError(Exception):
    def __init__(self, number: int, words: str) -> None:
        super().__init__(f"{words} (Error ID: {number}, Detailed Error: )")
        self.number = number
        self.words = words


@dataclass(kw_only=True)
class Job:
    id: str
    cmdlet: str
    vm_id: str
    steps: Callable[[], None]
    started: datetime
    status: str = "Running"
    number: int = 0
    words: str = ""
    on_checkpoint: str = ""
    """The id of the checkpoint that it is about, as VMM knows it."""


@dataclass(kw_only=True)
class Database:
    vms: dict[str, dict[str, Any]] = field(default_factory=dict)
    checkpoints: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By the id of the VM."""


@dataclass(kw_only=True)
class Unverified:
    """Rules of VMM that no fact confirms. What a delete does to those below is a rule of the world."""

    restore_leaves: str = "Running"
    """The state of a VM that ran, after a checkpoint with memory was restored: Running, Saved or Off (facts §4)."""
    rename_reaches_host: bool = True
    """If not, the next refresh brings the old name back (facts §4)."""
    merge_shows: bool = False
    """The status is MergingDrives while the host merges (facts §4)."""
    unknown_id_fails: bool = True
    """An unknown -ID is error 801; if not, the cmdlet returns nothing (facts §5)."""
    failover_doubles: bool = True
    """After a failover the VM stands twice, once as Missing (facts §6 [KB]); if not, its row names the new host."""
