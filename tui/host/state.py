"""The state of one host and of the connection to it, as a frozen value, and what a screen needs to show it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from hvtui.backends.model import Activity
from hvtui.backends.operations.command import Selection

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from hvtui.backends.contract import Capabilities
    from hvtui.backends.errors import BackendError
    from hvtui.backends.model import CheckpointId, DiskReading, Inventory, VmId
    from hvtui.backends.operations.command import Command
    from hvtui.backends.operations.operation import Operation
    from hvtui.backends.operations.orphans import OrphanEnded, OtherWork
    from hvtui.tui.text.problems import Problem


class HostState(Struct, frozen=True, kw_only=True):
    """The last known state of a host and of the connection to it."""

    inventory: Inventory | None = None
    oldest_reading: datetime | None = None
    """The time of the oldest reading among the VMs on screen."""
    capabilities: Capabilities | None = None
    """None while no command can be sent."""
    warning: str = ""
    """The session's warning about the connection, as a sentence; "" if none."""
    failure: BackendError | None = None
    """Why the last reading failed."""
    retries: bool = True
    """Whether a failed reading is repeated automatically."""
    reconnecting: bool = False
    waiting_seconds: float = 0.0
    """How long a slow reading has been waiting for its answer; 0 while it is not slow."""
    waiting_hosts: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """The same for each of several hosts that is slow, by its name."""
    disk_readings: Mapping[VmId, DiskReading] = field(default_factory=lambda: MappingProxyType({}))
    """The last reading of the disks of each VM that was highlighted."""
    running: Mapping[VmId, Operation] = field(default_factory=lambda: MappingProxyType({}))
    finished: tuple[Operation, ...] = ()
    """Ended operations, the newest first."""
    orphans: tuple[OrphanEnded, ...] = ()
    """Orphaned writes whose process has ended, the newest first."""
    other_work: tuple[OtherWork, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Errors that have not been shown yet, the oldest first."""

    @property
    def stale(self) -> bool:
        """Whether the inventory is of an earlier time, because the host cannot be read now."""
        return self.inventory is not None and (self.failure is not None or self.reconnecting)

    @property
    def commands(self) -> Mapping[VmId, Command]:
        return {vm_id: operation.command for vm_id, operation in self.running.items()}

    def selection(self, vm_id: VmId | None, checkpoint_id: CheckpointId | None) -> Selection:
        """Return what is selected, in the last reading."""
        return Selection(
            inventory=self.inventory,
            vm_id=vm_id,
            checkpoint_id=checkpoint_id,
            running=self.commands,
            capabilities=self.capabilities,
        )

    def is_busy(self, vm_id: VmId | None) -> bool:
        """Return whether the host works on the VM, for whomever."""
        vm = self.inventory.vm(vm_id) if self.inventory else None
        return vm is not None and (vm.id in self.running or vm.in_service or vm.activity is not Activity.NONE)

    def disk_key(self, vm_id: VmId | None) -> object:
        """Return a value that changes whenever the VM may have other disk files."""
        if self.inventory is None or (vm := self.inventory.vm(vm_id)) is None:
            return None
        checkpoints = {checkpoint.id for checkpoint in self.inventory.checkpoints_of(vm.id)}
        return vm.id, vm.current, vm.activity, checkpoints


class Viewer(Protocol):
    """The screen that shows a host."""

    @property
    def vm_id(self) -> VmId | None:
        """The highlighted VM."""
        ...

    def vms_on_screen(self) -> Collection[VmId]: ...

    def show_state(self, state: HostState) -> None: ...
