"""Pure functions that convert the results of ops/*.ps1 to the model.

For an unexpected result they raise LookupError, TypeError, ValueError or AttributeError, which `Agent.read` converts to
`ReplyError`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from hvtui.backends.model import (
    Activity,
    Checkpoint,
    CheckpointId,
    CheckpointKind,
    CheckpointSetting,
    DiskFile,
    HealthCode,
    Host,
    HostDetails,
    Inventory,
    Job,
    MergeEvent,
    MergeEventCode,
    Unread,
    UnreadFile,
    UnreadPart,
    Vm,
    VmDisks,
    VmId,
    VmState,
    Volume,
    unread_vm,
)
from hvtui.backends.powershell.host.drives import checkpoint_id, drives, unread_drives, without_drives
from hvtui.backends.powershell.host.values import NO_DATE, date, guid, is_guid, member, time

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
    32781: Activity.MIGRATING,
}
# The others that facts §1 names; 4 to 16 are CIM's. Those of work and health are all that the enum has.
HEALTHY = {2, IN_SERVICE}
HEALTH = {
    3: HealthCode.DEGRADED,
    4: HealthCode.STRESSED,
    5: HealthCode.LOW_DISK_SPACE,
    6: HealthCode.ERROR,
    7: HealthCode.ERROR,
    12: HealthCode.NO_CONTACT,
    13: HealthCode.LOST_COMMUNICATION,
    14: HealthCode.ABORTED,
    15: HealthCode.DORMANT,
    16: HealthCode.SUPPORTING_ENTITY_IN_ERROR,
    32782: HealthCode.APPLICATION_CRITICAL,
    32783: HealthCode.COMMUNICATION_TIMED_OUT,
    32784: HealthCode.COMMUNICATION_FAILED,
    32795: HealthCode.CRITICAL_IO_ERROR,
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
_HRESULT = re.compile(r"0x[0-9A-Fa-f]{1,8}")


MERGE_EVENTS = {
    19070: MergeEventCode.STARTED,
    19080: MergeEventCode.FINISHED,
    19090: MergeEventCode.INTERRUPTED,
    19100: MergeEventCode.FAILED,
}


def inventory(reply: dict[str, Any]) -> Inventory:
    """Return the inventory. A VM that could not be read at all is in it with its name and an unknown state.

    What has no name is called by its id.
    """
    unread = {one.vm_id: one for one in map(_unread, reply["Unread"])}
    vms = {vm.id: vm for vm in map(_vm, reply["Vms"])}
    nameless = {row["VmId"].lower(): row["Name"] for row in reply["Unread"]}
    for vm_id, one in unread.items():
        if one.part is UnreadPart.VM and vm_id not in vms:
            vms[vm_id] = unread_vm(vm_id, nameless[vm_id])
    return Inventory(
        host=Host(name=reply["Host"]["Name"], utc_offset_minutes=reply["Host"]["Offset"]),
        vms=tuple(vms.values()),
        checkpoints=tuple(
            {one.id: one for one in map(_checkpoint, reply["Checkpoints"]) if one.vm_id in vms}.values()
        ),
        unread=tuple(unread.values()),
        incomplete=reply["Host"]["Incomplete"],
        taken=datetime.now(UTC),
    )


def host_details(reply: dict[str, Any]) -> HostDetails:
    row = reply["Host"]
    return HostDetails(
        host=Host(
            name=row["Name"],
            full_name=row["FullName"],
            system=row["System"],
            utc_offset_minutes=row["Offset"],
            volumes=tuple(_volume(volume) for volume in row["Volumes"]),
            cluster=row["Cluster"],
            nodes=tuple(row["Nodes"]),
            unread=tuple(row["Unread"]),
        ),
        jobs=tuple(_job(job) for job in reply["Jobs"]) if reply["AreJobsRead"] else None,
        clustered=frozenset(VmId(guid(id)) for id in reply["Clustered"])
        if reply["IsClusteredRead"]
        else None,
        unclustered=frozenset(VmId(guid(id)) for id in reply["Unclustered"]),
    )


def events(reply: dict[str, Any]) -> tuple[MergeEvent, ...]:
    found = [
        MergeEvent(
            vm_id=VmId(guid(row["VmId"])),
            code=MERGE_EVENTS[row["Code"]],
            time=time(row["Time"]),
            hresult=int(row["Error"], 16) if _HRESULT.fullmatch(row["Error"]) else None,
        )
        for row in reply["Events"]
    ]
    return tuple(sorted(found, key=lambda event: event.time, reverse=True))


def disks(reply: dict[str, Any]) -> tuple[VmDisks, ...]:
    return tuple(_vm_disks(row) for row in reply["Vms"])


def health(*statuses: int | None) -> tuple[HealthCode, ...]:
    """Return what these operational statuses say of a VM's health; nothing for those of work."""
    found = [
        HealthCode.SR_IOV if 32785 <= status <= 32790 else HEALTH.get(status, HealthCode.UNKNOWN)
        for status in statuses
        if status and status not in HEALTHY and status not in ACTIVITIES
    ]
    return tuple(dict.fromkeys(found))


