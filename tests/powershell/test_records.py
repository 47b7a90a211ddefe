"""`diagnose` names the records of writes under other names of hosts, one of which may be a name of this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hvtui.backends.contract import Verdict
from hvtui.backends.hyperv.backend import HyperVBackend
from hvtui.backends.hyperv.settings import HyperVSettings
from hvtui.backends.powershell.agent import Process
from hvtui.backends.powershell.diagnose.records import checks
from hvtui.backends.powershell.journal import Journal
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


@pytest.mark.parametrize(
    ("recorded", "machine", "words", "remedy"),
    [
        ("hv01:5986", "", "was sent to hv01 is not known", "Connect to hv01: its outcome"),
        ("hv01:5985", "", "was sent to http://hv01 is not known", "Connect to http://hv01: "),
        ("hv01:15986", "", "was sent to hv01:15986 is not known", "Connect to hv01:15986: "),
        ("[2001:db8::1]:5986", "", "was sent to [2001:db8::1] is not known", "Connect to [2001:db8::1]: "),
        ("local", "", "was sent to this machine is not known", "Connect to this machine: "),
        (
            "scvmm hv01:5986 vmm01",
            "",
            "was sent to vmm01 (scvmm on hv01) is",
            "Connect to vmm01 (scvmm on hv01):",
        ),
        ("scvmm hv01:5986 localhost", "", "was sent to hv01 (scvmm) is", "Connect to hv01 (scvmm):"),
        (
            "hv01:5986",
            "hv01.corp",
            "was sent to hv01, which calls itself hv01.corp, is not known",
            "Connect to hv01, or to the same host by another name: its outcome",
        ),
    ],
)
def test_a_host_is_named_as_a_person_would_name_it(
    tmp_path: Path, recorded: str, machine: str, words: str, remedy: str
) -> None:
    earlier = Journal(tmp_path, recorded)
    earlier.know_machine(machine)
    process = Process(7, "2026-01-01T00:00:00Z", "shell/command")
    earlier.release(earlier.open(vm_id="v", verb="save_vm", target="", process=process).id)
    (check,) = checks(Journal(tmp_path, "10.0.0.1:5986"))
    assert words in check.words
    assert remedy in check.remedy


def test_the_record_of_a_vm_that_no_node_may_have_any_more_is_named_by_its_own_host_until_it_was_shown(
    tmp_path: Path,
) -> None:
    earlier = Journal(tmp_path, "hv01:5986")
    earlier.know_machine("hv01.corp", "cl1.corp")
    process = Process(7, "2026-01-01T00:00:00Z", "shell/command")
    entry = earlier.open(vm_id="v", verb="save_vm", target="", process=process)
    earlier.release(entry.id)
    (check,) = checks(Journal(tmp_path, "hv01:5986"))
    assert "or to the node of cl1.corp that has the VM" in check.remedy
    assert "or if it was removed, remove" in check.remedy
    earlier.mark_seen(entry)
    assert list(checks(Journal(tmp_path, "hv01:5986"))) == []
