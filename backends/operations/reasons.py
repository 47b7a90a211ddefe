"""Why a command or a name is not possible now: a code and its objects. Front ends convert it to a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hvtui.backends.model import Checkpoint, OrphanedWrite, Vm
    from hvtui.backends.operations.commands import Command


class ReasonCode(StrEnum):
    """Stable names, which the command line prints as JSON."""

    NOT_CONNECTED = "not-connected"
    READ_ONLY = "read-only"
    UNSUPPORTED = "unsupported"
    NO_VM = "no-vm"
    NO_CHECKPOINT = "no-checkpoint"
    LOCKED = "locked"
    """Other software, such as backup or replication, owns the checkpoint."""
    LOCKED_BELOW = "locked-below"
    """A checkpoint of the subtree is locked."""
    BUSY = "busy"
    """This hvtui is running a command on the VM."""
    ORPHAN_RUNNING = "earlier-write-running"
    HOST_BUSY = "host-busy"
    CRITICAL = "critical"
    """The VM's storage is full or cannot be reached, and the command needs space."""
    CHECKPOINTS_DISABLED = "checkpoints-disabled"
    TOO_MANY_CHECKPOINTS = "too-many-checkpoints"
    WRONG_STATE = "wrong-state"
    NAME_EMPTY = "name-empty"
    NAME_TOO_LONG = "name-too-long"
    NAME_CONTROL_CHARACTERS = "name-control-characters"
    NAME_UNCHANGED = "name-unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    code: ReasonCode
    command: type[Command] | None = None
    """The command that is not possible."""
    vm: Vm | None = None
    checkpoint: Checkpoint | None = None
    """The locked checkpoint."""
    running: Command | None = None
    """The command that is running on the VM."""
    orphan: OrphanedWrite | None = None
    orphan_target: str = ""
    """The name of the checkpoint that the orphaned write changes or creates."""
    limit: int = 0
    count: int = 0
