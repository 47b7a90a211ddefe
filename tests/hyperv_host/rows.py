"""Converts records of the simulated host to rows for the cmdlets, with one cell for each property.

Properties that are not in the row exist on the object too, but are empty: `classes` takes them from the facts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.scenarios import build
from hvtui.backends.mock.state.records import GB
from tests.hyperv_host import facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hvtui.backends.mock.state.records import WorldCheckpoint, WorldDrive, WorldFile, WorldVm
    from hvtui.backends.mock.world import World
    from tests.hyperv_host.protocol import Cell

DESCRIPTIONS = {
    2: "Operating normally", 3: "Degraded", 5: "Predictive failure", 11: "In service", 32768: "Creating checkpoint",
    32769: "Applying checkpoint", 32770: "Deleting checkpoint", 32772: "Merging disks", 32776: "Backing up",
    32784: "Communication failed", 32790: "Degraded (SR-IOV not operational)",
}  # fmt: skip
NO_GUID = "00000000-0000-0000-0000-000000000000"
COMPONENTS = {
    "Guest Service Interface": "6C09BB55-D683-4DA0-8931-C9BF705F6480",
    "Heartbeat": "84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47",
    "Key-Value Pair Exchange": "2A34B1C2-FD73-4043-8A5B-DD2159BC743F",
    "Shutdown": "9F8233AC-BE49-4C79-8EE3-E7E1985B2077",
    "Time Synchronization": "2497F4DE-E9FA-4204-80E4-4B75C46419C0",
    "VSS": "5CED1297-4598-4915-A5FC-AD21BB4D02A4",
}
"""The ids of the integration components (facts §2)."""

Row = dict[str, "Cell"]


def virtual_machine(world: World, vm: WorldVm) -> Row:
    primary, secondary = world.operational_status(vm.id)
    statuses = [int(primary), *([int(secondary)] if secondary is not None else [])]
    descriptions = [DESCRIPTIONS.get(number, f"Status {number}") for number in statuses]
    running = vm.state == "Running"
    parent = world.checkpoints.get(vm.parent_checkpoint_id or "")
    return {
        "Id": vm.id,
        "Name": vm.name,
        "ComputerName": world.host_name.upper(),
        "CreationTime": vm.created,
        "State": vm.state,
        "Status": descriptions[-1],
        "OperationalStatus": statuses,
        "PrimaryOperationalStatus": statuses[0],
        "SecondaryOperationalStatus": statuses[1] if secondary is not None else None,
        "StatusDescriptions": descriptions,
        "PrimaryStatusDescription": descriptions[0],
        "SecondaryStatusDescription": descriptions[1] if secondary is not None else None,
        "Uptime": world.now() - vm.started_at if running and vm.started_at else timedelta(),
        "CPUUsage": 3 if running else 0,
        "MemoryAssigned": vm.memory_assigned,
        "MemoryStartup": vm.memory_startup,
        "MemoryMinimum": vm.memory_startup,
        "MemoryMaximum": 1024 * GB,
        "MemoryStatus": "OK" if running else "",
        "ProcessorCount": vm.processors,
        "Heartbeat": "OkApplicationsUnknown" if running else None,
        "IntegrationServicesState": "",
        "CheckpointType": vm.checkpoint_type,
        "AutomaticCheckpointsEnabled": vm.automatic_checkpoints,
        "ParentSnapshotId": vm.parent_checkpoint_id,
        "ParentSnapshotName": parent.name if parent else None,
        "SnapshotFileLocation": vm.path,
        "Path": vm.path,
        "ConfigurationLocation": vm.path,
        "SmartPagingFilePath": vm.path,
        "Notes": vm.notes,
        "Generation": 2,
        "Version": "12.0",
        "IsClustered": vm.clustered,
        "SizeOfSystemFiles": vm.saved_memory_bytes,
        "VirtualMachineType": "RealizedVirtualMachine",
        "VirtualMachineSubType": "Generation2",
        "AutomaticStartAction": "StartIfRunning",
        "AutomaticStopAction": "Save",
        "AutomaticCriticalErrorAction": "Pause",
        "AutomaticCriticalErrorActionTimeout": 30,
        "ReplicationState": "Replicating" if vm.replicated else "Disabled",
        "ReplicationMode": "Primary" if vm.replicated else "None",
        "ReplicationHealth": "Normal" if vm.replicated else "NotApplicable",
    }


def checkpoint(world: World, checkpoint: WorldCheckpoint) -> Row:
    vm = world.vms[checkpoint.vm_id]
    parent = world.checkpoints.get(checkpoint.parent_id or "")
    return {
        "Id": checkpoint.id,
        "Name": checkpoint.name,
        "VMId": vm.id,
        "VMName": vm.name,
        "ComputerName": world.host_name.upper(),
        "SnapshotType": checkpoint.type,
        "IsAutomaticCheckpoint": checkpoint.automatic,
        "CreationTime": checkpoint.created,
        "State": checkpoint.state,
        "ParentSnapshotId": checkpoint.parent_id,
        "ParentSnapshotName": parent.name if parent else None,
        "Notes": checkpoint.notes,
        "Path": vm.path,
        "SizeOfSystemFiles": checkpoint.memory_bytes,
        "MemoryStartup": checkpoint.memory_startup,
        "ProcessorCount": checkpoint.processors,
        "Generation": 2,
        "Version": "12.0",
        "IsClustered": vm.clustered,
    }


def drive(world: World, vm: WorldVm, owner: WorldCheckpoint | None, drive: WorldDrive) -> Row:
    address = f"{drive.controller_number} at location {drive.location}"
    return {
        "Path": drive.path,
        "ControllerType": drive.controller_type,
        "ControllerNumber": drive.controller_number,
        "ControllerLocation": drive.location,
        "Name": f"Hard Drive on {drive.controller_type} controller number {address}",
        "PoolName": "Primordial",
        "Id": f"Microsoft:{vm.id.upper()}\\{drive.controller_number}\\{drive.location}\\D",
        "VMId": vm.id,
        "VMName": vm.name,
        "VMSnapshotId": owner.id if owner else NO_GUID,
        "VMSnapshotName": owner.name if owner else "",
        "ComputerName": world.host_name.upper(),
    }


def disk_file(world: World, file: WorldFile) -> Row:
    root_type = "Fixed" if file.fixed else "Dynamic"
    return {
        "ComputerName": world.host_name.upper(),
        "Path": file.path,
        "VhdFormat": "VHDX",
        "VhdType": "Differencing" if file.parent_path else root_type,
        "FileSize": file.size,
        "Size": file.max_size,
        "LogicalSectorSize": 512,
        "PhysicalSectorSize": 4096,
        "BlockSize": 32 << 20,
        "ParentPath": file.parent_path,
        "Alignment": 1,
        "Attached": True,
    }


def components(world: World, vm: WorldVm) -> Iterator[Row]:
    for name, component_id in COMPONENTS.items():
        responds = {"Shutdown": vm.shutdown_ok, "VSS": vm.production_possible}.get(name, True)
        status = ("Ok" if responds else "NoContact") if vm.state == "Running" else None
        yield {
            "Enabled": name != "Guest Service Interface",
            "OperationalStatus": [number("VMIntegrationComponentOperationalStatus", status)]
            if status
            else None,
            "PrimaryOperationalStatus": status,
            "PrimaryStatusDescription": {"Ok": "OK", "NoContact": "No Contact", None: ""}[status],
            "SecondaryStatusDescription": "",
            "Name": name,
            "Id": f"Microsoft:{vm.id.upper()}\\{component_id}",
            "VMId": vm.id,
            "VMName": vm.name,
            "VMSnapshotId": NO_GUID,
            "ComputerName": world.host_name.upper(),
        }


def host(world: World) -> Row:
    return {
        "Name": world.host_name.upper(),
        "ComputerName": world.host_name.upper(),
        "FullyQualifiedDomainName": world.full_name,
        "LogicalProcessorCount": 32,
        "MemoryCapacity": 256 * GB,
        "VirtualMachinePath": "D:\\Hyper-V",
        "VirtualHardDiskPath": "D:\\Hyper-V",
        "NumaSpanningEnabled": True,
        "EnableEnhancedSessionMode": True,
        "MaximumStorageMigrations": 2,
        "MaximumVirtualMachineMigrations": 2,
    }


def number(enum: str, name: str) -> int:
    return facts.hyperv()["enums"][enum][name]


def cells(class_name: str, row: Row) -> list[Cell]:
    """Return the values of a row, with the names of enum members replaced by their numbers."""
    fields = facts.hyperv()["classes"][class_name]
    found: list[Cell] = []
    for name, value in row.items():
        names = facts.enum_of(fields[name])
        found.append(names[value] if names and isinstance(value, str) else value)
    return found


def read_late(cells: list[Cell], row: Row) -> list[Cell]:
    """Mark a VM as one whose properties throw when they are read."""
    return ["late" if name == "State" else cell for name, cell in zip(row, cells, strict=True)]


def columns() -> dict[str, list[str]]:
    """Return the properties in the rows of each class, in order. They are taken from rows of a small host."""
    world = build("one", ManualClock()).world
    vm, one = next(iter(world.vms.values())), next(iter(world.checkpoints.values()))
    samples: dict[str, Callable[[], Row]] = {
        "VirtualMachine": lambda: virtual_machine(world, vm),
        "VMSnapshot": lambda: checkpoint(world, one),
        "HardDiskDrive": lambda: drive(world, vm, None, vm.drives[0]),
        "VirtualHardDisk": lambda: disk_file(world, next(iter(world.files.values()))),
        "VMIntegrationComponent": lambda: next(components(world, vm)),
        "VMHost": lambda: host(world),
    }
    return {name: list(sample()) for name, sample in samples.items()}
