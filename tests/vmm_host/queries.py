"""What the cmdlets that read return: VMM's database, its jobs, and its hosts."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hvtui.backends.mock.state.records import OperationalStatus
from tests.vmm_host import objects
from tests.vmm_host.records import NOT_FOUND, VmmError, vmm_id

if TYPE_CHECKING:
    from tests.vmm_host.records import Database
    from tests.vmm_host.vmm import Vmm

WORK = {
    "New-SCVMCheckpoint": "CreatingCheckpoint",
    "Restore-SCVMCheckpoint": "RecoveringCheckpoint",
    "Remove-SCVMCheckpoint": "DeletingCheckpoint",
}


class Queries:
    """The cmdlets of a client. `seen` is the database, or what the client has kept of it."""

    def __init__(self, vmm: Vmm, seen: Database) -> None:
        self._vmm = vmm
        self._seen = seen

    def run(self, cmdlet: str, arguments: dict[str, str]) -> list[dict[str, Any]]:
        query = getattr(self, cmdlet.replace("-", "_").lower())
        found: list[dict[str, Any]] = query(arguments)
        return found

    def get_scvmmserver(self, _: dict[str, str]) -> list[dict[str, Any]]:
        role = {"ID": uuid.UUID(vmm_id("role")), "Name": self._vmm.profile}
        return [
            {
                "Name": "localhost", "FullyQualifiedDomainName": "vmm01.corp.example", "IsConnected": True,
                "ProductVersion": "10.22.1287.0", "Profile": self._vmm.profile, "UserRole": role,
                "ConnectedUserName": "CORP\\you", "IsHighlyAvailable": False, "ActiveVMMNode": None,
            }
        ]  # fmt: skip

    def get_scvirtualmachine(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        found = [self._shown(id) for id in self._seen.vms if arguments.get("ID", id) == id]
        if "ID" in arguments and not found and self._vmm.unverified.unknown_id_fails:
            raise VmmError(801, NOT_FOUND)
        return found

    def _shown(self, id: str) -> dict[str, Any]:
        row = self._seen.vms[id] | self._seen_of_host(self._seen.vms[id]) | self._vmm.shown.get(id, {})
        row.pop("Drives", None)
        newest = next((job for job in reversed(self._vmm.jobs.values()) if job.vm_id == id), None)
        if newest is not None:
            ended = {"Completed": "Completed", "Failed": "Failed"}.get(newest.status)
            row |= {
                "MostRecentTaskID": uuid.UUID(newest.id),
                "MostRecentTaskUIState": ended,
                "MostRecentTask": objects.task_row(newest),
            }
            if newest.status == "Running" and newest.cmdlet in WORK:
                row["Status"] = WORK[newest.cmdlet]
        return row

    def _seen_of_host(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return what VMM notices between refreshes."""
        host, id = row["HostName"], str(row["VMId"]).lower()
        if host in self._vmm.datacenter.unreachable:
            return {"Status": "HostNotResponding"}
        found = self._vmm.datacenter.hosts.get(host)
        if found is None or id not in found.world.vms or not self._vmm.unverified.merge_shows:
            return {}
        merging = OperationalStatus.MERGING in found.world.operational_status(id)
        return {"Status": "MergingDrives"} if merging else {}

    def get_scvmcheckpoint(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        lists = self._seen.checkpoints.items()
        found = [each for id, own in lists if arguments.get("VM", id) == id for each in own]
        if not self._vmm.unverified.lists_backups:
            found = [each for each in found if each["Type"] == "Standard"]
        return [
            {name: each[name] for name in each if name not in ("VirtualDiskDrives", "Type")} for each in found
        ]

    def get_drivesofcheckpoint(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        """Return what the property VirtualDiskDrives of a checkpoint is, for the module."""
        every = (each for own in self._seen.checkpoints.values() for each in own)
        found = [each["VirtualDiskDrives"] for each in every if str(each["ID"]) == arguments["ID"]]
        return found[0] if found else []

    def get_scuserrolepermission(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        actions = self._vmm.actions_in(arguments.get("Cloud", "")) or set()
        match self._vmm.unverified.permissions:
            case "switches":
                return [{name: name in actions for name in ("Checkpoint", "CheckpointRestoreOnly", "Start")}]
            case "words":
                return [{"Permission": ", ".join(["Deploy", *sorted(actions)])}]
        return [{"ID": uuid.UUID(vmm_id("permission"))}]

    def get_scvmhost(self, _: dict[str, str]) -> list[dict[str, Any]]:
        gone = self._vmm.datacenter.unreachable
        return [
            objects.host_row(host.world, name, responds=name not in gone)
            for name, host in self._vmm.datacenter.hosts.items()
        ]

    def get_scstoragevolume(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        wanted = arguments.get("VMHost")
        return [
            volume
            for name, host in self._vmm.datacenter.hosts.items()
            if wanted in (None, vmm_id(name))
            for volume in objects.volume_rows(host.world, name)
        ]

    def get_scvirtualdiskdrive(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        drives: list[dict[str, Any]] = self._vmm.database.vms[arguments["VM"]]["Drives"]
        return drives

    def get_scjob(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        if "ID" in arguments:
            return (
                [objects.task_row(self._vmm.jobs[arguments["ID"]])]
                if arguments["ID"] in self._vmm.jobs
                else []
            )
        running = "Running" in arguments
        return [
            objects.task_row(job) for job in self._vmm.jobs.values() if job.status == "Running" or not running
        ]

    def find_scjob(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        id = arguments.get("ObjectID")
        after = datetime.fromisoformat(arguments["After"]) if "After" in arguments else None
        return [
            objects.task_row(job)
            for job in self._vmm.jobs.values()
            if id in (None, job.vm_id, job.on_checkpoint) and (after is None or job.started >= after)
        ]

    def get_scstep(self, _: dict[str, str]) -> list[dict[str, Any]]:
        return [{"Name": "Create checkpoint"}]
