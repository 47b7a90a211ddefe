"""The records of a simulated host: VMs, checkpoints, files, volumes, jobs, and the exception for a refusal.

They are mutable. Scenarios and tests may change them in any way; `World` changes them only by Hyper-V's rules.
With ``gc=False`` are those of which a large host has tens of thousands: none of them can be in a reference cycle.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

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
    """Return codes of the service's methods (facts §5, §8 [WMI][DEC]). Each has its error id and category."""

    FAILED = 32768
    ACCESS_DENIED = 32769
    NOT_SUPPORTED = 32770
    INVALID_PARAMETER = 32773
    IN_USE = 32774
    INVALID_STATE = 32775
    OUT_OF_MEMORY = 32778
    NOT_FOUND = 32779


DISK_FULL = 0x80070070
"""The HRESULT of a failure because the disk is full. The rest of such a failure is localized (facts §7)."""
FILE_MISSING = 0x80070002
FILE_NOT_PERMITTED = 0x80070005
FILE_IN_USE = 0x80070020
SAVED_STATE_UNUSABLE = 0xC0370029
"""The HRESULT of a start from memory that cannot be resumed."""


class OperationalStatus(IntEnum):
    """VMOperationalStatus with WMI's numbers (facts §1). The module's enum has no name for APPLYING."""

    OK = 2
    DEGRADED = 3
    PREDICTIVE_FAILURE = 5
    IN_SERVICE = 11
    NO_CONTACT = 12
    LOST_COMMUNICATION = 13
    DORMANT = 15
    SUPPORTING_ENTITY_IN_ERROR = 16
    CREATING = 32768
    APPLYING = 32769
    DELETING = 32770
    MERGING = 32772
    BACKING_UP = 32776
    APPLICATION_CRITICAL = 32782
    COMMUNICATION_TIMED_OUT = 32783
    COMMUNICATION_FAILED = 32784
    SR_IOV_DRIVERS_NEEDED = 32790
    CRITICAL_IO_ERROR = 32795


class MergeCode(IntEnum):
    """The ids of the service's events about merges (facts §7 [AUD])."""

    STARTED = 19070
    FINISHED = 19080
    INTERRUPTED = 19090
    FAILED = 19100


class WorldMergeEvent(NamedTuple):
    """An entry of the service's event log about a merge."""

    vm_id: str
    code: MergeCode
    time: datetime
    hresult: int | None = None


class WorldDrive(Struct, eq=False, gc=False):
    """A hard disk drive of a VM or of a checkpoint."""

    controller_type: str
    """SCSI or IDE."""
    controller_number: int
    location: int
    path: str


class WorldVm(Struct, eq=False, gc=False):
    """A virtual machine."""

    id: str
    name: str
    created: datetime
    path: str
    state: str = "Off"
    """The name of a VMState, including the ``...Critical`` ones."""
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
    """Whether the VSS component in the guest responds while the VM runs."""
    shutdown_ok: bool = True
    """Whether the shutdown component in the guest responds."""
    checkpointable: bool = True
    """False where a device forbids checkpoints, as a GPU partition does."""
    saved_memory_bytes: int = 0
    """The size on disk of the VM's saved state."""
    resume_fails: bool = False
    """Its saved state cannot be resumed."""
    trouble: tuple[OperationalStatus, ...] = ()
    """The operational statuses that report trouble while no job runs: the primary and perhaps a secondary one."""
    unread: str = ""
    """Why the VM itself cannot be read, in the host's words; "" if it can."""
    checkpoints_unread: str = ""
    """Why its checkpoints cannot be read."""
    drives_unread: str = ""
    """Why its drives cannot be read."""
    drives: list[WorldDrive] = field(default_factory=list)


