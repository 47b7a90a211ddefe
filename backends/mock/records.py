"""What a world is made of: machines, checkpoints, files, volumes, jobs, and the service's no.

All of it may be changed by whoever sets a scene; only `World` changes it by the rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

GB = 1 << 30


class JobType(IntEnum):
    """Msvm_ConcreteJob.JobType (facts §4 [WMI])."""

    UNKNOWN = 0
    START = 12
    POWER_OFF = 13
    SAVE = 14
    MERGE = 50
    TAKE_CHECKPOINT = 70
    APPLY = 71
    DELETE = 72
    BACKUP = 170


class Code(IntEnum):
    """The service's return codes (facts §5, §8 [WMI][DEC]); each decides an error id and a category."""

    FAILED = 32768
    ACCESS_DENIED = 32769
    NOT_SUPPORTED = 32770
    INVALID_PARAMETER = 32773
    IN_USE = 32774
    INVALID_STATE = 32775
    OUT_OF_MEMORY = 32778
    NOT_FOUND = 32779


DISK_FULL = 0x80070070
"""HRESULT: the one locale-free part of a disk-full failure (facts §7)."""


class OperationalStatus(IntEnum):
    """VMOperationalStatus by WMI's numbers (facts §1): the module has no name for WMI's APPLYING."""

    OK = 2
    PREDICTIVE_FAILURE = 5
    IN_SERVICE = 11
    CREATING = 32768
    APPLYING = 32769
    DELETING = 32770
    MERGING = 32772
    BACKING_UP = 32776


@dataclass(slots=True, eq=False)
class WorldDrive:
    controller_type: str
    """SCSI or IDE."""
    controller_number: int
    location: int
    path: str


@dataclass(slots=True, eq=False)
class WorldVm:
    id: str
    name: str
    created: datetime
    path: str
    state: str = "Off"
    """A VMState name, the ...Critical ones included."""
    checkpoint_type: str = "Production"
    """Disabled, Production, ProductionOnly or Standard."""
    automatic_checkpoints: bool = False
    parent_checkpoint_id: str | None = None
    started_at: datetime | None = None
    memory_startup: int = 4 * GB
    memory_assigned: int = 0
    processors: int = 2
    notes: str = ""
    replicated: bool = False
    clustered: bool = False
    production_possible: bool = True
    """What the VSS integration component answers while the VM runs."""
    shutdown_ok: bool = True
    """The guest can be asked to shut down."""
    checkpointable: bool = True
    """False where a device forbids checkpoints, as a GPU partition does."""
    saved_memory_bytes: int = 0
    """What a saved state of it takes on disk."""
    drives: list[WorldDrive] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class WorldCheckpoint:
    id: str
    vm_id: str
    name: str
    created: datetime
    parent_id: str | None = None
    type: str = "Standard"
    """A SnapshotType name: who owns it."""
    state: str = "Off"
    """Saved: with memory. Off: without."""
    automatic: bool = False
    notes: str = ""
    drives: list[WorldDrive] = field(default_factory=list)
    """The files it froze."""
    memory_bytes: int = 0
    processors: int = 2
    memory_startup: int = 4 * GB
    vm_name: str = ""
    vm_notes: str = ""


@dataclass(slots=True, eq=False)
class WorldFile:
    path: str
    parent_path: str
    size: int
    max_size: int
    fixed: bool = False
    leaving: bool = False
    """Its checkpoint is gone; what it holds goes to its only child, once it has only one."""


@dataclass(slots=True, eq=False)
class WorldVolume:
    name: str
    """As in ``D:``; every path that begins so lies on it."""
    size: int
    other_bytes: int = 0
    """Taken by what no VM of this world owns."""


@dataclass(slots=True, eq=False)
class WorldJob:
    """Work that goes on whether or not whoever asked for it lives. Done when the clock reaches `ends`."""

    id: str
    type: JobType
    vm_id: str
    started: datetime
    ends: datetime
    effect: Callable[[], str | None]
    """What happens at the end; its result becomes `result` (the new checkpoint's id), or it raises `Refused`."""
    result: str | None = None
    error: Refused | None = None
    finished: bool = False
    verb: str = ""
    target_id: str | None = None
    state_before: str = ""
    stuck_at: int | None = None
    """The percentage at which it has come to rest."""


class Ran(NamedTuple):
    verb: str
    vm_id: str
    target_id: str | None


class Refused(Exception):
    """The service says no. `code` is the WMI return code, which decides error id and category."""

    def __init__(self, code: int, *lines: str, hresult: int | None = None) -> None:
        super().__init__("\n".join(lines))
        self.code = code
        self.lines = lines
        self.hresult = hresult


@dataclass(slots=True)
class Unverified:
    """The rules that facts could not settle. Each can be played the other way."""

    production_only_code: int = Code.FAILED
    """What a ProductionOnly refusal comes back as (facts §3 [UNV])."""
    limit_code: int = Code.FAILED
    """What the 51st checkpoint comes back as (facts §12)."""
    long_default_names_are_cut: bool = True
    """A made-up name longer than 100 units is cut, or kept whole (facts §3 [UNV])."""
    destroy_takes_dependents: bool = False
    """Deleting one checkpoint also deletes those below it (facts §4 [WMI], not observed [UNV])."""
    apply_reverts_name_and_notes: bool = False
    """Applying brings the VM's name and notes back too (facts §4, §12 [UNV])."""
    merging_refuses_new_work: bool = False
    """A merge is not interrupted by a new checkpoint operation, but forbids it (facts §1 [WMI] say it gives way)."""
    foreign_checkpoints_apply: bool = True
    """Backup and replica checkpoints can be applied (no fact says)."""
    stop_removes_automatic: bool = True
    """The service, not Stop-VM, deletes an automatic checkpoint at stop (facts §4 [DEC StopVM])."""
