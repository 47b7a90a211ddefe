"""VMM as far as hvtui uses it: a database that is as old as the last refresh, locks, and jobs that outlive their callers.

What happens on the hosts is done by simulated worlds. What facts §4 to §6 leave open is a switch in `Unverified`.
"""

from __future__ import annotations

import copy
import threading
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.datacenter import Datacenter
from hvtui.backends.mock.scenarios import build
from hvtui.backends.mock.state.records import Refused
from tests.vmm_host import objects
from tests.vmm_host.queries import Queries
from tests.vmm_host.records import NOT_FOUND, Database, Job, Unverified, VmmError, vmm_id
from tests.vmm_host.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.clock import Clock
    from hvtui.backends.mock.state.records import WorldJob

HOST = "hv01.corp.example"


def one_host(clock: Clock) -> Datacenter:
    """Return a cluster of one host, which has one VM with a small tree of checkpoints."""
    host = build("one", clock)
    host.world.cluster, host.world.system = "clu01", "Windows Server 2022 Datacenter"
    return Datacenter({HOST: host})


class Vmm:
    """A VMM server. `make` returns the hosts that it manages, `clock` is theirs."""

    def __init__(
        self,
        make: Callable[[Clock], Datacenter] = one_host,
        clock: Callable[[], Clock] = ManualClock,
        unverified: Callable[[], Unverified] = Unverified,
    ) -> None:
        self.port = 0
        self._make, self._new_clock, self._new_unverified = make, clock, unverified
        self._lock = threading.Condition(threading.RLock())
        self.reset()

    def reset(self) -> None:
        """Start anew with fresh hosts, all of them just refreshed."""
        self.clock: Any = self._new_clock()
        self.datacenter = self._make(self.clock)
        self.world = next(iter(self.datacenter.hosts.values())).world
        """The first host."""
        self.unverified = self._new_unverified()
        self._work = Steps(self.clock, self._lock.wait)
        self.database = Database()
        self.jobs: dict[str, Job] = {}
        self.calls: list[tuple[int, str, dict[str, str]]] = []
        self.parked: set[str] = set()
        """The cmdlets whose jobs run until `release`."""
        self.failing: dict[str, tuple[int, str, bool]] = {}
        """Number, words, and whether the job fails, not the cmdlet, by cmdlet."""
        self.breaks_off: dict[str, int] = {}
        """The cmdlets whose list ends with an error, and after how many objects."""
        self.shown: dict[str, dict[str, Any]] = {}
        """Properties of VMs that are other than the database says."""
        self.down = False
        self.broken: set[int] = set()
        """The processes whose connections are broken for good."""
        self._cached: dict[int, Database] = {}
        self.profile = "Administrator"
        self.actions: set[str] | None = None
        """The actions of a self-service role, of Checkpoint and CheckpointRestoreOnly (facts §7). None: no such role."""
        self.actions_by_cloud: dict[str, set[str]] = {}
        """Those on the VMs of a cloud, by its id, where they differ."""
        self.found_elsewhere = False
        """A VM that is not on its host is read all the same."""
        self.held: dict[str, bool] = {}
        """The cmdlets that do not answer, and whether their job is started all the same."""
        self.after_first: dict[str, Callable[[], None]] = {}
        """What somebody else does after the next job of a cmdlet."""
        self.names_jobs = True
        """Whether a cmdlet sets the variable of its job."""
        for host in self.datacenter.hosts.values():
            for id in host.world.vms:
                self.refresh(id)

    # What tests do.

    def vm_id(self) -> str:
        return vmm_id(next(iter(self.world.vms)))

    def checkpoint_id(self, name: str) -> str:
        (found,) = (c.id for c in self.world.checkpoints.values() if c.name == name)
        return found

    def outside(self, start: Callable[[Any], WorldJob]) -> None:
        """Do something on the host that VMM does not learn of."""
        with self._lock:
            self._work.finish(self.world, start(self.world))
            if self.unverified.events_refresh:
                self.refresh(next(iter(self.world.vms)))

    def fail_over(self, world_id: str, to: str) -> None:
        """Move a VM to another host, as its cluster does. VMM learns of it at the next refresh of the VM."""
        with self._lock:
            self.datacenter.move(world_id, to)

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
            if self.unverified.restart_ends_jobs:
                for job in self.jobs.values():
                    if job.status == "Running":
                        job.status, job.number, job.words = (
                            "Failed",
                            1711,
                            "Der VMM-Dienst wurde neu gestartet.",
                        )

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
            if cmdlet != "Get-DrivesOfCheckpoint":  # a property, not a cmdlet
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
                seen = self.database
                if self.unverified.clients_cache:
                    seen = self._cached.setdefault(process, copy.deepcopy(self.database))
                found = [objects.encoded(each) for each in Queries(self, seen).run(cmdlet, arguments)]
                if cmdlet in self.breaks_off:
                    raise VmmError(20413, "Kritischer Fehler.", after=found[: self.breaks_off[cmdlet]])
                return {"objects": found}
            if cmdlet not in self.held:
                return self._start(cmdlet, arguments)
            if self.held[cmdlet]:
                self._start(cmdlet, arguments)
                self._lock.notify_all()
        threading.Event().wait()  # until the process of the tests ends
        raise AssertionError

    def refresh(self, world_id: str, own: str = "") -> None:
        """Take a VM into the database as it is on its host."""
        own = own or vmm_id(world_id)
        host = next((n for n, h in self.datacenter.hosts.items() if world_id in h.world.vms), None)
        if host is None:
            return
        before = self.database.vms.get(own)
        if before and before["HostName"] != host and self.unverified.failover_doubles:
            before |= {"Status": "Missing", "VirtualMachineState": "PowerOff"}
            own = vmm_id(f"{world_id} {host}")
        world = self.datacenter.hosts[host].world
        vm = world.vms[world_id]
        self.database.vms[own] = objects.vm_row(world, host, vm, own)
        self.database.checkpoints[own] = objects.checkpoint_rows(world, host, vm, own)

    # Jobs.

    def _start(self, cmdlet: str, arguments: dict[str, str]) -> dict[str, Any]:
        own = arguments.get("VM", "")
        target = arguments.get("VMCheckpoint", "")
        if target:
            lists = self.database.checkpoints.items()
            own = next((id for id, listed in lists if any(str(c["ID"]) == target for c in listed)), "")
        if own not in self.database.vms:
            raise VmmError(801, NOT_FOUND)
        self._require_right(cmdlet, own)
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
            if isinstance(self.clock, ManualClock):
                self._run(job)
            else:
                threading.Thread(target=self._run, args=(job,), daemon=True).start()
        if "RunAsynchronously" not in arguments:
            if cmdlet not in self.parked:
                self._lock.wait_for(lambda: job.status != "Running")
            if job.number:
                raise VmmError(job.number, job.words)
        return {"objects": [], "job": objects.encoded(objects.task_row(job)) if self.names_jobs else None}

    def _require_right(self, cmdlet: str, own: str) -> None:
        """Refuse what the role may not do with this VM (facts §7)."""
        allowed = self.profile != "ReadOnlyAdmin"
        actions = self.actions_in(str(self.shown.get(own, {}).get("CloudId")))
        if actions is not None and cmdlet.endswith("-SCVMCheckpoint"):
            enough = {"Checkpoint", *(["CheckpointRestoreOnly"] if cmdlet.startswith("Restore-") else [])}
            allowed = bool(actions & enough)
        if not allowed:
            raise VmmError(self.unverified.refused_number, "Sie haben keine Berechtigung.")

    def actions_in(self, cloud: str) -> set[str] | None:
        """Return the actions of the role on VMs of the cloud with this id."""
        return self.actions_by_cloud.get(cloud, self.actions)

    def _run(self, job: Job) -> None:
        with self._lock:
            row = self.database.vms[job.vm_id]
            try:
                if job.cmdlet in self.failing:
                    job.number, job.words, _ = self.failing.pop(job.cmdlet)
                else:
                    job.steps()
            except Refused as error:
                job.number, job.words = 12711, str(error)
            except VmmError as error:
                job.number, job.words = error.number, error.words
            except KeyError:
                job.number, job.words = 801, NOT_FOUND
            job.status = "Failed" if job.number else "Completed"
            if meanwhile := self.after_first.pop(job.cmdlet, None):
                meanwhile()
            only_renamed = job.cmdlet == "Set-SCVMCheckpoint" and not self.unverified.rename_reaches_host
            if row["HostName"] not in self.datacenter.unreachable and not only_renamed:
                self.refresh(str(row["VMId"]).lower(), job.vm_id)
            self._lock.notify_all()

    def _steps(self, cmdlet: str, own: str, target: str, arguments: dict[str, str]) -> None:
        row = self.database.vms[own]
        vm_id = str(row["VMId"]).lower()
        if row["HostName"] in self.datacenter.unreachable:
            raise VmmError(2916, "VMM kann keine Verbindung mit dem Agent des Hosts herstellen.")
        if cmdlet == "Read-SCVirtualMachine":
            somewhere = any(vm_id in host.world.vms for host in self.datacenter.hosts.values())
            if not somewhere and not self.found_elsewhere:
                raise KeyError(vm_id)
            return
        world = self.datacenter.hosts[row["HostName"]].world
        if vm_id not in world.vms:
            raise KeyError(vm_id)
        checkpoint = next((c for c in world.checkpoints if vmm_id(c) == target), "")
        if target and not checkpoint:
            raise KeyError(target)
        if cmdlet == "Set-SCVMCheckpoint" and not self.unverified.rename_reaches_host:
            (listed,) = (c for c in self.database.checkpoints[own] if str(c["ID"]) == target)
            listed["Name"] = arguments["Name"]
            return
        world.unverified.destroy_takes_dependents = self.unverified.delete_takes_more
        self._work.run(world, cmdlet, vm_id, checkpoint, arguments, self.unverified.restore_leaves)
