"""The data of a host, as frozen values.

Ids are lower-case GUID strings, sizes are bytes, times are aware UTC. If the host reports a value that an enum does
not have, the value is UNKNOWN and the host's text is in the ``..._text`` field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

VmId = NewType("VmId", str)
CheckpointId = NewType("CheckpointId", str)


class VmState(StrEnum):
    """The VMState of the Hyper-V module, without the ``...Critical`` states: see `Vm.critical`."""

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
    """The CheckpointType of a VM: the type of its new checkpoints."""

    DISABLED = "Disabled"
    PRODUCTION = "Production"  # creates a standard checkpoint without a warning where that fails
    PRODUCTION_ONLY = "ProductionOnly"
    STANDARD = "Standard"
    UNKNOWN = "Unknown"


class CheckpointKind(StrEnum):
    """The SnapshotType of a checkpoint: which kind of software owns it.

    No property says whether it is a production checkpoint.
    """

    STANDARD = "Standard"
    RECOVERY = "Recovery"  # created by backup software
    PLANNED = "Planned"
    MISSING = "Missing"  # its parent's configuration is lost; it cannot be applied
    REPLICA = "Replica"
    APP_CONSISTENT_REPLICA = "AppConsistentReplica"
    SYNCED_REPLICA = "SyncedReplica"
    UNKNOWN = "Unknown"


class Activity(StrEnum):
    """The operation that is running on a VM (its secondary operational status)."""

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
    """A volume of the host that contains files of VMs."""

    name: str
    """A drive letter or a mount point: ``D:``, ``C:\\ClusterStorage\\Volume1``."""
    size: int
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A Hyper-V host."""

    name: str
    system: str = ""
    """The operating system as the host names it, "" when it could not be read."""
    utc_offset_minutes: int | None = None
    """The present UTC offset of the host's time zone; None when it is not known."""
    volumes: tuple[Volume, ...] = ()
    cluster: str = ""
    """The cluster that this host is a node of, or ""."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vm:
    """A virtual machine."""

    id: VmId
    name: str
    state: VmState
    state_text: str = ""
    critical: bool = False
    """The host reports the ``...Critical`` form of the state: the storage of the VM is full or not available."""
    checkpoint_setting: CheckpointSetting = CheckpointSetting.PRODUCTION
    checkpoint_setting_text: str = ""
    automatic_checkpoints: bool | None = None
    """None where the host does not have the property (new in Windows 10 1709)."""
    current: CheckpointId | None = None
    """The checkpoint that the VM currently runs on, None if it runs on no checkpoint."""
    activity: Activity = Activity.NONE
    in_service: bool = False
    """The host refuses new operations on the VM at present (primary status InService)."""
    uptime_seconds: int = 0
    memory_assigned: int = 0
    notes: str = ""
    status_text: str = ""
    """The status in the host's language. It is only displayed, never interpreted."""
    replicated: bool = False
    clustered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A checkpoint of a virtual machine."""

    id: CheckpointId
    vm_id: VmId
    name: str
    parent: CheckpointId | None = None
    created: datetime
    kind: CheckpointKind = CheckpointKind.STANDARD
    kind_text: str = ""
    with_memory: bool
    """The checkpoint contains memory (its State is Saved). Applying one without memory leaves the VM off."""
    automatic: bool = False
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An operation that is running on the host, started by hvtui or by anything else."""

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
    """The process that executes the write exists or may exist: no other write may be sent for this VM."""
    reported: bool = False
    """This session raised `OutcomeUnknown` for the write: the person has been informed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The data of a host, or of some of its VMs, from one read."""

    host: Host
    vms: tuple[Vm, ...]
    """In the host's order (by name)."""
    checkpoints: tuple[Checkpoint, ...] = ()
    """The checkpoints of all these VMs, in a flat list. `backends.lineage` builds the trees."""
    jobs: tuple[Job, ...] = ()
    orphans: tuple[OrphanedWrite, ...] = ()
    taken: datetime
    """The time when the read was complete, by the clock of this computer."""

    _vms_by_id: dict[str | None, Vm] = field(init=False, repr=False, compare=False, default_factory=dict)
    """Filled by the first lookup, like the next two: a host may have thousands of VMs."""
    _checkpoints_by_id: dict[str | None, Checkpoint] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _checkpoints_by_vm: dict[VmId, tuple[Checkpoint, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def vm(self, id: VmId | None) -> Vm | None:
        if not self._vms_by_id:
            self._vms_by_id.update((vm.id, vm) for vm in reversed(self.vms))
        return self._vms_by_id.get(id)

    def checkpoint(self, id: str | None) -> Checkpoint | None:
        if not self._checkpoints_by_id:
            self._checkpoints_by_id.update((c.id, c) for c in reversed(self.checkpoints))
        return self._checkpoints_by_id.get(id)

    def checkpoints_of(self, vm: VmId | None) -> tuple[Checkpoint, ...]:
        return self.checkpoints_by_vm().get(vm, ()) if vm else ()

    def checkpoints_by_vm(self) -> Mapping[VmId, tuple[Checkpoint, ...]]:
        """Return the checkpoints of all VMs. A VM that has none is left out."""
        if not self._checkpoints_by_vm:
            found: dict[VmId, list[Checkpoint]] = {}
            for checkpoint in self.checkpoints:
                found.setdefault(checkpoint.vm_id, []).append(checkpoint)
            self._checkpoints_by_vm.update((vm_id, tuple(own)) for vm_id, own in found.items())
        return self._checkpoints_by_vm


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskFile:
    """A file in the chain of a virtual disk."""

    path: str
    size: int
    """The present size of the file on the volume."""
    differencing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A hard disk drive of a VM, or of one of its checkpoints."""

    vm_id: VmId
    checkpoint_id: CheckpointId | None
    """None for a drive of the VM itself."""
    path: str
    """The file that the VM writes to, or the file that the checkpoint froze."""
    location: str
    """The controller and location, such as ``SCSI 0:1``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VmDisks:
    """The drives and disk chains of a VM, as far as they could be read."""

    vm_id: VmId
    disks: tuple[Disk, ...] = ()
    files: tuple[DiskFile, ...] = ()
    volume: Volume | None = None
    """The volume that contains the first disk; None when it could not be read."""
    unread: tuple[str, ...] = ()
    """Paths of files that could not be read; their sizes are not known."""
