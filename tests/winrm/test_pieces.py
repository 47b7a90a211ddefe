"""An answer that comes in pieces, with other text between them, slowly, or each on a connection of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.winrm.matrix import VERBS, impatient, outcome_of
from tests.winrm.rules import Rules
from tests.winrm.server import FakeWinRm
from tests.winrm.test_contract import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hyperv_host.engine import Engine

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]


@pytest.fixture
def host() -> Iterator[Host]:
    with Host.started("one", clock="eager") as started:
        yield started


@pytest.mark.parametrize(
    "rules",
    [
        Rules(largest_output=100, chatter=b"WARNING: a profile script\n"),
        Rules(largest_output=97, chatter=b"\n"),
        Rules(largest_output=150, chatter=b"no end of a line"),
        Rules(largest_output=120, chatter=b"#< CLIXML\r\n<Objs>" + b"\xff" * 5000),
        Rules(closes_connections=True),
        Rules(largest_output=500, chatter=b"text", closes_connections=True),
    ],
    ids=["a line", "an empty line", "half a line", "much", "closed", "all of it"],
)
async def test_a_session_works_as_if_each_answer_came_in_one_piece(
    powershell: Engine, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: Rules
) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    with FakeWinRm.started(engine=powershell, prelude=prelude(host.port), rules=rules) as server:
        session = impatient(settings(server), tmp_path)
        try:
            await session.open()
            for verb in ("inventory", "disks", "apply", "rename"):
                assert await outcome_of(VERBS[verb], session, host) == "done"
        finally:
            await session.close()
        assert server.failed_authentications == 0
    assert [row[0] for row in host.state()["done"]] == ["save", "apply", "start", "rename"]
