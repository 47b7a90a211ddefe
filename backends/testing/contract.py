"""The contract of backends as a test suite. Subclass it, define `connect` and run pytest.

The tests of verbs that the backend does not announce are skipped.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from hvtui.backends import lineage
from hvtui.backends.contract import Session, StopHow, Verb
from hvtui.backends.errors import BackendError, CheckpointMissing, OutcomeUnknown, Unsupported, VmMissing
from hvtui.backends.model import VmState
from hvtui.backends.testing.vm_under_test import NAMES, NO_CHECKPOINT, NO_VM, TOO_LONG, VmUnderTest, find_vm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

CALLS: dict[Verb, Callable[[VmUnderTest], Awaitable[object]]] = {
    Verb.DISKS: lambda vm: vm.session.disks([vm.id]),
    Verb.EVENTS: lambda vm: vm.session.events([vm.id], since=datetime.now(UTC)),
    Verb.CREATE: lambda vm: vm.session.create_checkpoint(NO_VM, name="x"),
    Verb.RENAME: lambda vm: vm.session.rename_checkpoint(vm.id, NO_CHECKPOINT, name="x"),
    Verb.APPLY: lambda vm: vm.session.apply_checkpoint(vm.id, NO_CHECKPOINT),
    Verb.DELETE: lambda vm: vm.session.delete_checkpoint(vm.id, NO_CHECKPOINT, subtree=False),
    Verb.START: lambda vm: vm.session.start_vm(NO_VM),
    Verb.STOP: lambda vm: vm.session.stop_vm(NO_VM, how=StopHow.TURN_OFF),
    Verb.SAVE: lambda vm: vm.session.save_vm(NO_VM),
    Verb.DISCARD_SAVED_STATE: lambda vm: vm.session.discard_saved_state(NO_VM),
}
"""A call of every verb. Each write names a VM or checkpoint that does not exist, so that it changes nothing."""
ON_CHECKPOINTS = (Verb.RENAME, Verb.APPLY, Verb.DELETE)
ON_VMS = (Verb.CREATE, Verb.START, Verb.STOP, Verb.SAVE, Verb.DISCARD_SAVED_STATE)


@pytest.mark.asyncio
class ContractSuite:
    """Each test opens its own session and may change the host. `connect` or `reset` has to restore the host."""

    def connect(self) -> AbstractAsyncContextManager[Session]:
        """Open a session with a host that has a running VM with a checkpoint that has a child."""
        raise NotImplementedError

    async def reset(self) -> None:
        """Restore the host to its initial state. It is called before each test."""

    @pytest_asyncio.fixture
    async def vm(self) -> AsyncIterator[VmUnderTest]:
        await self.reset()
        async with self.connect() as session:
            yield VmUnderTest(session, find_vm(await session.inventory()))

    async def test_an_inventory_is_consistent(self, vm: VmUnderTest) -> None:
        inventory = await vm.session.inventory()
        vms = {read.id for read in inventory.vms}
        checkpoints = {checkpoint.id: checkpoint for checkpoint in inventory.checkpoints}
        assert (len(vms), len(checkpoints)) == (len(inventory.vms), len(inventory.checkpoints))
        assert all(id == id.lower() for id in (*vms, *checkpoints))
        assert {checkpoint.vm_id for checkpoint in checkpoints.values()} <= vms
        for checkpoint in checkpoints.values():
            assert not checkpoint.parent or checkpoints[checkpoint.parent].vm_id == checkpoint.vm_id
        for read in inventory.vms:
            assert not read.current or checkpoints[read.current].vm_id == read.id
        times = [inventory.taken, *(c.created for c in checkpoints.values())]
        assert {time.utcoffset() for time in times} == {timedelta(0)}

    async def test_an_inventory_of_some_vms_has_only_those_that_exist(self, vm: VmUnderTest) -> None:
        everything = await vm.session.inventory()
        few = await vm.session.inventory([vm.id, NO_VM])
        assert [read.id for read in few.vms] == [vm.id]
        assert {c.id for c in few.checkpoints} == {c.id for c in everything.checkpoints if c.vm_id == vm.id}
        assert (await vm.session.inventory([NO_VM])).vms == ()
        assert (await vm.session.inventory([])).vms == ()

    @pytest.mark.parametrize("verb", Verb)
    async def test_a_verb_that_is_not_announced_raises_unsupported(self, vm: VmUnderTest, verb: Verb) -> None:
        if verb in vm.session.capabilities.verbs:
            return
        with pytest.raises(Unsupported):
            await CALLS[verb](vm)

    @pytest.mark.parametrize("verb", ON_CHECKPOINTS)
    async def test_a_checkpoint_that_does_not_exist_is_missing(self, vm: VmUnderTest, verb: Verb) -> None:
        require_verb(vm, verb)
        before = await vm.checkpoints()
        with pytest.raises(CheckpointMissing):
            await CALLS[verb](vm)
        assert await vm.checkpoints() == before
        assert (await vm.read()).state is VmState.RUNNING

    @pytest.mark.parametrize("verb", ON_VMS)
    async def test_a_vm_that_does_not_exist_is_missing(self, vm: VmUnderTest, verb: Verb) -> None:
        require_verb(vm, verb)
        with pytest.raises(VmMissing):
            await CALLS[verb](vm)

    async def test_disks_are_those_of_the_requested_vms(self, vm: VmUnderTest) -> None:
        require_verb(vm, Verb.DISKS)
        (found,) = await vm.session.disks([vm.id, NO_VM])
        assert found.vm_id == vm.id
        assert {disk.vm_id for disk in found.disks} == {vm.id}
        assert {disk.checkpoint_id for disk in found.disks} - {None} <= set(await vm.checkpoints())

    async def test_events_are_those_of_the_requested_vms(self, vm: VmUnderTest) -> None:
        require_verb(vm, Verb.EVENTS)
        long_ago = datetime.now(UTC) - timedelta(days=365)
        assert {event.vm_id for event in await vm.session.events([vm.id], since=long_ago)} <= {vm.id}
        assert await vm.session.events([NO_VM], since=long_ago) == ()

    async def test_create_adds_a_checkpoint_below_the_current_one(self, vm: VmUnderTest) -> None:
        require_verb(vm, Verb.CREATE)
        before, current = await vm.checkpoints(), (await vm.read()).current
        created = await vm.session.create_checkpoint(vm.id, name="Before patch")
        after = await vm.checkpoints()
        assert set(after) == {*before, created}
        assert (after[created].name, after[created].parent) == ("Before patch", current)
        assert (await vm.read()).current == created

    async def test_create_does_not_change_any_valid_name(self, vm: VmUnderTest) -> None:
        require_verb(vm, Verb.CREATE)
        created = {await vm.session.create_checkpoint(vm.id, name=name): name for name in NAMES}
        after = await vm.checkpoints()
        assert {id: after[id].name for id in created} == created

    async def test_rename_changes_one_name_and_nothing_else(self, vm: VmUnderTest) -> None:
        require_verb(vm, Verb.RENAME)
        before, (target, _) = await vm.checkpoints(), await vm.parent_with_child()
        for name in NAMES:
            await vm.session.rename_checkpoint(vm.id, target.id, name=name)
            after = await vm.checkpoints()
            assert after[target.id].name == name
            assert {id: c for id, c in after.items() if id != target.id} == {
                id: c for id, c in before.items() if id != target.id
            }

    async def test_rename_changes_only_one_of_two_checkpoints_with_the_same_name(
        self, vm: VmUnderTest
    ) -> None:
        require_verb(vm, Verb.RENAME)
        first, second = await vm.parent_with_child()
        await vm.session.rename_checkpoint(vm.id, first.id, name="twin")
        await vm.session.rename_checkpoint(vm.id, second.id, name="twin")
        await vm.session.rename_checkpoint(vm.id, second.id, name="not the first")
        after = await vm.checkpoints()
        assert (after[first.id].name, after[second.id].name) == ("twin", "not the first")

    @pytest.mark.parametrize("verb", [Verb.CREATE, Verb.RENAME])
    async def test_a_name_of_101_utf16_units_is_refused(self, vm: VmUnderTest, verb: Verb) -> None:
        require_verb(vm, verb)
        target, _ = await vm.parent_with_child()
        with pytest.raises(BackendError) as caught:
            if verb is Verb.CREATE:
                await vm.session.create_checkpoint(vm.id, name=TOO_LONG)
            else:
                await vm.session.rename_checkpoint(vm.id, target.id, name=TOO_LONG)
        assert not isinstance(caught.value, (OutcomeUnknown, Unsupported))
        assert TOO_LONG not in {checkpoint.name for checkpoint in (await vm.checkpoints()).values()}

    async def test_apply_makes_the_checkpoint_current_and_its_memory_decides_the_state(
        self, vm: VmUnderTest
    ) -> None:
        require_verb(vm, Verb.APPLY)
        for target in (await vm.checkpoints()).values():
            before = (await vm.read()).state
            await vm.session.apply_checkpoint(vm.id, target.id)
            after = await vm.read()
            assert after.current == target.id
            resumed = VmState.RUNNING if before is VmState.RUNNING else VmState.SAVED
            if target.with_memory is not None:
                assert after.state is (resumed if target.with_memory else VmState.OFF)

    async def test_delete_moves_the_children_up(self, vm: VmUnderTest) -> None:
        require_verb(vm, Verb.DELETE)
        before, (target, _) = await vm.checkpoints(), await vm.parent_with_child()
        await vm.session.delete_checkpoint(vm.id, target.id, subtree=False)
        expected = {id: target.parent if c.parent == target.id else c.parent for id, c in before.items()}
        del expected[target.id]
        assert {id: c.parent for id, c in (await vm.checkpoints()).items()} == expected

    async def test_delete_subtree_keeps_the_vm_and_the_other_checkpoints(self, vm: VmUnderTest) -> None:
        require_verb(vm, Verb.DELETE)
        before, (target, _) = await vm.checkpoints(), await vm.parent_with_child()
        deleted = {checkpoint.id for checkpoint in lineage.subtree(before.values(), target.id)}
        await vm.session.delete_checkpoint(vm.id, target.id, subtree=True)
        assert set(await vm.checkpoints()) == set(before) - deleted
        after = await vm.read()
        assert after.state is VmState.RUNNING
        assert after.current not in deleted

    @pytest.mark.parametrize("how", StopHow)
    async def test_a_vm_can_be_stopped_and_started(self, vm: VmUnderTest, how: StopHow) -> None:
        require_verb(vm, Verb.STOP)
        require_verb(vm, Verb.START)
        await vm.session.stop_vm(vm.id, how=how)
        assert (await vm.read()).state is VmState.OFF
        await vm.session.start_vm(vm.id)
        assert (await vm.read()).state is VmState.RUNNING

    async def test_a_vm_can_be_saved(self, vm: VmUnderTest) -> None:
        require_verb(vm, Verb.SAVE)
        await vm.session.save_vm(vm.id)
        assert (await vm.read()).state is VmState.SAVED

    async def test_a_saved_vm_is_off_after_its_saved_state_is_discarded(self, vm: VmUnderTest) -> None:
        require_verb(vm, Verb.SAVE)
        require_verb(vm, Verb.DISCARD_SAVED_STATE)
        await vm.session.save_vm(vm.id)
        await vm.session.discard_saved_state(vm.id)
        assert (await vm.read()).state is VmState.OFF


def require_verb(vm: VmUnderTest, verb: Verb) -> None:
    if verb not in vm.session.capabilities.verbs:
        pytest.skip(f"{verb} is not supported")
