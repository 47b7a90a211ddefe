"""A message that is lost while an agent is being started costs nothing: nothing was sent to it yet."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import (
    BackendError,
    CertificateUntrusted,
    ConnectError,
    HostUnreachable,
    NotAllowed,
    OutcomeUnknown,
)
from hvtui.backends.hyperv.backend import HyperVBackend
from hvtui.backends.model import CheckpointId, VmId
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.winrm import faults, soap
from tests.winrm.certificates import self_signed
from tests.winrm.faults import Cut, Drop, Status, Wsman
from tests.winrm.matrix import COLD, VERBS, impatient, outcome_of
from tests.winrm.server import FakeWinRm
from tests.winrm.test_contract import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hvtui.backends.hyperv.session import HyperVSession
    from tests.hyperv_host.engine import Engine


@pytest.fixture
def host() -> Iterator[Host]:
    with Host.started("one", clock="eager") as started:
        yield started


@contextmanager
def served(
    powershell: Engine, host: Host, folder: Path, *, tls: bool = False
) -> Iterator[tuple[FakeWinRm, HyperVSession]]:
    certificate = self_signed() if tls else None
    with FakeWinRm.started(engine=powershell, prelude=prelude(host.port), certificate=certificate) as server:
        if certificate:
            seen = CertificateUntrusted("", fingerprint=certificate.fingerprint)
            HyperVBackend().trust(settings(server), seen)
        yield server, impatient(settings(server), folder)


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
@pytest.mark.parametrize(
    ("tls", "kind", "breaks"),
    [
        *((False, kind, (Drop(), Drop(executed=True))) for kind in COLD),
        *((True, kind, (Drop(), Drop(executed=True))) for kind in ("Create", "Receive")),
        (False, "Create", (Status(400), Cut())),
        (False, "Command", (Status(500), Cut())),
        (False, "Receive", (Cut(),)),
    ],
)
async def test_a_write_is_done_although_the_line_breaks_once_while_its_agent_is_started(
    powershell: Engine, host: Host, tmp_path: Path, tls: bool, kind: str, breaks: tuple[faults.Fault, ...]
) -> None:
    with served(powershell, host, tmp_path, tls=tls) as (server, session):
        vm, checkpoint = VmId(host.vm_id("web-01")), CheckpointId(host.checkpoint_id("Clean install"))
        try:
            for number, fault in enumerate(breaks, 1):
                server.fail(fault, kind)
                await session.rename_checkpoint(vm, checkpoint, name=f"{number}")
                assert server.machine.plans.planned == []
                assert len(host.cmdlets("Rename-VMSnapshot")) == number
                for agent in session._idle_writers:
                    agent.close()
                session._idle_writers.clear()
        finally:
            await session.close()


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
@pytest.mark.parametrize("kind", ["Authenticate", "Create", "Command", "Send", "Receive"])
async def test_a_line_that_breaks_again_and_again_is_told_as_that_and_nothing_was_done(
    powershell: Engine, host: Host, tmp_path: Path, kind: str
) -> None:
    with served(powershell, host, tmp_path) as (server, session):
        vm, checkpoint = VmId(host.vm_id("web-01")), CheckpointId(host.checkpoint_id("Clean install"))
        try:
            for _ in range(9):
                server.fail(Drop(), kind)
            with pytest.raises(BackendError) as caught:
                await session.rename_checkpoint(vm, checkpoint, name="new")
            server.machine.plans.planned.clear()
            assert not isinstance(caught.value, OutcomeUnknown)
            assert "broke" in caught.value.message
            assert "WinRM" not in caught.value.message
            assert "RemoteDisconnected" in caught.value.detail
            assert host.cmdlets("Rename-VMSnapshot") == []
            assert await outcome_of(VERBS["rename"], session, host) == "done"
        finally:
            await session.close()


@pytest.mark.parametrize(
    ("fault", "error", "creates", "words"),
    [
        (Status(401), ConnectError, 1, "does not accept this user"),
        (Wsman(soap.ACCESS_DENIED), NotAllowed, 1, "denies you access"),
        (Wsman(soap.TOO_MANY_SHELLS), ConnectError, 1, "as many shells as it allows"),
        (faults.HTML_PAGE, ConnectError, 2, "is not WinRM"),
        (Status(503), HostUnreachable, 1, "too busy"),
    ],
)
async def test_what_the_host_refuses_is_asked_once_and_what_may_pass_twice(
    tmp_path: Path, fault: faults.Fault, error: type[BackendError], creates: int, words: str
) -> None:
    with FakeWinRm.started() as server:
        for _ in range(3):
            server.fail(fault, "Create")
        session = impatient(settings(server), tmp_path)
        with pytest.raises(error, match=words):
            await session.open()
        assert len(server.messages("Create")) == creates
        server.machine.plans.planned.clear()
        await session.close()


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
async def test_a_port_that_is_closed_is_named_in_what_to_do(tmp_path: Path, tls: bool) -> None:
    with FakeWinRm.started(certificate=self_signed() if tls else None) as server:
        server.refuse_connections()
        session = impatient(settings(server), tmp_path)
        with pytest.raises(HostUnreachable) as caught:
            await session.open()
        await session.close()
        assert f"open port {server.port}" in caught.value.hint
        assert "598" not in caught.value.hint.replace(str(server.port), "")


async def test_the_words_of_the_host_are_in_the_detail(tmp_path: Path) -> None:
    with FakeWinRm.started() as server:
        server.fail(Wsman(soap.ACCESS_DENIED), "Create")
        session = impatient(settings(server), tmp_path)
        with pytest.raises(NotAllowed) as caught:
            await session.open()
        await session.close()
    assert soap.ACCESS_DENIED.words in caught.value.detail
