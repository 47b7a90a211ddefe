"""The contract as a suite: subclass it, say how to connect, and run pytest. What a backend cannot do is skipped."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from hvtui.backends import lineage
from hvtui.backends.contract import Session, StopHow, Verb
from hvtui.backends.errors import BackendError, CheckpointMissing, OutcomeUnknown, Unsupported, VmMissing
from hvtui.backends.model import VmState
from hvtui.backends.testing.stage import NAMES, NO_CHECKPOINT, NO_VM, TOO_LONG, Stage, pick

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

CALLS: dict[Verb, Callable[[Stage], Awaitable[object]]] = {
    Verb.DISKS: lambda at: at.session.disks([at.vm_id]),
    Verb.CREATE: lambda at: at.session.create_checkpoint(NO_VM, name="x"),
    Verb.RENAME: lambda at: at.session.rename_checkpoint(at.vm_id, NO_CHECKPOINT, name="x"),
    Verb.APPLY: lambda at: at.session.apply_checkpoint(at.vm_id, NO_CHECKPOINT),
    Verb.DELETE: lambda at: at.session.delete_checkpoint(at.vm_id, NO_CHECKPOINT, subtree=False),
    Verb.START: lambda at: at.session.start_vm(NO_VM),
    Verb.STOP: lambda at: at.session.stop_vm(NO_VM, how=StopHow.TURN_OFF),
    Verb.SAVE: lambda at: at.session.save_vm(NO_VM),
}
"""Every verb, called for what is not there wherever it would change something."""
ON_CHECKPOINTS = (Verb.RENAME, Verb.APPLY, Verb.DELETE)
ON_VMS = (Verb.CREATE, Verb.START, Verb.STOP, Verb.SAVE)


@pytest.mark.asyncio
class ContractSuite:
    """Each test connects anew and may change the host: `connect` or `reset` has to put it right again."""

    def connect(self) -> AbstractAsyncContextManager[Session]:
        """Open a session with a host that has a running VM with a checkpoint below a checkpoint."""
        raise NotImplementedError

    async def reset(self) -> None:
        """Bring the host back to how it was; called before each test."""

    @pytest_asyncio.fixture
    async def at(self) -> AsyncIterator[Stage]:
        await self.reset()
        async with self.connect() as session:
            yield Stage(session, pick(await session.inventory()))

    async def test_an_inventory_holds_together(self, at: Stage) -> None:
        inventory = await at.session.inventory()
        vms = {vm.id for vm in inventory.vms}
        checkpoints = {checkpoint.id: checkpoint for checkpoint in inventory.checkpoints}
        assert (len(vms), len(checkpoints)) == (len(inventory.vms), len(inventory.checkpoints))
        assert all(id == id.lower() for id in (*vms, *checkpoints))
        assert {checkpoint.vm_id for checkpoint in checkpoints.values()} <= vms
        for checkpoint in checkpoints.values():
            assert not checkpoint.parent or checkpoints[checkpoint.parent].vm_id == checkpoint.vm_id
        for vm in inventory.vms:
            assert not vm.current or checkpoints[vm.current].vm_id == vm.id
        times = [inventory.taken, *(c.created for c in checkpoints.values())]
        assert {time.utcoffset() for time in times} == {timedelta(0)}

    async def test_an_inventory_of_a_few_leaves_out_what_is_not_there(self, at: Stage) -> None:
        everything = await at.session.inventory()
        few = await at.session.inventory([at.vm_id, NO_VM])
        assert [vm.id for vm in few.vms] == [at.vm_id]
        assert {c.id for c in few.checkpoints} == {
            c.id for c in everything.checkpoints if c.vm_id == at.vm_id
        }
        assert (await at.session.inventory([NO_VM])).vms == ()
        assert (await at.session.inventory([])).vms == ()

    @pytest.mark.parametrize("verb", Verb)
    async def test_a_verb_that_is_not_announced_is_unsupported(self, at: Stage, verb: Verb) -> None:
        if verb in at.session.capabilities.verbs:
            return
        with pytest.raises(Unsupported):
            await CALLS[verb](at)

    @pytest.mark.parametrize("verb", ON_CHECKPOINTS)
    async def test_a_checkpoint_that_is_not_there_is_missing(self, at: Stage, verb: Verb) -> None:
        need(at, verb)
        before = await at.checkpoints()
        with pytest.raises(CheckpointMissing):
            await CALLS[verb](at)
        assert await at.checkpoints() == before
        assert (await at.vm()).state is VmState.RUNNING

    @pytest.mark.parametrize("verb", ON_VMS)
    async def test_a_vm_that_is_not_there_is_missing(self, at: Stage, verb: Verb) -> None:
        need(at, verb)
        with pytest.raises(VmMissing):
            await CALLS[verb](at)

    async def test_disks_are_of_the_vms_asked_for(self, at: Stage) -> None:
        need(at, Verb.DISKS)
        (found,) = await at.session.disks([at.vm_id, NO_VM])
        assert found.vm_id == at.vm_id
        assert {disk.vm_id for disk in found.disks} == {at.vm_id}
        assert {disk.checkpoint_id for disk in found.disks} - {None} <= set(await at.checkpoints())

    async def test_create_adds_one_below_where_now_was(self, at: Stage) -> None:
        need(at, Verb.CREATE)
        before, current = await at.checkpoints(), (await at.vm()).current
        made = await at.session.create_checkpoint(at.vm_id, name="Before patch")
        after = await at.checkpoints()
        assert set(after) == {*before, made}
        assert (after[made].name, after[made].parent) == ("Before patch", current)
        assert (await at.vm()).current == made

    async def test_create_keeps_any_name_as_it_is(self, at: Stage) -> None:
        need(at, Verb.CREATE)
        made = {await at.session.create_checkpoint(at.vm_id, name=name): name for name in NAMES}
        after = await at.checkpoints()
        assert {id: after[id].name for id in made} == made

    async def test_rename_changes_one_name_and_nothing_else(self, at: Stage) -> None:
        need(at, Verb.RENAME)
        before, (target, _) = await at.checkpoints(), await at.parent_with_child()
        for name in NAMES:
            await at.session.rename_checkpoint(at.vm_id, target.id, name=name)
            after = await at.checkpoints()
            assert after[target.id].name == name
            assert {id: c for id, c in after.items() if id != target.id} == {
                id: c for id, c in before.items() if id != target.id
            }

    async def test_two_of_one_name_are_told_apart(self, at: Stage) -> None:
        need(at, Verb.RENAME)
        first, second = await at.parent_with_child()
        await at.session.rename_checkpoint(at.vm_id, first.id, name="twin")
        await at.session.rename_checkpoint(at.vm_id, second.id, name="twin")
        await at.session.rename_checkpoint(at.vm_id, second.id, name="not the first")
        after = await at.checkpoints()
        assert (after[first.id].name, after[second.id].name) == ("twin", "not the first")

    @pytest.mark.parametrize("verb", [Verb.CREATE, Verb.RENAME])
    async def test_a_name_of_101_units_is_refused(self, at: Stage, verb: Verb) -> None:
        need(at, verb)
        target, _ = await at.parent_with_child()
        with pytest.raises(BackendError) as caught:
            if verb is Verb.CREATE:
                await at.session.create_checkpoint(at.vm_id, name=TOO_LONG)
            else:
                await at.session.rename_checkpoint(at.vm_id, target.id, name=TOO_LONG)
        assert not isinstance(caught.value, (OutcomeUnknown, Unsupported))
        assert TOO_LONG not in {checkpoint.name for checkpoint in (await at.checkpoints()).values()}

    async def test_apply_moves_now_and_memory_decides_how_the_vm_ends_up(self, at: Stage) -> None:
        need(at, Verb.APPLY)
        for target in (await at.checkpoints()).values():
            before = (await at.vm()).state
            await at.session.apply_checkpoint(at.vm_id, target.id)
            after = await at.vm()
            assert after.current == target.id
            resumed = VmState.RUNNING if before is VmState.RUNNING else VmState.SAVED
            assert after.state is (resumed if target.with_memory else VmState.OFF)

    async def test_delete_moves_the_children_up(self, at: Stage) -> None:
        need(at, Verb.DELETE)
        before, (target, _) = await at.checkpoints(), await at.parent_with_child()
        await at.session.delete_checkpoint(at.vm_id, target.id, subtree=False)
        expected = {id: target.parent if c.parent == target.id else c.parent for id, c in before.items()}
        del expected[target.id]
        assert {id: c.parent for id, c in (await at.checkpoints()).items()} == expected

    async def test_delete_subtree_leaves_the_vm_and_the_others(self, at: Stage) -> None:
        need(at, Verb.DELETE)
        before, (target, _) = await at.checkpoints(), await at.parent_with_child()
        doomed = {checkpoint.id for checkpoint in lineage.subtree(before.values(), target.id)}
        await at.session.delete_checkpoint(at.vm_id, target.id, subtree=True)
        assert set(await at.checkpoints()) == set(before) - doomed
        vm = await at.vm()
        assert vm.state is VmState.RUNNING
        assert vm.current not in doomed

    @pytest.mark.parametrize("how", StopHow)
    async def test_stop_and_start(self, at: Stage, how: StopHow) -> None:
        need(at, Verb.STOP)
        need(at, Verb.START)
        await at.session.stop_vm(at.vm_id, how=how)
        assert (await at.vm()).state is VmState.OFF
        await at.session.start_vm(at.vm_id)
        assert (await at.vm()).state is VmState.RUNNING

    async def test_save(self, at: Stage) -> None:
        need(at, Verb.SAVE)
        await at.session.save_vm(at.vm_id)
        assert (await at.vm()).state is VmState.SAVED


def need(at: Stage, verb: Verb) -> None:
    if verb not in at.session.capabilities.verbs:
        pytest.skip(f"no {verb}")
