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
    def __init__(self, number: int, words: str, *, after: list[Any] | None = None) -> None:
        """`after`: the objects that the cmdlet returned before."""
        super().__init__(f"{words} (Error ID: {number}, Detailed Error: )")
        self.number = number
        self.words = words
        self.after = after or []


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
    """Rules of VMM that no fact confirms. Each is the worse case unless a test says otherwise."""

    restore_leaves: str = "Off"
    """The state of a VM that ran, after a checkpoint with memory was restored: Running, Saved or Off (facts §4)."""
    delete_takes_more: bool = True
    """A delete takes those below too (facts §4)."""
    rename_reaches_host: bool = False
    """If not, the next refresh brings the old name back (facts §4)."""
    lists_backups: bool = True
    """Checkpoints of backups are listed, and cannot be told from others (facts §3)."""
    merge_shows: bool = False
    """The status is MergingDrives while the host merges (facts §4)."""
    restart_ends_jobs: bool = True
    """A restart of the service ends the jobs that run, on the host too (facts §5)."""
    refused_number: int = 2605
    """The number of the error for what a role may not do: 20552 is often quoted (facts §5)."""
    unknown_id_fails: bool = False
    """An unknown -ID is error 801; if not, the cmdlet returns nothing (facts §5)."""
    events_refresh: bool = False
    """A change on the host makes VMM read the VM (facts §6)."""
    failover_doubles: bool = True
    """After a failover the VM stands twice, once as Missing (facts §6 [KB]); if not, its row names the new host."""
    clients_cache: bool = True
    """A process sees VMs and checkpoints as they were at its last sign-in (facts §6)."""
    permissions: str = "untold"
    """What a permission of a role tells of its actions: switches, words, or untold, which is nothing (facts §7, §10)."""


def kind() -> Unverified:
    """Return the case that is kinder than the default in each of the rules."""
    return Unverified(
        restore_leaves="Running",
        delete_takes_more=False,
        rename_reaches_host=True,
        lists_backups=False,
        merge_shows=True,
        restart_ends_jobs=False,
        refused_number=20552,
        unknown_id_fails=True,
        events_refresh=True,
        failover_doubles=False,
        clients_cache=False,
        permissions="switches",
    )
