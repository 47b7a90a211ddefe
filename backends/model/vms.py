"""Virtual machines and their checkpoints.

A large host has tens of thousands. The garbage collector need not look at them: none can be in a reference cycle.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model.ids import CheckpointId, VmId


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
    NOT_TOLD = "NotTold"  # this kind of host does not say; it may be any of the others
    UNKNOWN = "Unknown"


class Obstacle(StrEnum):
    """What keeps a VM from being changed at all, until somebody removes it outside hvtui."""

    HOST_NOT_RESPONDING = "host-not-responding"
    """The server that manages the host has no contact with it."""
    MISSING = "missing"
    """The server that manages the host does not find the VM there: it may be on another host now."""
    NOT_ON_A_HOST = "not-on-a-host"
    INCOMPLETE = "incomplete-configuration"
    UNSUPPORTED = "unsupported-configuration"
    FAILED = "failed"
    """An operation failed half-way: the VM has to be repaired first."""
    OTHER_HYPERVISOR = "other-hypervisor"
    SAME_ID = "same-id"
    """Another node of the cluster has a VM with the same id: a command could reach the wrong one."""


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


class HealthCode(StrEnum):
    """An operational status of a VM that reports trouble, not work (facts §1; 4 to 16 are CIM's OperationalStatus)."""

    DEGRADED = "degraded"
    STRESSED = "stressed"
    LOW_DISK_SPACE = "low-disk-space"
    ERROR = "error"
    NO_CONTACT = "no-contact"
    LOST_COMMUNICATION = "lost-communication"
    ABORTED = "aborted"
    DORMANT = "dormant"
    SUPPORTING_ENTITY_IN_ERROR = "supporting-entity-in-error"
    APPLICATION_CRITICAL = "application-critical"
    COMMUNICATION_TIMED_OUT = "communication-timed-out"
    COMMUNICATION_FAILED = "communication-failed"
    PROTOCOL_MISMATCH = "protocol-mismatch"
    SR_IOV = "sr-iov"
    CRITICAL_IO_ERROR = "critical-io-error"
    UNKNOWN = "unknown-status"


class Vm(Struct, frozen=True, kw_only=True, gc=False):
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
    uptime_seconds: int | None = None
    """None where it is not told."""
    memory_assigned: int | None = None
    """None where it is not told."""
    notes: str = ""
    status_text: str = ""
    """The status in the host's language. It is only displayed, never interpreted."""
    health: tuple[HealthCode, ...] = ()
    """The trouble that its operational status reports."""
    replicated: bool | None = None
    """Whether Hyper-V Replica copies it; None if this was not read."""
    clustered: bool | None = None
    """Whether a failover cluster manages it; None if this was not read."""
    host: str = ""
    """The name of the host that it is on, one of `Inventory.hosts`; "" if the inventory is of one host."""
    id_on_host: str = ""
    """The id by which its host knows it, if a server that manages the host has told it; that has an id of its own."""
    place: str = ""
    """Where the server that manages its host files it: a path of host groups, or a cloud."""
    obstacle: Obstacle | None = None
    not_permitted: frozenset[str] = frozenset()
    """The verbs, of `contract.Verb`, that the account is known not to have the right to for this VM."""


def unread_vm(id: VmId, name: str = "") -> Vm:
    """Return a VM that was never read; without a name it is shown with its id."""
    return Vm(id=id, name=name or id, state=VmState.UNKNOWN, checkpoint_setting=CheckpointSetting.UNKNOWN)


class Checkpoint(Struct, frozen=True, kw_only=True, gc=False):
    """A checkpoint of a virtual machine."""

    id: CheckpointId
    vm_id: VmId
    name: str
    parent: CheckpointId | None = None
    created: datetime
    kind: CheckpointKind = CheckpointKind.STANDARD
    kind_text: str = ""
    with_memory: bool | None
    """The checkpoint contains memory (its State is Saved); None where it is not told. Applying one without memory leaves the VM off."""
    automatic: bool = False
    notes: str = ""
