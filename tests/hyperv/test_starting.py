"""The errors of sessions that cannot be opened, and of writes that may not be sent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import BackendError, ConnectError, ConnectTimeout, NotAllowed
from hvtui.backends.hyperv.backend import HyperVBackend, HyperVSettings
from hvtui.backends.hyperv.program import program
from hvtui.backends.hyperv.session import HyperVSession
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.local_link import LocalLink
from tests.hyperv_host.prelude import prelude

if TYPE_CHECKING:
    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.engine import Engine
    from tests.hyperv_host.host import Host


def session(engine: Engine, prelude: str, folder: Path) -> HyperVSession:
    environment = {"PWSH_EDITION": engine.edition}
    return HyperVSession(
        lambda: LocalLink(engine.agents, environment), program(prelude), Journal(folder, "test"), Deadlines()
    )


async def refusal(started: HyperVSession) -> ConnectError:
    try:
        with pytest.raises(ConnectError) as caught:
            await started.open()
    finally:
        await started.close()
    return caught.value


@pytest.mark.engine
async def test_a_missing_hyper_v_module_is_named_with_what_to_install(
    powershell: Engine, host: Host, tmp_path: Path
) -> None:
    error = await refusal(session(powershell, prelude(host.port, without=["Hyper-V"]), tmp_path))
    assert "no Hyper-V module" in error.message


@pytest.mark.engine
async def test_constrained_language_is_named(
    powershell: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'\n"
    read_text = Path.read_text

    def locked_down(path: Path, *args: str, **kwargs: str) -> str:
        return (locked if path.name == "bootstrap.ps1" else "") + read_text(path, *args, **kwargs)

    monkeypatch.setattr(Path, "read_text", locked_down)
    error = await refusal(session(powershell, "", tmp_path))
    assert "ConstrainedLanguage" in error.message
    assert "Full Language" in error.hint


@pytest.mark.engine
async def test_the_error_of_a_user_without_rights_names_the_group(connect: Connect, host: Host) -> None:
    host.set_rights(granted=False)
    async with connect() as opened:
        with pytest.raises(NotAllowed) as caught:
            await opened.inventory()
    assert "Hyper-V Administrators" in caught.value.hint


@pytest.mark.engine
async def test_a_write_that_cannot_be_recorded_first_is_not_sent(
    powershell: Engine, host: Host, tmp_path: Path
) -> None:
    (tmp_path / "full").write_text("a file where the folder should be")
    opened = session(powershell, prelude(host.port), tmp_path / "full")
    try:
        (vm,) = (await opened.inventory()).vms
        with pytest.raises(BackendError) as caught:
            await opened.save_vm(vm.id)
    finally:
        await opened.close()
    assert "HVTUI_STATE_DIR" in caught.value.hint
    assert host.state()["ran"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")
@pytest.mark.parametrize(
    ("script", "error", "words"),
    [
        ("kill -9 $$", ConnectError, "did not start"),
        ("echo not for us; exit 1", ConnectError, "did not start"),
        ("exec cat >/dev/null", ConnectTimeout, "in time"),
        ("head -c 300000 /dev/urandom; exec cat >/dev/null", ConnectTimeout, "in time"),
    ],
    ids=["killed", "ended", "hung", "garbage"],
)
async def test_a_process_without_a_handshake_is_a_failed_connection(
    tmp_path: Path, script: str, error: type[ConnectError], words: str
) -> None:
    program_path = tmp_path / "powershell"
    program_path.write_text(f"#!/bin/sh\n{script}\n")
    program_path.chmod(0o700)
    started = HyperVSession(
        lambda: LocalLink(str(program_path)), program(), Journal(tmp_path, "test"), Deadlines(start=1.0)
    )
    found = await refusal(started)
    assert type(found) is error
    assert words in found.message


async def test_a_powershell_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTUI_PWSH", "no-such-powershell")
    with pytest.raises(ConnectError) as caught:
        async with HyperVBackend().connect(HyperVSettings()):
            pass
    assert "no-such-powershell" in caught.value.message


async def test_another_program_than_powershell_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTUI_PWSH", "/bin/echo")
    with pytest.raises(ConnectError) as caught:
        async with HyperVBackend().connect(HyperVSettings()):
            pass
    assert "did not start" in caught.value.message
