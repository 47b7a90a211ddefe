"""A VM or checkpoint is gone only by proof, and one that cannot be read spoils nothing else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.errors import BackendError, CheckpointMissing, OperationFailed, VmMissing
from hvtui.backends.model import UnreadPart, VmId, VmState
from tests.hyperv.test_outcomes import parked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.hyperv.session import HyperVSession
    from hvtui.backends.model import Inventory
    from hvtui.backends.powershell.program import ErrorRecord, Program, Request
    from tests.hyperv.lending import Lenders, Lent
    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

NOT_FOUND, FAILED = 32779, 32768
NOBODY = VmId("00000000-0000-4000-8000-0000000000ff")


def with_raw_errors(program: Program) -> Program:
    """Make the errors the host's records as they are: what they mean is tested elsewhere."""

    def raw(record: ErrorRecord, _: Request) -> BackendError:
        if record["Id"].startswith("hvtui.VmMissing"):
            return VmMissing(record["Message"])
        if record["Id"].startswith("hvtui.CheckpointMissing"):
            return CheckpointMissing(record["Message"])
        return OperationFailed(record["Message"], error_id=record["Id"])

    return replace(program, operation_failed=raw)


@pytest.fixture
def lent(lenders: Lenders, powershell: Engine) -> Iterator[Lent]:
    with lenders.lender(powershell, with_raw_errors).lend("troubled") as lent:
        yield lent


def ids(inventory: Inventory) -> set[str]:
    return {vm.id for vm in inventory.vms}


async def test_a_silent_service_is_a_failed_reading(session: HyperVSession, host: Host) -> None:
    some = [VmId(vm_id) for vm_id in host.state()["vms"]][:3]
    checkpoint = next(iter(host.state()["checkpoints"].items()))
    for trouble in ({"service": "Stopped"}, {"service": "Running", "filtered": True}):
        host.set_management(**trouble)
        for asked in (None, some, [NOBODY]):
            with pytest.raises(OperationFailed) as caught:
                await session.inventory(asked)
            assert caught.value.error_id == "ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.GetVM"
        with pytest.raises(OperationFailed):
            await session.disks(some[:1])
        with pytest.raises(OperationFailed):
            await session.start_vm(some[0])
        with pytest.raises(OperationFailed):
            await session.rename_checkpoint(VmId(checkpoint[1]["vm"]), checkpoint[0], name="new")  # type: ignore[arg-type]
    host.set_management(service="Running", filtered=False)
    assert ids(await session.inventory(some)) == set(some)


async def test_a_service_that_stops_between_two_cmdlets_is_a_failed_reading(
    session: HyperVSession, host: Host
) -> None:
    some = [VmId(vm_id) for vm_id in host.state()["vms"]][:3]
    await session.inventory()
    host.park("checkpoints")
    reading = asyncio.create_task(session.inventory(some))
    await parked(host)
    host.set_management(service="Stopped")
    host.release()
    with pytest.raises(OperationFailed):
        await reading


async def test_an_id_is_gone_once_the_host_answers_another_question(
    session: HyperVSession, host: Host
) -> None:
    some = [VmId(vm_id) for vm_id in host.state()["vms"]][:2]
    for asked, expected in (([NOBODY], set()), ([NOBODY, some[0]], {some[0]})):
        found = await session.inventory(asked)
        assert (ids(found), found.unread) == (expected, ())
    host.refuse("host", FAILED)
    found = await session.inventory([NOBODY])
    assert (ids(found), found.unread) == (set(), ())
    assert await session.disks([NOBODY]) == ()
    with pytest.raises(VmMissing):
        await session.start_vm(NOBODY)
    with pytest.raises(CheckpointMissing):
        await session.rename_checkpoint(some[0], NOBODY, name="new")  # type: ignore[arg-type]


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_an_empty_list_without_another_answer_proves_nothing(
    session: HyperVSession, host: Host
) -> None:
    every = [VmId(vm_id) for vm_id in host.state()["vms"]]
    for vm_id in every:
        host.remove_vm(vm_id)
    host.refuse("host", FAILED, times=4)
    for call in (session.inventory(), session.inventory(every[:2]), session.disks(every[:1])):
        with pytest.raises(OperationFailed):
            await call
    with pytest.raises(OperationFailed):
        await session.start_vm(every[0])
    assert ids(await session.inventory()) == set()
    assert ids(await session.inventory(every[:2])) == set()


async def test_a_vm_that_cannot_be_read_is_named_and_the_others_are_shown(
    session: HyperVSession, host: Host
) -> None:
    every = set(host.state()["vms"])
    sick, other = sorted(every)[:2]
    name = host.state()["vms"][sick]["name"]
    host.refuse("vms", FAILED, "The configuration cannot be read.", argument=sick)
    for asked in (None, [VmId(sick), VmId(other)]):
        found = await session.inventory(asked)
        assert ids(found) == (every if asked is None else {sick, other})
        (unread,) = found.unread
        assert (unread.vm_id, unread.part) == (sick, UnreadPart.VM)
        assert unread.words == "The configuration cannot be read."
        placeholder = found.vm(VmId(sick))
        assert placeholder and placeholder.state is VmState.UNKNOWN
        assert placeholder.name in (name, sick)


@pytest.mark.parametrize("code", [FAILED, NOT_FOUND, 0])
async def test_checkpoints_that_cannot_be_read_are_not_none(
    session: HyperVSession, host: Host, code: int
) -> None:
    whole = await session.inventory()
    sick = whole.checkpoints[0].vm_id
    host.refuse("checkpoints", code, "A file is damaged.", argument=sick)
    for asked in (None, [sick]):
        found = await session.inventory(asked)
        assert ids(found) == (ids(whole) if asked is None else {sick})
        assert [(one.vm_id, one.part, one.words) for one in found.unread] == [
            (sick, UnreadPart.CHECKPOINTS, "A file is damaged.")
        ]
        others = {c.id for c in whole.checkpoints if c.vm_id != sick and c.vm_id in ids(found)}
        assert {c.id for c in found.checkpoints} == others


async def test_a_vm_that_leaves_while_it_is_read_is_gone_or_named(session: HyperVSession, host: Host) -> None:
    every = await session.inventory()
    leaving = every.checkpoints[0].vm_id
    host.park("vms", before=False)
    reading = asyncio.create_task(session.inventory())
    await parked(host)
    host.remove_vm(leaving)
    host.release()
    found = await reading
    assert (ids(found), found.unread) == (ids(every) - {leaving}, ())
    late = found.vms[0].id
    host.read_late(late)
    found = await session.inventory()
    assert [(one.vm_id, one.part) for one in found.unread] == [(late, UnreadPart.VM)]
    assert "has been removed" in found.unread[0].words
    assert ids(found) == ids(every) - {leaving}
