"""`diagnose` says whether PowerShell on this machine runs outside of the session's job."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.contract import Verdict
from hvtui.backends.hyperv.program import program
from hvtui.backends.hyperv.session import HyperVSession
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.diagnose.diagnosis import breakaway
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.local_link import IN_JOB, LocalLink
from tests.hyperv_host.prelude import prelude
from tests.powershell.test_local_link import WINDOWS, Windows, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host


@pytest.mark.parametrize(("denied", "verdict"), [(0, Verdict.OK), (WINDOWS.breakaway, Verdict.WARNING)])
def test_windows_shows_whether_it_broke_away(denied: int, verdict: Verdict) -> None:
    link = LocalLink(sys.executable, detached=WINDOWS, start_process=Windows(denied).start)
    opened(link)
    (check,) = breakaway(link)
    assert (check.name, check.verdict) == ("breakaway", verdict)
    assert ("Stay connected" in check.remedy) == (verdict is Verdict.WARNING)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has jobs")
def test_other_systems_show_nothing() -> None:
    link = LocalLink(sys.executable)
    opened(link)
    assert list(breakaway(link)) == []
    assert list(breakaway(None)) == []


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_a_session_in_a_job_says_so(powershell: Engine, host: Host, tmp_path: Path) -> None:
    windows = Windows(WINDOWS.breakaway)
    environment = {"PWSH_EDITION": powershell.edition}
    session = HyperVSession(
        lambda: LocalLink(powershell.agents, environment, detached=WINDOWS, start_process=windows.start),
        program(prelude(host.port)),
        Journal(tmp_path, "test"),
        Deadlines(),
    )
    try:
        assert session.warning == ""
        await session.open()
        assert session.warning == IN_JOB
    finally:
        await session.close()
