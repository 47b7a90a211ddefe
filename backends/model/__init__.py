"""The data of a host, as frozen values.

Ids are lower-case GUID strings, sizes are bytes, times are aware UTC. If the host reports a value that an enum does
not have, the value is UNKNOWN and the host's text is in the ``..._text`` field.
"""

from hvtui.backends.model.disks import (
    Disk,
    DiskFile,
    DiskReading,
    MergeEvent,
    MergeEventCode,
    SharedFile,
    UnreadDrives,
    UnreadFile,
    VmDisks,
    path_key,
)
from hvtui.backends.model.host import Host, HostDetails, Job, OrphanedWrite, Volume
from hvtui.backends.model.ids import CheckpointId, VmId, bare_id
from hvtui.backends.model.inventory import Inventory, Unread, UnreadPart
from hvtui.backends.model.vms import (
    Activity,
    Checkpoint,
    CheckpointKind,
    CheckpointSetting,
    HealthCode,
    Obstacle,
    Vm,
    VmState,
    unread_vm,
)

__all__ = [
    "Activity",
    "Checkpoint",
    "CheckpointId",
    "CheckpointKind",
    "CheckpointSetting",
    "Disk",
    "DiskFile",
    "DiskReading",
    "HealthCode",
    "Host",
    "HostDetails",
    "Inventory",
    "Job",
    "MergeEvent",
    "MergeEventCode",
    "Obstacle",
    "OrphanedWrite",
    "SharedFile",
    "Unread",
    "UnreadDrives",
    "UnreadFile",
    "UnreadPart",
    "Vm",
    "VmDisks",
    "VmId",
    "VmState",
    "Volume",
    "bare_id",
    "path_key",
    "unread_vm",
]
