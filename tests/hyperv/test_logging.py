"""The log shows each request with its operation, its outcome and its duration."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import CheckpointMissing, ConnectionLost
from hvtui.backends.model import CheckpointId
from tests.hyperv.test_outcomes import parked, target

if TYPE_CHECKING:
    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.host import Host

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Core"], indirect=True)]


async def test_each_request_is_logged_with_its_outcome(
    connect: Connect, host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "hvtui")
    async with connect() as session:
        vm, checkpoint = target(host)
        await session.inventory()
        await session.rename_checkpoint(vm, checkpoint, name="new")
        with pytest.raises(CheckpointMissing):
            await session.apply_checkpoint(vm, CheckpointId("00000000-0000-0000-0000-00000000dead"))
    found = "\n".join(caplog.messages)
    assert re.search(r"^reader: process \d+ on this machine, in \d+\.\d{3} s$", found, re.MULTILINE)
    assert re.search(r"^reader: request [0-9a-f]{16} inventory: done in \d", found, re.MULTILINE)
    assert re.search(rf"^Write [0-9a-f]{{16}}: rename_checkpoint of VM {vm}$", found, re.MULTILINE)
    assert re.search(r"^writer-1: request \w+ rename_checkpoint: done in \d", found, re.MULTILINE)
    assert re.search(
        r"^writer-1: request \w+ apply_checkpoint: CheckpointMissing after \d", found, re.MULTILINE
    )
    assert found.count("killed") == 2


async def test_a_lost_connection_is_logged_with_its_traceback(
    connect: Connect, host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hvtui")
    async with connect() as session:
        host.park("vms")
        reading = asyncio.create_task(session.inventory())
        os.kill(await parked(host), signal.SIGKILL)
        with pytest.raises(ConnectionLost):
            await reading
        host.release()
    (record,) = [record for record in caplog.records if record.exc_info]
    assert record.exc_info
    assert record.exc_info[0] is ConnectionLost
