from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from uuid import uuid4

from msgspec.structs import replace

from hvtui.backends.contract import Capabilities, Session, Verb
from hvtui.backends.errors import CheckpointMissing, OperationFailed, VmMissing
from hvtui.backends.model import Checkpoint, CheckpointId, Host, Inventory, Vm, VmId, VmState


@dataclass(frozen=True)
class ShelfSettings: ...


class ShelfSession(Session):
    capabilities = Capabilities(verbs=frozenset({Verb.CREATE, Verb.RENAME}))

    def __init__(self) -> None:
        self.vm = Vm(id=VmId(str(uuid4())), name="box", state=VmState.RUNNING)
        self.made: dict[CheckpointId, Checkpoint] = {}

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        vms = (self.vm,) if vm_ids is None or self.vm.id in vm_ids else ()
        made = tuple(self.made.values()) if vms else ()
        return Inventory(host=Host(name="shelf"), vms=vms, checkpoints=made, jobs=(), taken=datetime.now(UTC))

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        if vm != self.vm.id:
            raise VmMissing("There is no such VM.")
        made, now = CheckpointId(str(uuid4())), datetime.now(UTC)
        self.made[made] = Checkpoint(
            id=made, vm_id=vm, name=short(name), parent=self.vm.current, created=now, with_memory=False
        )
        self.vm = replace(self.vm, current=made)
        return made

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        if checkpoint not in self.made:
            raise CheckpointMissing("There is no such checkpoint.")
        self.made[checkpoint] = replace(self.made[checkpoint], name=short(name))


class ShelfBackend:
    name: ClassVar[str] = "shelf"
    Settings = ShelfSettings

    @asynccontextmanager
    async def connect(self, settings: ShelfSettings) -> AsyncIterator[Session]:
        shelf = ShelfSession()
        await shelf.create_checkpoint(shelf.vm.id, name="First")
        await shelf.create_checkpoint(shelf.vm.id, name="Second")
        yield shelf


def short(name: str) -> str:
    if len(name.encode("utf-16-le")) > 200:
        raise OperationFailed("The name is longer than 100 characters.")
    return name
