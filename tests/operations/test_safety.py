"""The steps of an apply with a safety checkpoint."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.contract import Capabilities, Session
from hvtui.backends.model import CheckpointSetting
from hvtui.backends.operations.safety import NotApplied, apply
from tests.tui.samples import checkpoint, inventory, vm

if TYPE_CHECKING:
    from hvtui.backends.model import Checkpoint, CheckpointId, Inventory, VmId

WEB = replace(vm("web-01"), checkpoint_setting=CheckpointSetting.STANDARD)
OLD = checkpoint("Old", WEB)
MADE = checkpoint("Before", WEB, with_memory=True)


class Recorder(Session):
    def __init__(self) -> None:
        self.applied: list[CheckpointId] = []

    @property
    def capabilities(self) -> Capabilities:
        raise NotImplementedError

    async def inventory(self, vm_ids: object = None) -> Inventory:
        raise NotImplementedError

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        return MADE.id

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        self.applied.append(checkpoint)


async def attempt(*seen: Checkpoint, current: Checkpoint = MADE) -> list[CheckpointId]:
    session = Recorder()

    async def read(vm_id: VmId) -> Inventory:
        return inventory(replace(WEB, current=current.id), checkpoints=seen)

    try:
        await apply(session, read, WEB, OLD, safety_name="Before", start=False)
    except NotApplied:
        assert session.applied == []
        raise
    return session.applied


async def test_the_apply_follows_when_the_checkpoint_is_as_promised() -> None:
    assert await attempt(OLD, MADE) == [OLD.id]


async def test_nothing_is_applied_when_the_checkpoint_is_not_seen_or_lacks_the_promised_memory() -> None:
    with pytest.raises(NotApplied):
        await attempt(OLD)
    with pytest.raises(NotApplied, match="memory"):
        await attempt(OLD, replace(MADE, with_memory=False))


async def test_nothing_is_applied_when_the_vm_does_not_run_on_the_safety_checkpoint() -> None:
    with pytest.raises(NotApplied, match="somebody else"):
        await attempt(OLD, MADE, current=OLD)
