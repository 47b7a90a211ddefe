"""A VM has failed over to another node of its cluster while the outcome of a change by an earlier hvtui was open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hvtui.backends.powershell.agent import Process
from hvtui.backends.powershell.journal import Journal
from hvtui.tui.cli.main import main
from tests.terminal.conftest import over_winrm
from tests.tui.far import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hyperv_host.host import Host
    from tests.tui.group.test_cluster import Cluster
    from tests.winrm.server import FakeWinRm

DONE, REFUSED = 0, 3
CREATE = ("web-01", "Newer")


def test_a_command_is_refused_until_the_outcome_was_told_on_the_screen(
    cluster: Cluster, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def create() -> int:
        monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)  # hvtui removes it when it has read it
        return main(["create", "you@hv02", *CREATE], load=lambda name: cluster)

    cluster.leave_record("hv02")
    assert create() == REFUSED
    err = capsys.readouterr().err
    assert "was sent to hv01.corp.example, and its outcome is not known yet: creating New." in err
    assert "Look at the VM on the screen, then try again: hvtui you@hv02" in err
    assert cluster.world("hv02").ran == []
    del cluster.orphans["hv02"]
    assert create() == DONE


@pytest.mark.engine
@pytest.mark.parametrize(("cluster_name", "code"), [("CL1", REFUSED), ("CL2", DONE)])
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
def test_the_record_of_a_node_of_the_same_cluster_is_found_and_nothing_is_sent_to_the_shell_of_that_write(
    winrm: FakeWinRm,
    host: Host,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cluster_name: str,
    code: int,
) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("HVTUI_PASSWORD", winrm.password)
    host.set_world(cluster="CL1")
    journal = Journal(tmp_path / "writes", "hv01:5986")
    journal.know_machine("hv01.example.org", f"{cluster_name}.example.org".casefold())
    process = Process(7, "2026-01-01T00:00:00Z", "shell-on-hv01/command-on-hv01")
    vm_id = host.vm_id("web-01")
    entry = journal.open(vm_id=vm_id, verb="create_checkpoint", target="New", process=process)
    journal.release(entry.id)
    assert main(["create", *over_winrm(winrm), *CREATE]) == code
    assert ("Newer" in [each["name"] for each in host.state()["checkpoints"].values()]) is (code == DONE)
    assert "on-hv01" not in "".join(message.text for message in winrm.messages())
    assert [each.id for each in journal.entries()] == [entry.id]
