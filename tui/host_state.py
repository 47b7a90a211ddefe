"""What is known of one host and of the connection to it, as a frozen value that screens show."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hvtui.backends.contract import Capabilities
    from hvtui.backends.errors import BackendError
    from hvtui.backends.model import Inventory, VmDisks, VmId
    from hvtui.backends.operations.command import Command
    from hvtui.backends.operations.orphans import OrphanEnded, OtherWork
    from hvtui.backends.operations.runner import Operation
    from hvtui.tui.text.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What is known of the host and of the connection to it. Screens show it and change nothing in it."""

    inventory: Inventory | None = None
    oldest_reading: datetime | None = None
    """When the oldest part of what is on screen was read."""
    capabilities: Capabilities | None = None
    """None while commands cannot be sent."""
    warning: str = ""
    """What the session says should be known about the connection."""
    failure: BackendError | None = None
    """Why the last reading failed."""
    retries: bool = True
    """A failed reading is repeated automatically."""
    reconnecting: bool = False
    waiting_seconds: float = 0.0
    """How long a slow reading has been waiting for its answer; 0 while it is not slow."""
    disks: VmDisks | None = None
    """Of the VM that they were read for last."""
    running: Mapping[VmId, Operation] = field(default_factory=lambda: MappingProxyType({}))
    finished: tuple[Operation, ...] = ()
    """The newest first."""
    orphans: tuple[OrphanEnded, ...] = ()
    """Writes of an earlier hvtui whose outcome was seen, the newest first."""
    other_work: tuple[OtherWork, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Errors that have not been shown yet, the oldest first."""

    @property
    def commands(self) -> Mapping[VmId, Command]:
        return {vm_id: operation.command for vm_id, operation in self.running.items()}