def _unread(row: dict[str, Any]) -> Unread:
    return Unread(vm_id=VmId(guid(row["VmId"])), part=UnreadPart(row["Part"]), words=row["Words"])


def _vm(row: dict[str, Any]) -> Vm:
    state, state_text = member(VmState, row["State"].removesuffix("Critical"))
    setting, setting_text = member(CheckpointSetting, row["CheckpointType"])
    primary, secondary = row["Primary"], row["Secondary"] or None
    return Vm(
        id=VmId(guid(row["Id"])),
        name=row["Name"] or guid(row["Id"]),
        state=state,
        state_text=state_text and row["State"],
        critical=row["State"].endswith("Critical"),
        checkpoint_setting=setting,
        checkpoint_setting_text=setting_text,
        automatic_checkpoints=row["Automatic"],
        current=checkpoint_id(row["Current"]),
        activity=ACTIVITIES.get(secondary, Activity.NONE) if secondary else Activity.NONE,
        in_service=primary == IN_SERVICE,
        uptime_seconds=row["Uptime"],
        memory_assigned=row["MemoryAssigned"],
        notes=row["Notes"],
        status_text=row["Status"],
        health=health(primary, secondary),
        replicated=row["Replication"] != "Disabled" if row["Replication"] else None,
    )


def _checkpoint(row: dict[str, Any]) -> Checkpoint:
    kind, kind_text = member(CheckpointKind, row["Type"])
    return Checkpoint(
        id=CheckpointId(guid(row["Id"])),
        vm_id=VmId(guid(row["VmId"])),
        name=row["Name"] or guid(row["Id"]),
        parent=checkpoint_id(row["Parent"]),
        created=date(row["Created"]) or NO_DATE,
        kind=kind,
        kind_text=kind_text,
        with_memory={"Saved": True, "Off": False}.get(row["State"]),
        automatic=row["Automatic"],
        notes=row["Notes"],
    )


def _job(row: dict[str, Any]) -> Job:
    return Job(
        id=row["Id"],
        vm_id=VmId(row["VmId"].lower()) if is_guid(row["VmId"]) else None,  # a job of the host itself
        activity=JOBS.get(row["Type"], Activity.OTHER),
        percent=None if row["Percent"] is None else min(max(row["Percent"], 0), 100),
        started=date(row["Started"]),
    )


def _vm_disks(row: dict[str, Any]) -> VmDisks:
    vm_id = VmId(guid(row["VmId"]))
    return VmDisks(
        vm_id=vm_id,
        without_drives=without_drives(row),
        disks=drives(row, vm_id),
        files=tuple(
            DiskFile(
                path=file["Path"],
                size=file["Size"],
                differencing=file["Differencing"],
                parent=file["Parent"],
                volume=file["Volume"],
            )
            for file in row["Files"]
        ),
        volumes=tuple(_volume(volume) for volume in row["Volumes"]),
        unread=tuple(
            UnreadFile(path=file["Path"], words=file["Words"], missing=file["Missing"])
            for file in row["Unread"]
        ),
        unread_drives=unread_drives(row),
    )


def _volume(row: dict[str, Any]) -> Volume:
    return Volume(name=row["Name"], size=row["Size"], free=row["Free"])
