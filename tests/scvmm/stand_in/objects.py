"""The objects of VMM: their properties, as the module returns them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.state.records import WorldCheckpoint, WorldDrive, WorldVm
    from hvtui.backends.mock.world import World

HOST = "hv01.corp.example"
STATES = {"Running": "Running", "Off": "PowerOff", "Saved": "Saved", "Paused": "Paused"}
WORK = {
    "New-SCVMCheckpoint": "CreatingCheckpoint",
    "Restore-SCVMCheckpoint": "RecoveringCheckpoint",
    "Remove-SCVMCheckpoint": "DeletingCheckpoint",
}


def vmm_id(id: str) -> str:
    """Return VMM's own id of an object with this id of Hyper-V's."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, id))


@dataclass(kw_only=True)
class Job:
    id: str
    cmdlet: str
    vm_id: str
    steps: Callable[[], None]
    started: datetime
    status: str = "Running"
    number: int = 0
    words: str = ""
    on_checkpoint: str = ""
    """The id of the checkpoint that it is about, as VMM knows it."""


def virtual_machine(world: World, vm: WorldVm) -> dict[str, Any]:
    return {
        "ID": uuid.UUID(vmm_id(vm.id)), "VMId": vm.id.upper(), "Name": vm.name, "Status": STATES[vm.state],
        "VirtualMachineState": STATES[vm.state], "StatusString": f"({vm.state})", "HostType": "VMHost",
        "VirtualizationPlatform": "HyperV", "HostName": HOST, "VMHost": {"ID": uuid.UUID(vmm_id(HOST)), "Name": HOST},
        "HostGroupPath": f"All Hosts\\Berlin\\{vm.name}", "Cloud": None, "CheckpointType": vm.checkpoint_type,
        "LastRestoredCheckpointID": (vm.parent_checkpoint_id or vm.id).upper(), "MemoryAssignedMB": 4096,
        "Description": vm.notes, "IsPrimaryVM": False, "IsRecoveryVM": False, "IsHighlyAvailable": False,
        "UnsupportedReason": None, "MostRecentTaskID": None, "MostRecentTaskUIState": None,
        "MostRecentTask": None, "ModifiedTime": world.now(),
        "Drives": [_drive(world, drive) for drive in vm.drives],
    }  # fmt: skip


def checkpoint(world: World, c: WorldCheckpoint) -> dict[str, Any]:
    return {
        "ID": uuid.UUID(vmm_id(c.id)),
        "CheckpointID": c.id.upper(),
        "ParentCheckpointID": (c.parent_id or c.vm_id).upper(),
        "VMId": uuid.UUID(vmm_id(c.vm_id)),
        "Name": c.name,
        "Description": c.notes,
        "AddedTime": c.created,
        "VirtualDiskDrives": [_drive(world, drive) for drive in c.drives],
    }


def _drive(world: World, drive: WorldDrive) -> dict[str, Any]:
    return {
        "BusType": drive.controller_type,
        "Bus": drive.controller_number,
        "Lun": drive.location,
        "VirtualHardDisk": _disk(world, drive.path),
    }


def _disk(world: World, path: str) -> dict[str, Any] | None:
    file = world.files.get(path)
    if file is None:
        return None
    return {
        "Location": file.path,
        "Size": file.size,
        "VHDType": "Differencing" if file.parent_path else "DynamicallyExpanding",
        "ParentDisk": _disk(world, file.parent_path) if file.parent_path else None,
        "HostVolumeId": uuid.UUID(vmm_id("D:")),
    }


def connection(profile: str) -> dict[str, Any]:
    role = {"ID": uuid.UUID(vmm_id("role")), "Name": profile}
    return {
            "Name": "localhost", "FullyQualifiedDomainName": "vmm01.corp.example", "IsConnected": True,
            "ProductVersion": "10.22.1287.0", "Profile": profile, "UserRole": role,
            "ConnectedUserName": "CORP\\you", "IsHighlyAvailable": False, "ActiveVMMNode": None,
    }  # fmt: skip


def host() -> dict[str, Any]:
    system = {"ToText": "Microsoft Windows Server 2022 Datacenter "}
    cluster = {"ID": uuid.UUID(vmm_id("clu")), "Name": "clu01"}
    return {
            "ID": uuid.UUID(vmm_id(HOST)), "Name": HOST, "CommunicationState": "Responding",
            "OperatingSystem": system, "HostCluster": cluster, "RefresherMode": "EventBased",
    }  # fmt: skip


def volumes(world: World) -> list[dict[str, Any]]:
    return [
        {
            "ID": uuid.UUID(vmm_id(volume.name)), "Name": f"{volume.name}\\", "Capacity": volume.size,
            "FreeSpace": world.free(volume), "VMHost": {"ID": uuid.UUID(vmm_id(HOST)), "Name": HOST},
        }
        for volume in world.volumes
    ]  # fmt: skip


def task(job: Job) -> dict[str, Any]:
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
    """Return a value as the module's connection.ps1 reads it."""
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
