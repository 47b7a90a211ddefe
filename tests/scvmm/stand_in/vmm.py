"""VMM as far as hvtui uses it: a database that is as old as the last refresh, locks, and jobs that outlive their callers.

What happens on the host is done by the simulated world. What facts §4 to §6 leave open is a switch.
"""

from __future__ import annotations

import copy
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.scenarios import build
from hvtui.backends.mock.state.records import Refused
from tests.scvmm.stand_in import objects
from tests.scvmm.stand_in.objects import WORK, Job, vmm_id
from tests.scvmm.stand_in.on_host import OnHost

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.state.records import WorldJob


class VmmError(Exception):
    def __init__(self, number: int, words: str) -> None:
        super().__init__(f"{words} (Error ID: {number})")
        self.number = number


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
        self.on_host = OnHost(self.world, self.clock)
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
            self.on_host.finish(start(self.world))

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
                return {"objects": [objects.encoded(each) for each in query(arguments)]}
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
        self.database.vms[own] = objects.virtual_machine(self.world, vm)
        self.database.checkpoints[own] = [
            objects.checkpoint(self.world, c) for c in self.world.checkpoints.values() if c.vm_id == vm.id
        ]

    # Queries.

    def _get_scvmmserver(self, _: dict[str, str]) -> list[dict[str, Any]]:
        return [objects.connection(self.profile)]

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
                "MostRecentTask": objects.task(newest),
            }
            if newest.status == "Running" and newest.cmdlet in WORK:
                row["Status"] = WORK[newest.cmdlet]
        return row

    def _get_scvmcheckpoint(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        lists = self._seen.checkpoints.items()
        return [each for id, own in lists if arguments.get("VM", id) == id for each in own]

    def _get_scvmhost(self, _: dict[str, str]) -> list[dict[str, Any]]:
        return [objects.host()]

    def _get_scstoragevolume(self, _: dict[str, str]) -> list[dict[str, Any]]:
        return objects.volumes(self.world)

    def _get_scvirtualdiskdrive(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        drives: list[dict[str, Any]] = self.database.vms[arguments["VM"]]["Drives"]
        return drives

    def _get_scjob(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        if "ID" in arguments:
            return [objects.task(self.jobs[arguments["ID"]])] if arguments["ID"] in self.jobs else []
        running = "Running" in arguments
        return [objects.task(job) for job in self.jobs.values() if job.status == "Running" or not running]

    def _find_scjob(self, arguments: dict[str, str]) -> list[dict[str, Any]]:
        id = arguments.get("ObjectID")
        after = datetime.fromisoformat(arguments["After"]) if "After" in arguments else None
        return [
            objects.task(job)
            for job in self.jobs.values()
            if id in (None, job.vm_id, job.on_checkpoint) and (after is None or job.started >= after)
        ]

    def _get_scstep(self, _: dict[str, str]) -> list[dict[str, Any]]:
        return [{"Name": "Create checkpoint"}]

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
            steps=lambda: self.on_host.carry_out(cmdlet, self._world_id(own), target, arguments),
            started=datetime.now(UTC),
        )
        self.jobs[job.id] = job
        if cmdlet not in self.parked:
            self._run(job)
        if "RunAsynchronously" not in arguments and job.number:
            raise VmmError(job.number, job.words)
        return {"objects": [], "job": objects.encoded(objects.task(job)) if self.names_jobs else None}

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
