"""The base class of all commands, the selection that they are given for, and the findings about their outcome."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct, field

from hvtui.backends.model import CheckpointKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from hvtui.backends.contract import Capabilities, Session, Verb
    from hvtui.backends.errors import Effect
    from hvtui.backends.model import Checkpoint, CheckpointId, Inventory, Vm, VmDisks, VmId, VmState

    ReadVm = Callable[[VmId], Awaitable[Inventory]]
    Pause = Callable[[float], Awaitable[None]]


class Selection(Struct, frozen=True, kw_only=True):
    """The selected VM and checkpoint, if any, in the inventory that the person sees."""

    inventory: Inventory | None = None
    vm_id: VmId | None = None
    checkpoint_id: CheckpointId | None = None
    """None: the present state of the VM, which the tree calls Now."""
    running: Mapping[VmId, Command] = field(default_factory=lambda: MappingProxyType({}))
    """The commands of this hvtui that are running."""
    open_elsewhere: Command | None = None
    """The command whose outcome is not known yet, and that was sent to the node that the VM was on before."""
    capabilities: Capabilities | None = None
    """None while there is no connection to the host."""
    disks: VmDisks | None = None
    """The disks of the selected VM; None if they were not read."""

    @property
    def vm(self) -> Vm | None:
        return self.inventory.vm(self.vm_id) if self.inventory else None

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """All checkpoints of the selected VM."""
        return self.inventory.checkpoints_of(self.vm_id) if self.inventory else ()

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The selected checkpoint, if it belongs to the selected VM."""
        return self._of_vm(self.checkpoint_id)

    @property
    def current(self) -> Checkpoint | None:
        """The checkpoint that the VM currently runs on: the parent of Now."""
        return self._of_vm(self.vm.current) if self.vm else None

    def _of_vm(self, id: CheckpointId | None) -> Checkpoint | None:
        found = self.inventory.checkpoint(id) if self.inventory else None
        return found if found and found.vm_id == self.vm_id else None


def is_locked(checkpoint: Checkpoint) -> bool:
    """Return whether hvtui must not change the checkpoint, because backup, replication or other software owns it.

    One of a kind that is not told may belong to such software: that is said before each change.
    """
    return checkpoint.kind not in (CheckpointKind.STANDARD, CheckpointKind.NOT_TOLD)


class FindingCode(StrEnum):
    CREATED = "created"
    CREATED_UNDER_ANOTHER_NAME = "created-under-another-name"
    NOT_CREATED = "not-created"
    NAME = "name"
    """The present name of the checkpoint."""
    CHECKPOINT_GONE = "checkpoint-gone"
    CHECKPOINT_THERE = "checkpoint-there"
    DELETED = "deleted"
    MORE_DELETED = "more-deleted"
    """A checkpoint is gone too that was not to be deleted."""
    SOME_THERE = "some-there"
    ALL_DELETED = "all-deleted"
    APPLIED = "applied"
    APPLIED_NOT_STARTED = "applied-not-started"
    NOT_APPLIED = "not-applied"
    SAVED_NOT_APPLIED = "saved-not-applied"
    NOT_STARTED = "not-started"
    """The VM was to be started after the apply, and does not run."""
    CANNOT_TELL = "cannot-tell"
    """The VM ran on the checkpoint before the apply as well."""
    FELL_BACK = "fell-back-to-standard"
    """The new checkpoint has memory: the production checkpoint that was asked for could not be made."""
    STATE = "state"
    """The command was to change the state of the VM. `Finding.effect` says whether it has."""
    CHECKPOINTS_UNREAD = "checkpoints-unread"
    """The checkpoints of the VM could not be read: what is not listed may be there."""
    STILL_WORKING = "still-working"
    """The host is still working on the VM."""


class Finding(Struct, frozen=True, kw_only=True):
    code: FindingCode
    name: str = ""
    """The name of the checkpoint that was found."""
    checkpoint_id: CheckpointId | None = None
    count: int = 0
    total: int = 0
    """`count` of `total` checkpoints are still there."""
    words: str = ""
    """The host's own words for what could not be read."""
    effect: Effect | None
    """How far the command, or this step of it, got; None if the reading does not show it."""


class Command(Struct, frozen=True, kw_only=True):
    """A command from a person for one VM."""

    vm: Vm
    """The VM as the person saw it."""

    name: ClassVar[str]
    """The name of the command on screens and on the command line: ``create``."""
    doing: ClassVar[str]
    """The default of `progress`."""
    did: ClassVar[str]
    """What the command has done once it has succeeded, in one word or two: ``created``."""
    verb: ClassVar[Verb]
    """The verb that the session must support."""
    states: ClassVar[frozenset[VmState]] = frozenset()
    """The VM states in which the command is allowed; if empty, all."""
    on_checkpoint: ClassVar[bool] = False
    on_subtree: ClassVar[bool] = False
    """The command also changes all checkpoints below its own."""
    on_abandoned_backup: ClassVar[bool] = False
    """Its checkpoint is one that a backup left behind: no other checkpoint may be given."""
    creates_checkpoint: ClassVar[bool] = False
    needs_space: ClassVar[bool] = False
    """The command writes much data to the VM's volume."""
    changes_power: ClassVar[bool] = False
    """The command starts or stops the VM."""
    state_matters: ClassVar[bool] = True
    """Its effect depends on the VM's state and on the checkpoint that the VM runs on."""
    children_matter: ClassVar[bool] = False
    """Its effect depends on the checkpoints below its own."""
    setting_matters: ClassVar[bool] = False
    """Its effect depends on the checkpoint type that the VM is configured for."""

    @property
    def progress(self) -> str:
        """What the command is doing while it runs, in one word or two: ``creating``."""
        return self.doing

    @property
    def target(self) -> str:
        """The name of the checkpoint that the command changes or creates; "" if there is none."""
        return ""

    def disks_show_outcome(self, before: Selection) -> bool:
        """Return whether only the drives of the VM show if the command was carried out."""
        return False

    async def send(self, session: Session, read: ReadVm, pause: Pause) -> CheckpointId | None:
        """Send the command to the host, and return the id of the checkpoint that it created, if any.

        A command of several steps reads the VM between them, with `read`, and waits with `pause`.
        """
        raise NotImplementedError

    def findings(self, before: Selection, after: Selection) -> Iterator[Finding]:
        """Yield the findings about the outcome. `after` is a reading after the command; it contains the VM."""
        return iter(())