class WorldCheckpoint(Struct, eq=False, gc=False):
    """A checkpoint of a VM."""

    id: str
    vm_id: str
    name: str
    created: datetime
    parent_id: str | None = None
    type: str = "Standard"
    """The name of a SnapshotType: which kind of software owns the checkpoint."""
    state: str = "Off"
    """Saved if the checkpoint has memory, else Off."""
    automatic: bool = False
    notes: str = ""
    drives: list[WorldDrive] = field(default_factory=list)
    """The drives whose files the checkpoint froze."""
    memory_bytes: int = 0
    memory_unusable: bool = False
    """Its memory cannot be resumed."""
    listed: bool = True
    """False where the host does not list it, although it is there: backup software's own, or missing rights."""
    drives_unread: str = ""
    """Why its drives cannot be read, in the host's words; "" if they can."""
    processors: int = 2
    memory_startup: int = 4 * GB
    vm_name: str = ""
    vm_notes: str = ""


class WorldFile(Struct, eq=False, gc=False):
    """A virtual hard disk file."""

    path: str
    parent_path: str
    size: int
    max_size: int
    fixed: bool = False
    unreferenced: bool = False
    """The checkpoint of this file was deleted. The file is merged with its child once it has only one child."""


class WorldVolume(Struct, eq=False):
    """A volume of the host."""

    name: str
    """The start of every path on the volume, such as ``D:``."""
    size: int
    other_bytes: int = 0
    """Bytes used by files that belong to no VM."""


class WorldJob(Struct, eq=False):
    """A job of the service. It ends at the time `ends`, even if the process that requested it has died."""

    id: str
    type: JobType
    vm_id: str
    started: datetime
    ends: datetime
    effect: Callable[[], str | None]
    """Makes the job's change when the job ends, and returns its result. Raises `Refused` if the job fails."""
    result: str | None = None
    """The id of the new checkpoint, if the job created one."""
    error: Refused | None = None
    finished: bool = False
    verb: str = ""
    target_id: str | None = None
    state_before: str = ""
    stuck_at: int | None = None
    """The percentage at which the job is stuck; it then never ends."""


class VerbCall(NamedTuple):
    """A verb of the service that was called, and the VM and checkpoint that it was called for."""

    verb: str
    vm_id: str
    target_id: str | None


class Refused(Exception):
    """The service refuses a request, or a job fails. `code` is the WMI return code."""

    def __init__(self, code: int, *lines: str, hresult: int | None = None, path: str = "") -> None:
        super().__init__("\n".join(lines))
        self.code = code
        self.lines = lines
        self.hresult = hresult
        self.path = path
        """The file that is the cause, or ""."""


class Unverified(Struct):
    """Rules that no fact confirms. Each can be changed to its other variant, and tests run with both."""

    production_only_code: int = Code.FAILED
    """The return code when a ProductionOnly checkpoint is not possible (facts §3 [UNV])."""
    limit_code: int = Code.FAILED
    """The return code when the 51st checkpoint is requested (facts §12)."""
    long_default_names_are_cut: bool = True
    """A default name longer than 100 UTF-16 units is truncated (facts §3 [UNV])."""
    destroy_takes_dependents: bool = False
    """Deleting one checkpoint also deletes those below it (facts §4 [WMI], not observed [UNV])."""
    apply_reverts_name_and_notes: bool = False
    """Applying also reverts the VM's name and notes (facts §4, §12 [UNV])."""
    merging_refuses_new_work: bool = False
    """During a merge, checkpoint operations are refused. By facts §1 [WMI] they interrupt the merge instead."""
    foreign_checkpoints_apply: bool = True
    """Checkpoints of backup and replication software can be applied (no fact about it)."""
    merge_hides_trouble: bool = False
    """During a merge, a VM in trouble reports the primary status OK (no fact about it)."""
    failed_merge_starts_again: bool = True
    """A merge that failed is tried again at once (facts §7 [AUD]: "retried repeatedly", not how soon)."""
    stop_removes_automatic: bool = True
    """The service, not Stop-VM, deletes an automatic checkpoint when the VM stops (facts §4 [DEC StopVM])."""
