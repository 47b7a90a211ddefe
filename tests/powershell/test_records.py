"""`diagnose` names the records of writes to other hosts, one of which may be this one under its former name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hvtui.backends.contract import Verdict
from hvtui.backends.hyperv.backend import HyperVBackend
from hvtui.backends.hyperv.settings import HyperVSettings
from hvtui.backends.powershell.agent import Process
from hvtui.backends.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

    from hvtui.backends.contract import Check


async def first_check(host: str) -> Check | None:
    settings = HyperVSettings(host=host, user="you", password=Secret("correct horse"))
    async for check in HyperVBackend().diagnose(settings):
        return check
    return None


@pytest.mark.parametrize(("host", "is_named"), [("new.invalid", True), ("old.invalid", False)])
async def test_the_record_of_a_host_that_was_renamed_is_named_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, is_named: bool
) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    settings = HyperVSettings(host="old.invalid", user="you", password=Secret("correct horse"))
    earlier = HyperVBackend().journal(settings)
    process = Process(7, "2026-01-01T00:00:00Z", "shell/command")
    entry = earlier.open(vm_id="the-vm", verb="apply_checkpoint", target="c", process=process)
    awaited = await first_check(host)
    assert awaited is None or awaited.name != "earlier-change"
    earlier.release(entry.id)
    check = await first_check(host)
    assert (check is not None and check.name == "earlier-change") is is_named
    if check is not None and is_named:
        assert check.verdict is Verdict.WARNING
        assert "apply checkpoint, VM the-vm" in check.words
        assert f"{entry.id}.json" in check.remedy
