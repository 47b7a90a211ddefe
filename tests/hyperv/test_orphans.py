"""Whether a write whose answer never came is still running, as a reading of the VMs reports it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.powershell.agent import Process
from hvtui.backends.powershell.journal import Journal
from tests.hyperv.test_outcomes import parked, target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hvtui.backends.powershell.journal import Entry
    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.host import Host

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Core"], indirect=True)]


@contextmanager
def earlier_write(
    folder: Path, host: Host, machine: str = ""
) -> Iterator[tuple[subprocess.Popen[bytes], Entry]]:
    """Run a process, and leave the record of a write that it executes for an earlier hvtui."""
    started = datetime.now(UTC).isoformat()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        journal = Journal(folder, "another-name" if machine else "test")
        journal.know_machine(machine)
        entry = journal.open(
            vm_id=target(host)[0], verb="save_vm", target="", process=Process(process.pid, started, "")
        )
        journal.release(entry.id)
        yield process, entry
        process.kill()


async def test_a_write_that_ends_during_a_reading_is_running_in_it_and_has_ended_in_the_next_one(
    connect: Connect, host: Host, tmp_path: Path
) -> None:
    with earlier_write(tmp_path, host) as (process, _):
        async with connect() as session:
            host.park("vms", before=False)
            reading = asyncio.create_task(session.inventory())
            await parked(host)
            process.kill()
            process.wait()
            host.release()
            assert [left.running for left in (await reading).orphans] == [True]
            assert [left.running for left in (await session.inventory()).orphans] == [False]


async def test_a_write_that_is_only_known_after_the_vms_were_read_has_ended_in_the_next_reading_at_the_earliest(
    connect: Connect, host: Host, tmp_path: Path
) -> None:
    host.set_world(host_name="HV01")
    with earlier_write(tmp_path, host, machine="hv01.example.org") as (process, _):
        process.kill()
        process.wait()
        async with connect() as session:
            await session.host_details()
            assert [left.running for left in (await session.inventory()).orphans] == [True]
            assert [left.running for left in (await session.inventory()).orphans] == [False]


async def test_the_host_is_not_asked_again_for_a_process_that_has_exited(
    connect: Connect, host: Host, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with earlier_write(tmp_path, host) as (process, _):
        async with connect() as session:
            for _ in range(2):
                assert [left.running for left in (await session.inventory()).orphans] == [True]
            process.kill()
            process.wait()
            for _ in range(3):
                assert [left.running for left in (await session.inventory()).orphans] == [False]
    assert caplog.text.count("process_alive") == 3
