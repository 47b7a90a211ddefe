"""Pure functions that convert the results of ops/*.ps1 to the model.

For an unexpected result they raise LookupError, TypeError, ValueError or AttributeError, which `Agent.read` converts to
`ReplyError`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from hvtui.backends.model import (
    Activity,
    Checkpoint,
    CheckpointId,
    CheckpointKind,
    CheckpointSetting,
    Disk,
    DiskFile,
    Host,
    Inventory,
    Job,
    UnreadFile,
    Vm,
    VmDisks,
    VmId,
    VmState,
    Volume,
)

IN_SERVICE = 11

# VMOperationalStatus (facts §1). Applying is 32769 by WMI and 23769 in the module's enum.
ACTIVITIES = {
    23769: Activity.APPLYING,
    32769: Activity.APPLYING,
    32768: Activity.CREATING,
    32770: Activity.DELETING,
    32771: Activity.STARTING,
    32772: Activity.MERGING,
    32773: Activity.EXPORTING,
    32774: Activity.MIGRATING,
    32776: Activity.BACKING_UP,
    32777: Activity.MODIFYING,
    32778: Activity.MIGRATING,
    32779: Activity.MIGRATING,
    32780: Activity.MIGRATING,
}
# Msvm_ConcreteJob.JobType (facts §4).
JOBS = {
    12: Activity.STARTING,
    13: Activity.STOPPING,
    14: Activity.SAVING,
    50: Activity.MERGING,
    62: Activity.EXPORTING,
    70: Activity.CREATING,
    71: Activity.APPLYING,
    72: Activity.DELETING,
    170: Activity.BACKING_UP,
}
_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
Member = TypeVar("Member", bound=StrEnum)


def inventory(reply: dict[str, Any]) -> Inventory:
    return Inventory(
        host=_host(reply["Host"]),
        vms=tuple(_vm(row) for row in reply["Vms"]),
        checkpoints=tuple(_checkpoint(row) for row in reply["Checkpoints"]),
        jobs=tuple(_job(row) for row in reply["Jobs"]),
        taken=datetime.now(UTC),
    )


def disks(reply: dict[str, Any]) -> tuple[VmDisks, ...]:
    return tuple(_vm_disks(row) for row in reply["Vms"])


def _host(row: dict[str, Any]) -> Host:
    return Host(
        name=row["Name"],
        system=row["System"],
        utc_offset_minutes=row["Offset"],
        volumes=tuple(_volume(volume) for volume in row["Volumes"]),
        cluster=row["Cluster"],
    )


def _vm(row: dict[str, Any]) -> Vm:
    state, state_text = _member(VmState, row["State"].removesuffix("Critical"))
    setting, setting_text = _member(CheckpointSetting, row["CheckpointType"])
    secondary = row["Secondary"]
    return Vm(
        id=VmId(_guid(row["Id"])),
        name=row["Name"],
        state=state,
        state_text=state_text and row["State"],
        critical=row["State"].endswith("Critical"),
        checkpoint_setting=setting,
        checkpoint_setting_text=setting_text,
        automatic_checkpoints=row["Automatic"],
        current=CheckpointId(_guid(row["Current"])) if row["Current"] else None,
        activity=ACTIVITIES.get(secondary, Activity.OTHER) if secondary else Activity.NONE,
        in_service=row["Primary"] == IN_SERVICE,
        uptime_seconds=row["Uptime"],
        memory_assigned=row["MemoryAssigned"],
        notes=row["Notes"],
        status_text=row["Status"],
        replicated=row["Replication"] not in ("", "Disabled"),
        clustered=row["Clustered"],
    )


def _checkpoint(row: dict[str, Any]) -> Checkpoint:
    kind, kind_text = _member(CheckpointKind, row["Type"])
    return Checkpoint(
        id=CheckpointId(_guid(row["Id"])),
        vm_id=VmId(_guid(row["VmId"])),
        name=row["Name"],
        parent=CheckpointId(_guid(row["Parent"])) if row["Parent"] else None,
        created=time(row["Created"]),
        kind=kind,
        kind_text=kind_text,
        with_memory=row["State"] == "Saved",
        automatic=row["Automatic"],
        notes=row["Notes"],
    )


def _job(row: dict[str, Any]) -> Job:
    return Job(
        id=row["Id"],
        vm_id=VmId(row["VmId"].lower()) if _GUID.fullmatch(row["VmId"]) else None,  # a job of the host itself
        activity=JOBS.get(row["Type"], Activity.OTHER),
        percent=min(max(row["Percent"], 0), 100),
        started=time(row["Started"]) if row["Started"] else None,
    )


def _vm_disks(row: dict[str, Any]) -> VmDisks:
    vm_id = VmId(_guid(row["VmId"]))
    return VmDisks(
        vm_id=vm_id,
        disks=tuple(
            Disk(
                vm_id=vm_id,
                checkpoint_id=CheckpointId(_guid(drive["Checkpoint"])) if drive["Checkpoint"] else None,
                path=drive["Path"],
                location=drive["Location"],
            )
            for drive in row["Drives"]
        ),
        files=tuple(
            DiskFile(
                path=file["Path"],
                size=file["Size"],
                differencing=file["Differencing"],
            )
            for file in row["Files"]
        ),
        volumes=(_volume(row["Volume"]),) if row["Volume"] else (),
        unread=tuple(UnreadFile(path=path) for path in row["Unread"]),
    )


def _volume(row: dict[str, Any]) -> Volume:
    return Volume(name=row["Name"], size=row["Size"], free=row["Free"])


def _guid(text: str) -> str:
    """Return the GUID in lower case. Raises `ValueError` for other text: ids are displayed without escaping."""
    if not _GUID.fullmatch(text):
        raise ValueError(f"{text!r} is not a GUID")
    return text.lower()


def _member(enum: type[Member], text: str) -> tuple[Member, str]:
    """Return the enum member of this text and "", or UNKNOWN and the text."""
    try:
        return enum(text), ""
    except ValueError:
        return enum("Unknown"), text


def time(text: str) -> datetime:
    """Parse .NET's round-trip format ("o") with a time zone. Raises `ValueError`."""
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return parsed
