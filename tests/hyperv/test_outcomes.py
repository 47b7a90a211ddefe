"""The outcome of a call whose agent is killed, hangs or sends garbage, compared with what ran on the host.

ran on the host   response   outcome
no                not sent   failed, and says that nothing was done
no                no         unknown
partly            no         unknown
wholly            no         unknown
no                refused    failed
partly            refused    failed, with what the host saw of it (test_effects.py)
wholly            yes        done
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import BackendError, CheckpointMissing, ConnectionLost, OutcomeUnknown, ReplyError
from hvtui.backends.model import CheckpointId, VmId
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.local_link import LocalLink

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from hvtui.backends.hyperv.session import HyperVSession
    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

WHOLE = ["save", "apply", "start"]


def target(host: Host) -> tuple[VmId, CheckpointId]:
    return VmId(host.vm_id("web-01")), CheckpointId(host.checkpoint_id("Clean install"))


def done(host: Host) -> list[str]:
    return [row[0] for row in host.state()["done"]]


async def parked(host: Host) -> int:
    """Wait until the call is parked, and return the id of its process."""
    return (await asyncio.to_thread(host.wait_parked)).process


async def check_recovery(session: HyperVSession, host: Host) -> None:
    """Check that the next refresh works in the same session and shows the state of the host."""
    (vm,) = (await session.inventory()).vms
    state = host.state()["vms"][vm.id]
    assert (vm.state, vm.current) == (state["state"], state["parent"])


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)  # test_screen.py does the other
@pytest.mark.parametrize(
    ("step", "before", "ran"),
    [
        ("checkpoint", True, []),
        ("save", True, []),
        ("save", False, ["save"]),
        ("apply", True, ["save"]),
        ("apply", False, ["save", "apply"]),
        ("start", True, ["save", "apply"]),
        ("start", False, WHOLE),
    ],
)
async def test_an_agent_killed_during_an_apply_leaves_the_outcome_unknown(
    connect: Connect, host: Host, step: str, before: bool, ran: list[str]
) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)
        host.park(step, before=before)
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        os.kill(await parked(host), signal.SIGKILL)
        with pytest.raises(OutcomeUnknown):
            await applying
        host.release()
        await check_recovery(session, host)
        assert done(host) == ran
        (left,) = (await session.inventory()).orphans
        assert (left.vm_id, left.verb, left.running) == (vm, "apply_checkpoint", False)
        await session.forget_orphan(left.id)
        await session.apply_checkpoint(vm, checkpoint)
        assert (await session.inventory()).orphans == ()


@pytest.mark.parametrize(("before", "ran"), [(True, []), (False, ["rename"])])
async def test_an_agent_killed_during_a_rename_leaves_the_outcome_unknown(
    connect: Connect, host: Host, before: bool, ran: list[str]
) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)
        host.park("rename", before=before)
        renaming = asyncio.create_task(session.rename_checkpoint(vm, checkpoint, name="new"))
        os.kill(await parked(host), signal.SIGKILL)
        with pytest.raises(OutcomeUnknown):
            await renaming
        host.release()
        await check_recovery(session, host)
        assert done(host) == ran


@pytest.mark.parametrize("step", ["vms", "checkpoints"])
async def test_an_agent_killed_during_a_read_is_a_lost_connection_that_the_next_refresh_restores(
    connect: Connect, host: Host, step: str
) -> None:
    async with connect() as session:
        host.park(step)
        reading = asyncio.create_task(session.inventory())
        os.kill(await parked(host), signal.SIGKILL)
        with pytest.raises(ConnectionLost):
            await reading
        host.release()
        await check_recovery(session, host)


async def test_a_write_that_hangs_is_unknown_and_never_killed(connect: Connect, host: Host) -> None:
    async with connect(deadlines=Deadlines(write=1.0)) as session:
        vm, checkpoint = target(host)
        host.park("apply")
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        await parked(host)
        with pytest.raises(OutcomeUnknown):
            await applying
        assert [left.running for left in (await session.inventory()).orphans] == [True]
        host.release()
        await asyncio.to_thread(host.wait_for_call, "start")
        while (await session.inventory()).orphans[0].running:
            pass
        assert done(host) == WHOLE
        await check_recovery(session, host)


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_a_read_that_hangs_ends_at_its_deadline(connect: Connect, host: Host) -> None:
    async with connect(deadlines=Deadlines(read=3.0)) as session:
        host.park("vms")
        with pytest.raises(ConnectionLost):
            await session.inventory()
        host.release()
        await check_recovery(session, host)


async def test_a_write_in_flight_survives_the_end_of_its_session(connect: Connect, host: Host) -> None:
    vm, checkpoint = target(host)
    async with connect() as session:
        host.park("apply")
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        await parked(host)
    applying.cancel()
    async with connect() as session:
        assert [left.running for left in (await session.inventory()).orphans] == [True]
        host.release()
        await asyncio.to_thread(host.wait_for_call, "start")
    assert host.state()["vms"][vm] == {"name": "web-01", "state": "Running", "parent": checkpoint}
    assert len(host.cmdlets("Restore-VMSnapshot")) == 1


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_a_write_whose_call_is_cancelled_survives_and_is_an_orphan(
    connect: Connect, host: Host
) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)
        host.park("apply")
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        await parked(host)
        applying.cancel()
        await asyncio.wait([applying])
        (left,) = (await session.inventory()).orphans
        assert (left.vm_id, left.running, left.reported) == (vm, True, False)
        host.release()
        while (await session.inventory()).orphans[0].running:
            pass  # its process exits after the write
        assert done(host) == WHOLE


async def test_a_write_to_an_agent_that_died_while_idle_does_not_run(connect: Connect, host: Host) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)
        await session.rename_checkpoint(vm, checkpoint, name="first")
        os.kill(host.cmdlets("Rename-VMSnapshot")[0].process, signal.SIGKILL)
        outcome = await said(session.rename_checkpoint(vm, checkpoint, name="second"))
        assert isinstance(outcome, ConnectionLost | OutcomeUnknown)
        assert done(host) == ["rename"]
        await check_recovery(session, host)


async def test_a_refusal_of_the_host_is_a_failure_and_the_vm_runs_on(
    session: HyperVSession, host: Host
) -> None:
    vm, checkpoint = target(host)
    host.fail_next("apply", 32768, "It broke.")
    outcome = await said(session.apply_checkpoint(vm, checkpoint))
    assert not isinstance(outcome, OutcomeUnknown)
    assert "It broke." in outcome.detail
    assert done(host) == ["save", "start"]
    await check_recovery(session, host)


async def test_a_checkpoint_of_another_vm_is_not_touched(session: HyperVSession, host: Host) -> None:
    vm, _ = target(host)
    unknown = CheckpointId("00000000-0000-0000-0000-00000000dead")
    assert isinstance(await said(session.apply_checkpoint(vm, unknown)), CheckpointMissing)
    assert done(host) == []


class Garbling(LocalLink):
    """A link that changes the output of the process after the handshake."""

    def __init__(self, engine: Engine, change: Callable[[bytes], bytes]) -> None:
        super().__init__(engine.agents, {"PWSH_EDITION": engine.edition})
        self._change = change
        self._received = b""

    def receive(self, seconds: float) -> bytes:
        data = super().receive(seconds)
        greeted = b" H " in self._received
        self._received += data
        return self._change(data) if greeted else data


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
@pytest.mark.parametrize(
    ("garbage", "read", "write"),
    [
        (lambda data: data.replace(b" j ", b" z "), ReplyError, OutcomeUnknown),
        (lambda data: data[: len(data) // 2], ConnectionLost, OutcomeUnknown),
        (lambda data: b"\x00\xff" * 50 + b"\n", ConnectionLost, OutcomeUnknown),
    ],
    ids=["a payload that is no payload", "half a frame", "bytes"],
)
async def test_garbage_is_a_lost_read_and_an_unknown_write(
    connect: Connect,
    host: Host,
    powershell: Engine,
    garbage: Callable[[bytes], bytes],
    read: type[BackendError],
    write: type[BackendError],
) -> None:
    deadlines = Deadlines(read=3.0, write=3.0)
    async with connect(lambda: Garbling(powershell, garbage), deadlines) as session:
        vm, checkpoint = target(host)
        assert type(await said(session._reader.agent.call("process_alive", Id=1, Started=""))) is read
        assert type(await said(session.rename_checkpoint(vm, checkpoint, name="new"))) is write
        assert done(host) == ["rename"]


async def said(call: Awaitable[object]) -> BackendError:
    with pytest.raises(BackendError) as caught:
        await call
    return caught.value
