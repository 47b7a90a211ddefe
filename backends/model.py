"""What a host holds, as frozen values.

Ids are lower-case GUID strings, sizes are bytes, times are aware UTC. A value that the host reports and
that these enums do not know becomes UNKNOWN, with the host's own word kept in the ``..._text`` field.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

VmId = NewType("VmId", str)
CheckpointId = NewType("CheckpointId", str)


class VmState(StrEnum):
    """VMState of the Hyper-V module, without its ``...Critical`` doubles: see `Vm.critical`."""

    OTHER = "Other"
    RUNNING = "Running"
    OFF = "Off"
    STOPPING = "Stopping"
    SAVED = "Saved"
    PAUSED = "Paused"
    STARTING = "Starting"
    RESET = "Reset"
    SAVING = "Saving"
    PAUSING = "Pausing"
    RESUMING = "Resuming"
    FAST_SAVED = "FastSaved"
    FAST_SAVING = "FastSaving"
    FORCE_SHUTDOWN = "ForceShutdown"
    FORCE_REBOOT = "ForceReboot"
    HIBERNATED = "Hibernated"
    COMPONENT_SERVICING = "ComponentServicing"
    UNKNOWN = "Unknown"


class CheckpointSetting(StrEnum):
    """CheckpointType of a VM: what kind its next checkpoint will be."""

    DISABLED = "Disabled"
    PRODUCTION = "Production"  # falls back to a standard one in silence where a production one cannot be made
    PRODUCTION_ONLY = "ProductionOnly"
    STANDARD = "Standard"
    UNKNOWN = "Unknown"


class CheckpointKind(StrEnum):
    """SnapshotType of a checkpoint: who owns it, not whether it is a production one (no property says that)."""

    STANDARD = "Standard"
    RECOVERY = "Recovery"  # left by backup software
    PLANNED = "Planned"
    MISSING = "Missing"  # its parent's configuration is lost; it cannot be applied
    REPLICA = "Replica"
    APP_CONSISTENT_REPLICA = "AppConsistentReplica"
    SYNCED_REPLICA = "SyncedReplica"
    UNKNOWN = "Unknown"


class Activity(StrEnum):
    """What the host is doing to a VM (its secondary operational status)."""

    NONE = "none"
    CREATING = "creating checkpoint"
    APPLYING = "applying checkpoint"
    DELETING = "deleting checkpoint"
    MERGING = "merging"
    EXPORTING = "exporting"
    MIGRATING = "migrating"
    BACKING_UP = "backing up"
    MODIFYING = "being changed"
    STARTING = "starting"
    STOPPING = "stopping"
    SAVING = "saving"
    OTHER = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A volume of the host: where VM files lie."""

    name: str
    """As the host's admin calls it: ``D:``, ``C:\\ClusterStorage\\Volume1``."""
    size: int
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    name: str
    system: str = ""
    """The operating system in the host's words, "" when it could not be read."""
    utc_offset_minutes: int | None = None
    """The host's zone now; None when not known."""
    volumes: tuple[Volume, ...] = ()
    cluster: str = ""
    """The cluster that this host is a node of, or ""."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vm:
    id: VmId
    name: str
    state: VmState
    state_text: str = ""
    critical: bool = False
    """The host reports the ``...Critical`` form of the state: its storage is full or lost."""
    checkpoint_setting: CheckpointSetting = CheckpointSetting.PRODUCTION
    checkpoint_setting_text: str = ""
    automatic_checkpoints: bool | None = None
    """None where the host does not say (the property came with Windows 10 1709)."""
    current: CheckpointId | None = None
    """The checkpoint that the running state hangs from: where Now is. None: from no checkpoint."""
    activity: Activity = Activity.NONE
    in_service: bool = False
    """The host refuses new operations on it just now (primary status InService)."""
    uptime_seconds: int = 0
    memory_assigned: int = 0
    notes: str = ""
    status_text: str = ""
    """The host's own words, in its language: to be shown, never to be understood."""
    replicated: bool = False
    clustered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    id: CheckpointId
    vm_id: VmId
    name: str
    parent: CheckpointId | None = None
    created: datetime
    kind: CheckpointKind = CheckpointKind.STANDARD
    kind_text: str = ""
    with_memory: bool
    """Applying it brings memory back (State is Saved); without, it leaves the VM off."""
    automatic: bool = False
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that the host is doing now, whoever started it."""

    id: str
    vm_id: VmId | None
    activity: Activity
    percent: int | None = None
    started: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphanedWrite:
    """A write that was sent to this host and whose answer was never received, by this hvtui or an earlier one."""

    id: str
    vm_id: VmId
    verb: str
    target: str
    """The id of a checkpoint, or the name of a new one."""
    started: datetime
    running: bool
    """The process that runs it still exists, or may exist: nothing else may be sent to this VM."""
    reported: bool = False
    """This session raised `OutcomeUnknown` for it: the person has been informed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """One reading of a host, or of a few of its VMs."""

    host: Host
    vms: tuple[Vm, ...]
    """In the host's order (by name)."""
    checkpoints: tuple[Checkpoint, ...] = ()
    """Flat, of all these VMs; `backends.lineage` makes the tree."""
    jobs: tuple[Job, ...] = ()
    orphans: tuple[OrphanedWrite, ...] = ()
    taken: datetime
    """When the reading was complete, by this machine's clock."""

    def vm(self, id: VmId | None) -> Vm | None:
        return next((vm for vm in self.vms if vm.id == id), None)

    def checkpoint(self, id: str | None) -> Checkpoint | None:
        return next((checkpoint for checkpoint in self.checkpoints if checkpoint.id == id), None)

    def checkpoints_of(self, vm: VmId | None) -> tuple[Checkpoint, ...]:
        return tuple(checkpoint for checkpoint in self.checkpoints if checkpoint.vm_id == vm)

    def checkpoints_by_vm(self) -> Mapping[VmId, Sequence[Checkpoint]]:
        """Of all VMs at once. A VM without any is left out."""
        found: dict[VmId, list[Checkpoint]] = {}
        for checkpoint in self.checkpoints:
            found.setdefault(checkpoint.vm_id, []).append(checkpoint)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskFile:
    """One file of a disk's chain."""

    path: str
    size: int
    """On disk, now."""
    differencing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A drive of a VM, or of one of its checkpoints."""

    vm_id: VmId
    checkpoint_id: CheckpointId | None
    """None: the drive as the VM has it now."""
    path: str
    """The running VM's is the file being written; a checkpoint's is the file that it froze."""
    location: str
    """As in ``SCSI 0:1``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VmDisks:
    """The drives and chains of one VM, as far as they could be read."""

    vm_id: VmId
    disks: tuple[Disk, ...] = ()
    files: tuple[DiskFile, ...] = ()
    volume: Volume | None = None
    """Where the first disk lies; None when it could not be read."""
    unread: tuple[str, ...] = ()
    """Paths that could not be opened: sizes are then not known."""
