"""A host that is slow is waited for; what has a limit ends at it, and nothing else waits for that."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import ConnectionLost, SettingsError
from hvtui.backends.hyperv.backend import HyperVBackend, HyperVSettings
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.frames import repeat_line
from hvtui.backends.powershell.local_link import LocalLink
from tests.hyperv.test_outcomes import done, parked, target

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host

engine = pytest.mark.engine
in_one_edition = pytest.mark.parametrize("powershell", ["Core"], indirect=True)


class Watched(LocalLink):
    """A link that counts how often a reply was asked for again, and loses or adds output on demand."""

    def __init__(self, engine: Engine, lose: Callable[[bytes], bool] = lambda data: False) -> None:
        super().__init__(engine.agents, {"PWSH_EDITION": engine.edition})
        self._lose = lose
        self._asked = 0
        self._changed = threading.Condition()

    def send(self, data: bytes) -> None:
        super().send(data)
        if len(data) <= len(repeat_line("0" * 16)):
            with self._changed:
                self._asked += 1
                self._changed.notify_all()

    def wait_for_repetitions(self, times: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._asked >= times, 20)

    def receive(self, seconds: float) -> bytes:
        data = super().receive(seconds)
        return b"" if self._lose(data) else data


@engine
@in_one_edition
async def test_a_reading_that_is_only_slow_is_not_ended_and_its_process_works_on(
    connect: Connect, host: Host, powershell: Engine
) -> None:
    link = Watched(powershell)
    async with connect(lambda: link, Deadlines(silence=0.05)) as session:
        vm, _ = target(host)
        host.park("vms")
        reading = asyncio.create_task(session.inventory())
        process = await parked(host)
        await asyncio.to_thread(link.wait_for_repetitions, 3)
        assert not reading.done()
        host.release()
        assert [shown.id for shown in (await reading).vms] == [vm]
        asked = len(host.cmdlets("Get-VM"))
        await session.inventory()
        assert {cmdlet.process for cmdlet in host.cmdlets("Get-VM")} == {process}
        assert len(host.cmdlets("Get-VM")) == 2 * asked


@engine
@in_one_edition
async def test_a_slow_reading_ends_when_a_person_cancels_it(connect: Connect, host: Host) -> None:
    async with connect() as session:
        vm, _ = target(host)
        host.park("vms")
        reading = asyncio.create_task(session.inventory())
        process = await parked(host)
        session.cancel_reads()
        with pytest.raises(ConnectionLost):
            await reading
        host.release()
        assert [shown.id for shown in (await session.inventory()).vms] == [vm]
        assert host.cmdlets("Get-VM")[-1].process != process


@engine
@in_one_edition
@pytest.mark.parametrize("times", [1, 2])
async def test_a_write_whose_reply_is_lost_is_asked_for_it_again_and_runs_once(
    connect: Connect, host: Host, powershell: Engine, times: int
) -> None:
    left = [times]

    def lose(data: bytes) -> bool:
        losing = b" R " in data and left[0] > 0 and bool(host.cmdlets("Rename-VMSnapshot"))
        left[0] -= losing
        return losing

    async with connect(lambda: Watched(powershell, lose), Deadlines(silence=0.2)) as session:
        vm, checkpoint = target(host)
        await session.rename_checkpoint(vm, checkpoint, name="new")
        assert left == [0]
    assert done(host) == ["rename"]
    assert len(host.cmdlets("Rename-VMSnapshot")) == 1


@engine
@in_one_edition
async def test_a_limit_of_disks_says_so_is_longer_next_time_and_keeps_no_inventory_waiting(
    connect: Connect, host: Host
) -> None:
    async with connect(deadlines=Deadlines(disks=1.0)) as session:
        vm, _ = target(host)
        reader = session._reader.agent
        for limit in ("1 s", "2 s"):
            host.park("file")
            reading = asyncio.create_task(session.disks([vm]))
            await parked(host)
            assert [shown.id for shown in (await session.inventory()).vms] == [vm]
            with pytest.raises(ConnectionLost, match=f"did not answer within {limit}"):
                await reading
        host.release()
        assert (await session.disks([vm]))[0].files
        assert session._reader.agent is reader


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "soon", "١"])
async def test_a_limit_that_is_no_number_of_seconds_is_refused_before_anything_is_sent(limit: str) -> None:
    with pytest.raises(SettingsError, match="not a number of seconds"):
        async with HyperVBackend().connect(HyperVSettings(host="hv01.invalid", user="you", read_limit=limit)):
            pass


def test_a_limit_is_only_set_by_a_person() -> None:
    assert HyperVSettings().read_seconds() == Deadlines().read == float("inf")
    assert HyperVSettings(read_limit="90").read_seconds() == 90


@engine
@in_one_edition
async def test_disks_and_details_share_a_process_until_one_has_held_up_the_other(
    connect: Connect, host: Host
) -> None:
    async with connect(deadlines=Deadlines(turn=0.2)) as session:
        vm, _ = target(host)
        await session.disks([vm])
        await session.host_details()
        (shared,) = _processes(host, "Get-VHD", "Get-CimInstance")
        host.park("file")
        reading = asyncio.create_task(session.disks([vm]))
        await parked(host)
        await session.host_details()
        assert not reading.done()
        host.release()
        await reading
        await session.host_details()
    assert _processes(host, "Get-VHD") == {shared}
    assert len(_processes(host, "Get-CimInstance")) == 2


def _processes(host: Host, *cmdlets: str) -> set[int]:
    return {cmdlet.process for name in cmdlets for cmdlet in host.cmdlets(name)}
