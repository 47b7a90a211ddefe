"""The four actions without a screen on the fake host: through a local PowerShell of both editions, and over WinRM."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.tui.cli.commands import merge
from hvtui.tui.cli.main import main
from tests.hyperv_host.powershell_wrapper import write_wrapper
from tests.hyperv_host.prelude import prelude
from tests.terminal.conftest import over_winrm

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]  # each command starts up to three shells
DONE = 0


class HostCli:
    def __init__(self, target: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        self._target, self._capsys = target, capsys

    def json(self, name: str, *words: str) -> tuple[int, Any]:
        code = main([name, *self._target, "--json", *words])
        out, err = self._capsys.readouterr()
        assert err == ""
        return code, json.loads(out)


@pytest.fixture(params=["local", "remote"])
def cli(
    request: pytest.FixtureRequest,
    powershell: Engine,
    host: Host,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> HostCli:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("HVTUI_CONFIG", str(tmp_path / "config.toml"))
    if request.param == "local":
        wrapper = write_wrapper(tmp_path / "powershell", powershell, prelude(host.port))
        monkeypatch.setenv("HVTUI_PWSH", str(wrapper))
        return HostCli(["--local"], capsys)
    server = request.getfixturevalue("winrm")
    monkeypatch.setenv("HVTUI_PASSWORD", server.password)
    return HostCli(over_winrm(server), capsys)


@pytest.mark.parametrize(
    ("cli", "powershell"),
    [("local", "Core"), ("local", "Desktop"), ("remote", "Desktop")],
    indirect=True,
)
def test_a_host_is_brought_to_what_the_command_line_says(
    cli: HostCli, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge, "SECONDS", 0.05)
    password = os.environ.get("HVTUI_PASSWORD", "")

    def run(name: str, *words: str) -> Any:
        if password:
            monkeypatch.setenv("HVTUI_PASSWORD", password)  # each run takes it out of the environment
        code, printed = cli.json(name, *words)
        assert (code, printed["outcome"]) == (DONE, "done")
        return printed

    created = run("create", "web-01", "Before patch")["created"]
    assert created["id"] == host.checkpoint_id("Before patch")
    run("rename", "web-01", "Old branch", "Older branch")
    applied = run("apply", "web-01", "Clean install", "--yes", "--safety-name", "Safe")["created"]
    assert applied["id"] == host.checkpoint_id("Safe")
    run("delete", "web-01", created["id"], "--yes", "--wait")
    run("delete", "web-01", "Before CU-11", "--subtree", "--yes")
    held = {c["name"] for c in host.state()["checkpoints"].values()}
    assert held == {"Clean install", "Older branch"}
    (vm,) = host.state()["vms"].values()
    assert vm["parent"] == host.checkpoint_id("Clean install")
