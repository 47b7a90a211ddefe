"""The properties of VMM's objects, made from what is on a simulated host (facts §3)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.vmm_host.records import vmm_id

if TYPE_CHECKING:
    from hvtui.backends.mock.state.records import WorldDrive, WorldVm
    from hvtui.backends.mock.world import World
    from tests.vmm_host.records import Job

WORDS = {"Running": "Wird ausgeführt", "Off": "Beendet", "Saved": "Gespeichert", "Paused": "Angehalten"}
STATES = {"Running": "Running", "Off": "PowerOff", "Saved": "Saved", "Paused": "Paused"}
MEGABYTE = 1 << 20


def vm_row(world: World, host: str, vm: WorldVm, own: str) -> dict[str, Any]:
    state = STATES[vm.state]
    return {
        "ID": uuid.UUID(own), "VMId": vm.id.upper(), "Name": vm.name, "Status": state,
        "VirtualMachineState": state, "StatusString": WORDS[vm.state], "HostType": "VMHost",
        "VirtualizationPlatform": "HyperV", "HostName": host, "VMHost": {"ID": uuid.UUID(vmm_id(host)), "Name": host},
        "HostGroupPath": f"All Hosts\\Berlin\\{vm.name}", "Cloud": None, "CloudId": None, "CheckpointType": vm.checkpoint_type,
        "LastRestoredCheckpointID": (vm.parent_checkpoint_id or vm.id).upper(),
        "MemoryAssignedMB": (vm.memory_assigned or vm.memory_startup) // MEGABYTE,
        "Description": vm.notes, "IsPrimaryVM": False, "IsRecoveryVM": False, "IsHighlyAvailable": vm.clustered,
        "UnsupportedReason": None, "MostRecentTaskID": None, "MostRecentTaskUIState": None,
        "MostRecentTask": None, "ModifiedTime": world.now(),
        "Drives": [drive_row(world, host, drive) for drive in vm.drives],
    }  # fmt: skip


def checkpoint_rows(world: World, host: str, vm: WorldVm, own: str) -> list[dict[str, Any]]:
    return [
        {
            "ID": uuid.UUID(vmm_id(c.id)),
            "CheckpointID": c.id.upper(),
            "ParentCheckpointID": (c.parent_id or vm.id).upper(),
            "VMId": uuid.UUID(own),
            "Name": c.name,
            "Description": c.notes,
            "AddedTime": c.created,
            "Type": c.type,
            "VirtualDiskDrives": [drive_row(world, host, drive) for drive in c.drives],
        }
        for c in world.checkpoints.values()
        if c.vm_id == vm.id
    ]


def drive_row(world: World, host: str, drive: WorldDrive) -> dict[str, Any]:
    return {
        "BusType": drive.controller_type,
        "Bus": drive.controller_number,
        "Lun": drive.location,
        "VirtualHardDisk": _disk(world, host, drive.path),
    }


def _disk(world: World, host: str, path: str) -> dict[str, Any] | None:
    file = world.files.get(path)
    if file is None:
        return None
    volume = world.volume_of(path)
    return {
        "Location": file.path,
        "Size": file.size,
        "VHDType": "Differencing" if file.parent_path else "DynamicallyExpanding",
        "ParentDisk": _disk(world, host, file.parent_path) if file.parent_path else None,
        "HostVolumeId": uuid.UUID(vmm_id(f"{host} {volume.name}")) if volume else None,
    }


def host_row(world: World, host: str, *, responds: bool) -> dict[str, Any]:
    cluster = {"ID": uuid.UUID(vmm_id(world.cluster)), "Name": world.cluster} if world.cluster else None
    return {
        "ID": uuid.UUID(vmm_id(host)), "Name": host, "CommunicationState": "Responding" if responds else "NotResponding",
        "OperatingSystem": {"ToText": f"Microsoft {world.system} "}, "HostCluster": cluster,
        "VirtualizationPlatform": "HyperV", "RefresherMode": "EventBased",
    }  # fmt: skip


def volume_rows(world: World, host: str) -> list[dict[str, Any]]:
    return [
        {
            "ID": uuid.UUID(vmm_id(f"{host} {volume.name}")), "Name": f"{volume.name}\\", "Capacity": volume.size,
            "FreeSpace": world.free(volume), "VMHost": {"ID": uuid.UUID(vmm_id(host)), "Name": host},
        }
        for volume in world.volumes
    ]  # fmt: skip


def task_row(job: Job) -> dict[str, Any]:
    error = {
        "DisplayableErrorCode": job.number, "DetailedCode": 0, "Problem": job.words, "RecommendedAction": "",
        "IsSuccess": not job.number, "ToText": f"X ({job.number})",
    }  # fmt: skip
    return {
        "ID": uuid.UUID(job.id), "Status": job.status, "IsCompleted": job.status != "Running",
        "ProgressValue": 40 if job.status == "Running" else 100, "CmdletName": job.cmdlet,
        "TargetObjectID": uuid.UUID(job.on_checkpoint or job.vm_id), "StartTime": job.started, "ErrorInfo": error,
        "TargetObjectType": "VM",
    }  # fmt: skip


def encoded(value: Any) -> Any:
    """Return a value as the module expects it: the type of a text is its first character."""
    match value:
        case str():
            return f"={value}"
        case uuid.UUID():
            return f"#{value}"
        case datetime():
            return f"@{value.isoformat()}"
        case dict():
            return {name: encoded(each) for name, each in value.items()}
        case list():
            return [encoded(each) for each in value]
    return value
