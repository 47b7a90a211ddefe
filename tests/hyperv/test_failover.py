"""What an hvtui left open on a node of a cluster is found on the node that the VM failed over to."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import OutcomeUnknown
from hvtui.backends.operations.orphans import has_ended
from tests.hyperv.test_outcomes import done, parked, target

if TYPE_CHECKING:
    from hvtui.backends.hyperv.session import HyperVSession
    from hvtui.backends.model import OrphanedWrite
    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine


async def loses_a_write(connect: Connect, host: Host, *, clustered: bool = True) -> None:
    """Create a checkpoint through hv01, which dies meanwhile. The VM is on hv02 afterwards."""
    host.set_world(cluster="CL1", host_name="HV01")
    vm, _ = target(host)
    host.set_vm(vm, clustered=clustered)
    async with connect(name="hv01") as session:
        await session.host_details()
        host.park("take_checkpoint", before=False)
        creating = asyncio.create_task(session.create_checkpoint(vm, name="New"))
        os.kill(await parked(host), signal.SIGKILL)
        with pytest.raises(OutcomeUnknown):
            await creating
        host.release()
    host.set_world(host_name="HV02")


async def orphans(session: HyperVSession) -> tuple[OrphanedWrite, ...]:
    return (await session.inventory()).orphans


async def test_a_write_that_was_sent_to_a_node_that_died_locks_the_vm_on_the_next_one_until_it_is_told(
    connect: Connect, host: Host
) -> None:
    await loses_a_write(connect, host)
    vm, _ = target(host)
    async with connect(name="hv02") as session:
        (left,) = await orphans(session)
        assert left.running  # whether hv02 is a node of that cluster is not known before the details are read
        await session.host_details()
        found = await session.inventory()
        (left,) = found.orphans
        assert (left.vm_id, left.verb, left.target) == (vm, "create_checkpoint", "New")
        assert (left.node, left.running, left.reported) == ("hv01.example.org", False, False)
        assert has_ended(left, found)
        await session.forget_orphan(left.id)
        assert await orphans(session) == ()
        await session.create_checkpoint(vm, name="After it")
    host.set_world(host_name="HV01")
    async with connect(name="hv01") as session:  # it is back, and knows that the process is gone
        found = await session.inventory()
        (left,) = found.orphans
        assert (left.node, left.running, left.reported) == ("", False, True)
        await session.forget_orphan(left.id)
        assert await orphans(session) == ()
    assert done(host) == ["take_checkpoint", "take_checkpoint", "rename"]


async def test_the_record_stays_for_its_node_when_two_sessions_of_another_node_have_shown_the_outcome(
    connect: Connect, host: Host
) -> None:
    await loses_a_write(connect, host)
    async with connect(name="hv02") as one, connect(name="hv02") as other:
        for session in (one, other):
            await session.host_details()
            (left,) = await orphans(session)
        for session in (one, other):
            await session.forget_orphan(left.id)
            assert await orphans(session) == ()
    host.set_world(host_name="HV01")
    async with connect(name="hv01") as session:
        assert [(each.id, each.reported) for each in await orphans(session)] == [(left.id, True)]


async def test_a_node_that_cannot_say_which_cluster_it_is_in_tells_the_outcome_all_the_same(
    connect: Connect, host: Host
) -> None:
    await loses_a_write(connect, host)
    host.refuse("host", 32768, "The host is shy.")
    async with connect(name="hv02") as session:
        assert (await session.host_details()).full_cluster is None
        await session.inventory()
        found = await session.inventory()
        (left,) = found.orphans
        assert (left.node, left.running) == ("hv01.example.org", False)
        assert has_ended(left, found)
        await session.forget_orphan(left.id)
        assert await orphans(session) == ()


async def test_a_host_of_another_cluster_with_a_vm_of_that_id_is_not_concerned(
    connect: Connect, host: Host
) -> None:
    await loses_a_write(connect, host)
    host.set_world(cluster="CL2")
    async with connect(name="hv02") as session:
        await session.host_details()
        assert await orphans(session) == ()


async def test_a_vm_that_was_in_no_cluster_and_was_removed_is_told_to_be_gone(
    connect: Connect, host: Host
) -> None:
    await loses_a_write(connect, host, clustered=False)
    vm, _ = target(host)
    async with connect(name="hv02") as session:
        await session.host_details()
        await session.inventory()
        assert await orphans(session) == ()
    host.set_world(host_name="HV01")
    host.remove_vm(vm)
    async with connect(name="hv01") as session:
        await session.host_details()
        found = await session.inventory()
        (left,) = found.orphans
        assert not left.may_be_elsewhere
        assert has_ended(left, found)
