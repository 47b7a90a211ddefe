"""A write in flight when hvtui itself is killed ends as the whole cmdlet would, and the next hvtui says so."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hyperv.test_outcomes import target
from tests.hyperv_host.prelude import prelude

if TYPE_CHECKING:
    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

APPLY = """
import asyncio, sys
from pathlib import Path
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.hyperv.program import program
from hvtui.backends.hyperv.session import HyperVSession
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.local_link import LocalLink

async def main(powershell, edition, folder, vm, checkpoint):
    link = lambda: LocalLink(powershell, {"PWSH_EDITION": edition})
    session = HyperVSession(link, program(sys.stdin.read()), Journal(Path(folder), "test"), Deadlines())
    await session.apply_checkpoint(vm, checkpoint)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither signal")
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
@pytest.mark.parametrize("end", ["SIGKILL", "SIGHUP", "SIGTERM"])
async def test_an_apply_outlives_the_hvtui_that_sent_it(
    connect: Connect, host: Host, powershell: Engine, tmp_path: Path, end: str
) -> None:
    vm, checkpoint = target(host)
    host.park("apply")
    hvtui = subprocess.Popen(  # noqa: ASYNC220 - nothing else waits meanwhile
        [sys.executable, "-c", APPLY, powershell.path, powershell.edition, str(tmp_path), vm, checkpoint],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    assert hvtui.stdin
    hvtui.stdin.write(prelude(host.port).encode())
    hvtui.stdin.close()
    await asyncio.to_thread(host.wait_parked)
    os.killpg(hvtui.pid, getattr(signal, end))  # as a terminal that goes away takes its whole group
    hvtui.wait()

    async with connect() as session:
        (left,) = (await session.inventory()).orphans
        assert (left.vm_id, left.target, left.running) == (vm, checkpoint, True)
        host.release()
        await asyncio.to_thread(host.wait_for_call, "start")
        while (await session.inventory()).orphans[0].running:
            pass
        (now,) = (await session.inventory()).vms
    assert (now.state, now.current) == ("Running", checkpoint)
    assert [row[0] for row in host.state()["done"]] == ["save", "apply", "start"]
    assert len(host.cmdlets("Restore-VMSnapshot")) == 1
