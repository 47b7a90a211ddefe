"""VMM as far as hvtui uses it: a database that is as old as the last refresh, locks, and jobs that outlive their callers.

What happens on the host is done by the simulated world. What facts §4 to §6 leave open is a switch.
"""

from __future__ import annotations

import copy
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.scenarios import build
from hvtui.backends.mock.state.records import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.state.records import WorldJob, WorldVm

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


class VmmError(Exception):
    def __init__(self, number: int, words: str) -> None:
        super().__init__(f"{words} (Error ID: {number})")
        self.number = number


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


@dataclass(kw_only=True)
class Database:
    vms: dict[str, dict[str, Any]] = field(default_factory=dict)
    checkpoints: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By the id of the VM."""


class Vmm:
    def __init__(self) -> None:
        self.port = 0
        self._lock = threading.Condition(threading.RLock())
        self.reset()

    def reset(self) -> None:
        self.clock = ManualClock()
        self.world = build("one", self.clock).world
        self.database = Database()
        self.jobs: dict[str, Job] = {}
        self.calls: list[tuple[int, str, dict[str, str]]] = []
        self.parked: set[str] = set()
        """The cmdlets whose jobs run until `release`."""
        self.failing: dict[str, tuple[int, str, bool]] = {}
        """Number, words, and whether the job fails, not the cmdlet, by cmdlet."""
        self.shown: dict[str, dict[str, Any]] = {}
        """Properties of VMs that are other than the database says."""
        self.down = False
        self.broken: set[int] = set()
        """The processes whose connections are broken for good."""
        self.clients_cache = False
        """Whether a process sees VMs and checkpoints as they were at its last sign-in (facts §6 [UNV])."""
        self._cached: dict[int, Database] = {}
        self.profile = "Administrator"
        self.restore_leaves_off = False
        self.found_elsewhere = False
        """A VM that is not on its host is read all the same."""
        self.held: dict[str, bool] = {}
        """The cmdlets that do not answer, and whether their job is started all the same."""
        self.after_first: dict[str, Callable[[], None]] = {}
        """What somebody else does after the next job of a cmdlet."""
        self.names_jobs = True
        """Whether a cmdlet sets the variable of its job."""
        for vm in self.world.vms.values():
            self.refresh(vm.id)

    # What tests do.

    def vm_id(self) -> str:
        return vmm_id(next(iter(self.world.vms)))

    def checkpoint_id(self, name: str) -> str:
        (found,) = (c.id for c in self.world.checkpoints.values() if c.name == name)
        return found

    def outside(self, start: Callable[[Any], WorldJob]) -> None:
        """Do something on the host that VMM does not learn of."""
        with self._lock:
            self._finish(start(self.world))

    def wait_for_call(self, cmdlet: str, *, not_of: int = 0) -> int:
        """Wait until this cmdlet was called by a process, and return the id of that."""

        def processes() -> list[int]:
            return [process for process, name, _ in self.calls if name == cmdlet and process != not_of]

        with self._lock:
            assert self._lock.wait_for(processes, timeout=30), f"{cmdlet} was not called"
            return processes()[-1]

    def restart(self) -> None:
        """Restart the service: every connection to it is broken."""
        with self._lock:
            self.broken = {process for process, _, _ in self.calls}

    def lock(self) -> None:
        """Let a job of somebody else work on the VM."""
        with self._lock:
            self.parked.add("Move-SCVirtualMachine")
            self._start("Move-SCVirtualMachine", {"VM": self.vm_id(), "RunAsynchronously": ""})

    def release(self) -> None:
        """Let the jobs that run go on to their end."""
        with self._lock:
            self.parked.clear()
            for job in self.jobs.values():
                if job.status == "Running":
                    self._run(job)

    def called(self, cmdlet: str) -> list[dict[str, str]]:
        return [arguments for _, name, arguments in self.calls if name == cmdlet]

    # What the module asks.

    def call(self, process: int, cmdlet: str, arguments: dict[str, str]) -> dict[str, Any]:
        with self._lock:
            self.calls.append((process, cmdlet, arguments))
            self._lock.notify_all()
            if self.down or process in self.broken:
                raise VmmError(1602, "Der VMM-Dienst antwortet nicht.")
            if cmdlet in self.failing and not self.failing[cmdlet][2]:
                number, words, _ = self.failing.pop(cmdlet)
                raise VmmError(number, words)
            if cmdlet == "Get-SCVMMServer":
                self._cached[process] = copy.deepcopy(self.database)
            if cmdlet.startswith(("Get-", "Find-")):
                self._seen = self._cached[process] if self.clients_cache else self.database
                query = getattr(self, "_" + cmdlet.replace("-", "_").lower())
                return {"objects": [_encoded(each) for each in query(arguments)]}
            if cmdlet not in self.held:
                return self._start(cmdlet, arguments)
            if self.held[cmdlet]:
                self._start(cmdlet, arguments)
                self._lock.notify_all()
        threading.Event().wait()  # until the process of the tests ends
        raise AssertionError

    def refresh(self, world_id: str) -> None:
        """Take a VM into the database as it is on its host."""
        vm = self.world.vms.get(world_id)
        own = vmm_id(world_id)
        if vm is None:
            return
        self.database.vms[own] = self._vm(vm)
        self.database.checkpoints[own] = [
            {
                "ID": uuid.UUID(vmm_id(c.id)),
                "CheckpointID": c.id.upper(),
                "ParentCheckpointID": (c.parent_id or vm.id).upper(),
                "VMId": uuid.UUID(own),
                "Name": c.name,
                "Description": c.notes,
                "AddedTime": c.created,
                "VirtualDiskDrives": [self._drive(drive) for drive in c.drives],
            }
            for c in self.world.checkpoints.values()
            if c.vm_id == vm.id
        ]

    def _vm(self, vm: WorldVm) -> dict[str, Any]:
        return {
            "ID": uuid.UUID(vmm_id(vm.id)), "VMId": vm.id.upper(), "Name": vm.name, "Status": STATES[vm.state],
            "VirtualMachineState": STATES[vm.state], "StatusString": f"({vm.state})", "HostType": "VMHost",
            "VirtualizationPlatform": "HyperV", "HostName": HOST, "VMHost": {"ID": uuid.UUID(vmm_id(HOST)), "Name": HOST},
            "HostGroupPath": f"All Hosts\\Berlin\\{vm.name}", "Cloud": None, "CheckpointType": vm.checkpoint_type,
            "LastRestoredCheckpointID": (vm.parent_checkpoint_id or vm.id).upper(), "MemoryAssignedMB": 4096,
            "Description": vm.notes, "IsPrimaryVM": False, "IsRecoveryVM": False, "IsHighlyAvailable": False,
            "UnsupportedReason": None, "MostRecentTaskID": None, "MostRecentTaskUIState": None,
            "MostRecentTask": None, "ModifiedTime": self.world.now(),
            "Drives": [self._drive(drive) for drive in vm.drives],
        }  # fmt: skip

    def _drive(self, drive: Any) -> dict[str, Any]:
        return {
            "BusType": drive.controller_type,
            "Bus": drive.controller_number,
            "Lun": drive.location,
            "VirtualHardDisk": self._disk(drive.path),
        }

    def _disk(self, path: str) -> dict[str, Any] | None:
        file = self.world.files.get(path)
        if file is None:
            return None
        return {
            "Location": file.path,
            "Size": file.size,
            "VHDType": "Differencing" if file.parent_path else "DynamicallyExpanding",
            "ParentDisk": self._disk(file.parent_path) if file.parent_path else None,
            "HostVolumeId": uuid.UUID(vmm_id("D:")),
        }

    # Queries.

    def _get_scvmmserver(self, _: dict[str, str]) -> list[dict[str, Any]]:
        role = {"ID": uuid.UUID(vmm_id("role")), "Name": self.profile}
        return [
            {
                "Name": "localhost", "FullyQualifiedDomainName": "vmm01.corp.example", "IsConnected": True,
                "ProductVersion": "10.22.1287.0", "Profile": self.profile, "UserRole": role,
                "ConnectedUserName": "CORP\\you", "IsHighlyAvailable": False, "ActiveVMMNode": None,
            }
        ]  # fmt: skip

    def _get_scvirtualmachine(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        found = [self._shown(id) for id in self._seen.vms if arguments.get("ID", id) == id]
        if "ID" in arguments and not found:
            raise VmmError(801, "VMM kann das Objekt nicht finden.")
        return found

    def _shown(self, id: str) -> dict[str, Any]:
        row = self._seen.vms[id] | self.shown.get(id, {})
        row.pop("Drives", None)
        newest = next((job for job in reversed(self.jobs.values()) if job.vm_id == id), None)
        if newest is not None:
            ended = {"Completed": "Completed", "Failed": "Failed"}.get(newest.status)
            row |= {
                "MostRecentTaskID": uuid.UUID(newest.id),
                "MostRecentTaskUIState": ended,
                "MostRecentTask": self._task(newest),
            }
            if newest.status == "Running" and newest.cmdlet in WORK:
                row["Status"] = WORK[newest.cmdlet]
        return row

    def _get_scvmcheckpoint(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        lists = self._seen.checkpoints.items()
        return [each for id, own in lists if arguments.get("VM", id) == id for each in own]

    def _get_scvmhost(self, _: dict[str, str]) -> list[dict[str, Any]]:
        system = {"ToText": "Microsoft Windows Server 2022 Datacenter "}
        cluster = {"ID": uuid.UUID(vmm_id("clu")), "Name": "clu01"}
        return [
            {
                "ID": uuid.UUID(vmm_id(HOST)), "Name": HOST, "CommunicationState": "Responding",
                "OperatingSystem": system, "HostCluster": cluster, "RefresherMode": "EventBased",
            }
        ]  # fmt: skip

    def _get_scstoragevolume(self, _: dict[str, str]) -> list[dict[str, Any]]:
        return [
            {
                "ID": uuid.UUID(vmm_id(volume.name)), "Name": f"{volume.name}\\", "Capacity": volume.size,
                "FreeSpace": self.world.free(volume), "VMHost": {"ID": uuid.UUID(vmm_id(HOST)), "Name": HOST},
            }
            for volume in self.world.volumes
        ]  # fmt: skip

    def _get_scvirtualdiskdrive(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        drives: list[dict[str, Any]] = self.database.vms[arguments["VM"]]["Drives"]
        return drives

    def _get_scjob(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        if "ID" in arguments:
            return [self._task(self.jobs[arguments["ID"]])] if arguments["ID"] in self.jobs else []
        running = "Running" in arguments
        return [self._task(job) for job in self.jobs.values() if job.status == "Running" or not running]

    def _find_scjob(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        id = arguments.get("ObjectID")
        after = datetime.fromisoformat(arguments["After"]) if "After" in arguments else None
        return [
            self._task(job)
            for job in self.jobs.values()
            if id in (None, job.vm_id, job.on_checkpoint) and (after is None or job.started >= after)
        ]

    def _get_scstep(self, _: dict[str, str]) -> list[dict[str, Any]]:
        return [{"Name": "Create checkpoint"}]

    def _task(self, job: Job) -> dict[str, Any]:
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

    # Jobs.

    def _start(self, cmdlet: str, arguments: dict[str, str]) -> dict[str, Any]:
        own = arguments.get("VM", "")
        target = arguments.get("VMCheckpoint", "")
        if target:
            lists = self.database.checkpoints.items()
            own = next(id for id, listed in lists if any(str(c["ID"]) == target for c in listed))
        if any(job.status == "Running" and job.vm_id == own for job in self.jobs.values()):
            raise VmmError(2606, "Das Objekt ist durch einen anderen Auftrag gesperrt.")
        job = Job(
            id=str(uuid.uuid4()),
            cmdlet=cmdlet,
            vm_id=own,
            on_checkpoint=target,
            steps=lambda: self._steps(cmdlet, own, target, arguments),
            started=datetime.now(UTC),
        )
        self.jobs[job.id] = job
        if cmdlet not in self.parked:
            self._run(job)
        if "RunAsynchronously" not in arguments and job.number:
            raise VmmError(job.number, job.words)
        return {"objects": [], "job": _encoded(self._task(job)) if self.names_jobs else None}

    def _run(self, job: Job) -> None:
        world_id = self._world_id(job.vm_id)
        try:
            if job.cmdlet in self.failing:
                job.number, job.words, _ = self.failing.pop(job.cmdlet)
            else:
                job.steps()
        except Refused as error:
            job.number, job.words = 12711, str(error)
        except KeyError:
            job.number, job.words = 801, "VMM kann das Objekt nicht finden."
        job.status = "Failed" if job.number else "Completed"
        if meanwhile := self.after_first.pop(job.cmdlet, None):
            meanwhile()
        self.refresh(world_id)

    def _world_id(self, own: str) -> str:
        return str(self.database.vms[own]["VMId"]).lower()

    def _steps(self, cmdlet: str, own: str, target: str, arguments: dict[str, str]) -> None:
        vm_id = self._world_id(own)
        checkpoint = next((c for c in self.world.checkpoints if vmm_id(c) == target), "")
        if target and not checkpoint:
            raise KeyError(target)
        match cmdlet:
            case "Read-SCVirtualMachine":
                if vm_id not in self.world.vms and not self.found_elsewhere:
                    raise KeyError(vm_id)
            case "New-SCVMCheckpoint":
                made = self._finish(self.world.take_checkpoint(vm_id))
                assert made.result
                self._finish(self.world.rename(made.result, arguments["Name"]))
            case "Set-SCVMCheckpoint":
                self._finish(self.world.rename(checkpoint, arguments["Name"]))
            case "Remove-SCVMCheckpoint":
                self._finish(self.world.destroy(checkpoint))
            case "Restore-SCVMCheckpoint":
                self._restore(vm_id, checkpoint)
            case "Start-SCVirtualMachine" | "Resume-SCVirtualMachine":
                self._finish(self.world.start(vm_id))
            case "Stop-SCVirtualMachine":
                verb = {"Force": "turn_off", "SaveState": "save", "DiscardSavedState": "discard_saved_state"}
                name = next((verb[flag] for flag in verb if flag in arguments), "shut_down")
                self._finish(getattr(self.world, name)(vm_id))

    def _restore(self, vm_id: str, checkpoint: str) -> None:
        was_running = self.world.vms[vm_id].state == "Running"
        if was_running:
            self._finish(self.world.save(vm_id))
        self._finish(self.world.apply(checkpoint))
        if was_running and self.world.vms[vm_id].state == "Saved" and not self.restore_leaves_off:
            self._finish(self.world.start(vm_id))
        elif self.restore_leaves_off and self.world.vms[vm_id].state == "Saved":
            self._finish(self.world.discard_saved_state(vm_id))

    def _finish(self, job: WorldJob) -> WorldJob:
        self.clock.advance(max(0.0, (job.ends - self.clock.now()) / timedelta(seconds=1)))
        self.world.settle()
        if job.error:
            raise job.error
        return job


def _encoded(value: Any) -> Any:
    match value:
        case str():
            return f"={value}"
        case uuid.UUID():
            return f"#{value}"
        case datetime():
            return f"@{value.isoformat()}"
        case dict():
            return {name: _encoded(each) for name, each in value.items()}
        case list():
            return [_encoded(each) for each in value]
    return value
