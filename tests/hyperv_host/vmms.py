"""The management service (VMMS) of the fake host: executes the verbs and queries that cmdlets send.

They are operations of the service. A cmdlet may consist of several.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hvtui.backends.mock.state.records import Code, Refused
from tests.hyperv_host import rows
from tests.hyperv_host.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from hvtui.backends.mock.state.records import WorldJob
    from hvtui.backends.mock.world import World
    from tests.hyperv_host.protocol import Cell

VERBS = (
    "take_checkpoint", "rename", "apply", "destroy", "destroy_tree", "start", "shut_down", "turn_off", "save",
    "discard_saved_state", "back_up",
)  # fmt: skip
_WITHOUT_RIGHTS = {"system", "volumes", "shared_volumes", "events", "management"}
"""Queries that do not need Hyper-V rights."""
_NO_PLATFORM = 1
"""No code of the service. It has no error id of its own, like that of missing rights."""
Rows = list[list["Cell"]]


@dataclass(kw_only=True)
class Management:
    """What decides whether the service answers: itself, the platform, and the token of the user."""

    service: str = "Running"
    """The state of the service in WMI; "" if there is none."""
    platform: bool = True
    """False on a machine that has only the management tools."""
    user: str = "HV\\you"
    administrator: bool = True
    hyper_v: bool = False
    network: bool = False
    filtered: bool = False
    """The user is an administrator and not elevated."""


class Vmms:
    """Executes requests on a world, and adds what the world does not simulate: rights, events, unreadable files."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.access_granted = True
        self.management = Management()
        self.unreadable: dict[str, int] = {}
        """The paths of files that cannot be opened, with the return code."""
        self.faults = Faults()
        self.events: list[tuple[str, int, datetime, str]] = []
        """The log, id, time and XML of each event."""
        self._queries: dict[str, Callable[[list[str]], Iterator[list[Cell]]]] = {
            "vms": self._vms,
            "checkpoints": self._checkpoints,
            "checkpoint": self._checkpoint,
            "drives": self._drives,
            "file": self._file,
            "components": self._components,
            "host": self._host,
            "volumes": self._volumes,
            "jobs": self._jobs,
            "system": self._system,
            "machines": self._machines,
            "events": self._events,
            "shared_volumes": self._shared_volumes,
            "management": self._management,
        }

    def execute(self, verb: str, arguments: list[str]) -> Rows:
        """Return the id of the started job for a verb, or the rows of a query."""
        if verb not in _WITHOUT_RIGHTS:
            self._require_answer()
        self.faults.check(verb, arguments)
        if verb in VERBS:
            return [[self.start_job(verb, *arguments).id]]
        return list(self._queries[verb](arguments))

    def _require_answer(self) -> None:
        computer = self.world.host_name.upper()
        if not self.management.platform:
            raise Refused(
                _NO_PLATFORM,
                f"The Hyper-V Management Tools could not access an expected WMI class on computer '{computer}'. This"
                " may indicate that the Hyper-V Platform is not installed on the computer or that the version of the"
                " Hyper-V Platform is incompatible with these management tools.",
            )
        if self.management.service != "Running" or self.management.filtered:
            raise Refused(
                Code.NOT_FOUND,
                f"Hyper-V encountered an error trying to access an object on computer '{computer}' because the object"
                " was not found. The object might have been deleted, or you might not have permission to perform the"
                " task. Verify that the Virtual Machine Management service on the computer is running. If the service"
                " is running, try to perform the task again by using Run as Administrator.",
            )
        if not self.access_granted:
            raise Refused(
                0,
                "You do not have the required permission to complete this task. Contact the administrator of"
                f" the authorization policy for the computer '{computer}'.",
            )

    def start_job(self, verb: str, *arguments: str) -> WorldJob:
        job: WorldJob = getattr(self.world, verb)(*arguments)
        return job

    def _vms(self, ids: list[str]) -> Iterator[list[Cell]]:
        """Yield the VMs with these ids that exist, or all VMs, sorted by name."""
        vms = self.world.vms
        selected = [vms[vm_id] for vm_id in ids if vm_id in vms] if ids else vms.values()
        for vm in sorted(selected, key=lambda vm: vm.name.casefold()):
            row = rows.virtual_machine(self.world, vm) | self.faults.vms.get(vm.id, {})
            cells = rows.cells("VirtualMachine", row)
            yield rows.read_late(cells, row) if vm.id in self.faults.late else cells

    def _checkpoints(self, vm_ids: list[str]) -> Iterator[list[Cell]]:
        """Yield the checkpoints of these VMs, oldest first (facts §2 [DEC])."""
        found = [c for c in self.world.checkpoints.values() if c.vm_id in set(vm_ids)]
        for checkpoint in sorted(found, key=lambda checkpoint: checkpoint.created):
            yield rows.cells("VMSnapshot", rows.checkpoint(self.world, checkpoint))

    def _checkpoint(self, ids: list[str]) -> Iterator[list[Cell]]:
        if checkpoint := self.world.checkpoints.get(ids[0]):
            yield rows.cells("VMSnapshot", rows.checkpoint(self.world, checkpoint))

    def _drives(self, owner_ids: list[str]) -> Iterator[list[Cell]]:
        """Yield the drives of these VMs and checkpoints."""
        for owner_id in owner_ids:
            checkpoint = self.world.checkpoints.get(owner_id)
            vm = self.world.vms.get(checkpoint.vm_id if checkpoint else owner_id)
            if vm is None:
                raise Refused(Code.NOT_FOUND, f"Hyper-V was unable to find an object with id {owner_id}.")
            for drive in (checkpoint or vm).drives:
                yield rows.cells("HardDiskDrive", rows.drive(self.world, vm, checkpoint, drive))

    def _file(self, paths: list[str]) -> Iterator[list[Cell]]:
        by_path = {
            path.casefold(): rows.disk_file(self.world, file) for path, file in self.world.files.items()
        }
        for path, values in self.faults.files.items():
            like = by_path.get(path.casefold()) or next(iter(by_path.values())) | {"Path": path}
            by_path[path.casefold()] = like | values
        for path in paths:
            if code := self.unreadable.get(path.casefold()):
                raise Refused(code, f"Failed to get information for the virtual hard disk '{path}'.")
            if row := by_path.get(path.casefold()):
                yield rows.cells("VirtualHardDisk", row)

    def _components(self, vm_ids: list[str]) -> Iterator[list[Cell]]:
        for vm_id in vm_ids:
            if vm := self.world.vms.get(vm_id):
                for row in rows.components(self.world, vm):
                    yield rows.cells("VMIntegrationComponent", row)

    def _host(self, _: list[str]) -> Iterator[list[Cell]]:
        yield rows.cells("VMHost", rows.host(self.world))

    def _volumes(self, paths: list[str]) -> Iterator[list[Cell]]:
        """Yield all volumes, or the volume that contains this path."""
        for volume in self.world.volumes:
            if not paths or self.world.volume_of(paths[0]) is volume:
                yield [volume.name, volume.size, self.world.free(volume)]

    def _shared_volumes(self, _: list[str]) -> Iterator[list[Cell]]:
        for volume in self.world.volumes:
            if "\\ClusterStorage\\" in volume.name:
                yield [volume.name, volume.size, self.world.free(volume)]

    def _jobs(self, _: list[str]) -> Iterator[list[Cell]]:
        for job in self.world.jobs():
            vm = self.world.vms[job.vm_id]
            yield [
                job.id,
                int(job.type),
                job.vm_id,
                vm.name,
                self.world.percent(job),
                job.started,
                job.verb or "merge",
            ]

    def _machines(self, _: list[str]) -> Iterator[list[Cell]]:
        """Yield the values of Msvm_ComputerSystem for each VM."""
        for vm in self.world.vms.values():
            state = rows.number("VMState", vm.state.removesuffix("Critical"))
            primary, secondary = self.world.operational_status(vm.id)
            statuses = [int(primary), *([int(secondary)] if secondary is not None else [])]
            yield [vm.id, vm.name, state, vm.state.endswith("Critical"), statuses, vm.clustered]

    def _events(self, logs: list[str]) -> Iterator[list[Cell]]:
        """Yield the events in these logs, newest first."""
        selected = [event for event in self.events if event[0].casefold() in map(str.casefold, logs)]
        for log, number, moment, xml in sorted(selected, key=lambda event: event[2], reverse=True):
            yield [log, number, moment, xml]

    def _management(self, _: list[str]) -> Iterator[list[Cell]]:
        found = self.management
        short = found.filtered or not self.access_granted
        yield [
            found.service,
            found.platform,
            found.user,
            found.administrator and not short,
            found.hyper_v and self.access_granted,
            found.network,
            found.filtered,
        ]

    def _system(self, _: list[str]) -> Iterator[list[Cell]]:
        world = self.world
        nodes = ",".join(world.nodes or [world.host_name]).upper()
        yield [
            world.host_name.upper(),
            world.system,
            world.utc_offset_minutes,
            world.now(),
            world.cluster,
            nodes,
        ]
