"""What happens to a connection: idle hours, sleep, reboots, renewed certificates, changed passwords."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.errors import (
    AuthenticationFailed,
    BackendError,
    CertificateUntrusted,
    ConnectionLost,
    OutcomeUnknown,
)
from hvtui.backends.hyperv.backend import HyperVBackend
from hvtui.backends.hyperv.program import program
from hvtui.backends.hyperv.session import HyperVSession
from hvtui.backends.model import CheckpointId, VmId
from hvtui.backends.powershell import bootstrap, exchange
from hvtui.backends.powershell.host.winrm_settings import winrm_target
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.link import ResendRequest
from hvtui.backends.powershell.winrm.link import WinRmLink
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.winrm.certificates import self_signed
from tests.winrm.faults import Drop
from tests.winrm.matrix import PATIENCE, settled
from tests.winrm.server import FakeWinRm
from tests.winrm.test_contract import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from tests.hyperv_host.engine import Engine

    Connect = Callable[..., AbstractAsyncContextManager[HyperVSession]]

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]

WHOLE = ["save", "apply", "start"]


@pytest.fixture
def host() -> Iterator[Host]:
    with Host.started("one", clock="eager") as started:
        yield started


@pytest.fixture(params=["http"])
def server(request: pytest.FixtureRequest, powershell: Engine, host: Host) -> Iterator[FakeWinRm]:
    certificate = self_signed() if request.param == "https" else None
    with FakeWinRm.started(engine=powershell, prelude=prelude(host.port), certificate=certificate) as started:
        yield started


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connect(server: FakeWinRm, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Connect:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    if server.certificate:
        seen = CertificateUntrusted("", fingerprint=server.certificate.fingerprint)
        HyperVBackend().trust(settings(server), seen)

    @asynccontextmanager
    async def connect(operation_timeout: float = 0.3, *, name: str = "test") -> AsyncIterator[HyperVSession]:
        found = replace(
            winrm_target(settings(server)),
            operation_timeout=operation_timeout,
            answer_timeout=0.7,
            clock=clock,
        )
        session = HyperVSession(
            lambda: WinRmLink(found, 900),
            program(),
            Journal(tmp_path / "writes", name),
            PATIENCE,
            write_link=lambda: WinRmLink(found, 14400),
        )
        try:
            await session.open()
            yield session
        finally:
            await session.close()

    return connect


def target(host: Host) -> tuple[VmId, CheckpointId]:
    return VmId(host.vm_id("web-01")), CheckpointId(host.checkpoint_id("Clean install"))


def done(host: Host) -> list[str]:
    return [row[0] for row in host.state()["done"]]


async def parked(host: Host) -> None:
    await asyncio.to_thread(host.wait_parked)


async def test_a_refresh_is_two_messages_on_one_connection(connect: Connect, server: FakeWinRm) -> None:
    async with connect(operation_timeout=20) as session:
        await session.inventory()
        before, connections = len(server.messages()), server.connections
        for _ in range(5):
            await session.inventory()
        assert [m.kind for m in server.messages()[before:]] == ["Send", "Receive"] * 5
        assert server.connections == connections


async def test_a_connection_that_was_idle_too_long_is_replaced_before_it_is_used(
    connect: Connect, server: FakeWinRm, clock: Clock
) -> None:
    async with connect() as session:
        await session.inventory()
        server.drop_connections()
        clock.seconds += 100
        before = len(server.messages())
        await session.inventory()
        assert 400 not in [m.status for m in server.messages()[before:]]


async def test_a_connection_that_was_lost_unnoticed_is_replaced_after_status_400(
    connect: Connect, server: FakeWinRm, host: Host
) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)
        await session.rename_checkpoint(vm, checkpoint, name="one")
        server.drop_connections()
        await session.rename_checkpoint(vm, checkpoint, name="two")
        await session.inventory()
    assert done(host) == ["rename", "rename"]


async def test_a_write_survives_that_the_client_sleeps(
    connect: Connect, server: FakeWinRm, host: Host
) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)
        host.park("apply")
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        await parked(host)
        for _ in range(3):
            server.drop_connections()
            (shown,) = (await session.inventory()).vms
            assert shown.state == "Saved"
        host.release()
        await applying
    assert done(host) == WHOLE
    assert len(host.cmdlets("Restore-VMSnapshot")) == 1


async def test_an_answer_taken_by_an_orphaned_receive_is_requested_again(
    connect: Connect, server: FakeWinRm, host: Host, clock: Clock
) -> None:
    server.rules.orphaned_receives = True
    async with connect(operation_timeout=20) as session:
        vm, checkpoint = target(host)
        host.park("apply")
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        await parked(host)
        server.wait_parked()
        server.drop_connections()
        await asyncio.to_thread(server.wait_parked, 2)
        host.release()
        await asyncio.to_thread(server.wait_until, lambda: server.parked == 1, "an answer swallowed")
        clock.seconds += 30
        server.expire_receives()
        await applying
    assert done(host) == WHOLE
    assert len(host.cmdlets("Restore-VMSnapshot")) == 1


def test_a_receive_without_output_after_a_reconnect_asks_to_send_the_request_again(
    server: FakeWinRm, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    link = WinRmLink(replace(winrm_target(settings(server)), operation_timeout=0.3, clock=clock), 900)
    link.open(bootstrap.arguments())
    server.fail(Drop(), "Receive")
    with pytest.raises(ResendRequest):
        link.receive(1)
    first_output = b""
    while b"FullLanguage" not in first_output:
        first_output += link.receive(1)
    clock.seconds += 30
    with pytest.raises(ResendRequest):
        link.receive(1)
    assert link.receive(1) == b""
    link.kill().result()


@pytest.mark.parametrize(
    ("end", "step"),
    [
        ("kill_processes", "save"),
        ("kill_processes", "apply"),
        ("kill_processes", "start"),
        ("reboot", "apply"),
    ],
)
async def test_a_write_whose_process_has_died_is_unknown_and_the_next_refresh_works(
    connect: Connect, server: FakeWinRm, host: Host, step: str, end: str
) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)
        host.park(step)
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        await parked(host)
        getattr(server, end)()
        with pytest.raises(OutcomeUnknown):
            await applying
        server.wait_until(lambda: not server.processes)
        host.release()
        with pytest.raises(ConnectionLost):
            await session.inventory()
        (now,) = (await session.inventory()).vms
        assert done(host) == WHOLE[: WHOLE.index(step)]
        assert now.current == host.state()["vms"][vm]["parent"]
        await settled(session)
        await session.save_vm(vm)


async def test_a_write_outlasts_many_operation_timeouts_while_reads_work(
    connect: Connect, server: FakeWinRm, host: Host
) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)
        host.park("apply")
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        await parked(host)
        before = len(server.messages("Receive"))
        await asyncio.to_thread(server.wait_for, "Receive", before + 4)
        assert (await session.inventory()).vms[0].state == "Saved"
        assert not applying.done()
        host.release()
        await applying


async def test_disconnecting_closes_every_shell_except_that_of_a_running_write(
    connect: Connect, server: FakeWinRm, host: Host
) -> None:
    vm, checkpoint = target(host)
    async with connect() as session:
        await session.rename_checkpoint(vm, checkpoint, name="new")
    server.wait_until(lambda: not server.shells and not server.processes)
    async with connect() as session:
        host.park("apply")
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        await parked(host)
    applying.cancel()
    server.wait_until(lambda: len(server.shells) == 1)
    assert [shell.idle_timeout for shell in server.shells] == [14400]
    async with connect() as session:
        (orphan,) = (await session.inventory()).orphans
        assert orphan.running
        host.release()
        await settled(session)
        (now,) = (await session.inventory()).vms
        assert (now.state, now.current) == ("Running", checkpoint)
    assert done(host) == ["rename", *WHOLE]
    server.wait_until(lambda: not server.shells)


async def test_a_write_lost_under_one_name_of_the_host_is_settled_under_another_one(
    connect: Connect, server: FakeWinRm, host: Host, tmp_path: Path
) -> None:
    vm, checkpoint = target(host)
    async with connect(name="hv01") as session:
        await session.host_details()
        host.park("apply")
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        await parked(host)
    applying.cancel()
    server.wait_until(lambda: len(server.shells) == 1)
    async with connect(name="10.0.0.1") as session:
        await session.host_details()
        (orphan,) = (await session.inventory()).orphans
        assert orphan.running
        host.release()
        await settled(session)
        assert (await session.inventory()).orphans == ()
    assert done(host) == WHOLE
    assert list((tmp_path / "writes").iterdir()) == []
    server.wait_until(lambda: not server.shells)


async def test_the_shells_of_a_client_that_vanished_end_at_their_idle_timeout(
    connect: Connect, server: FakeWinRm, host: Host
) -> None:
    vm, checkpoint = target(host)
    async with connect() as session:
        await session.rename_checkpoint(vm, checkpoint, name="new")
        assert sorted(shell.idle_timeout for shell in server.shells) == [900, 14400]
        server.advance(901)
        assert [shell.idle_timeout for shell in server.shells] == [14400]


@pytest.mark.parametrize("server", ["https"], indirect=True)
async def test_a_changed_certificate_is_refused(connect: Connect, server: FakeWinRm, host: Host) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)
        host.park("apply")
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        await parked(host)
        server.use_certificate(self_signed())
        with pytest.raises(CertificateUntrusted) as caught:
            await session.inventory()
        assert caught.value.changed
        with pytest.raises(OutcomeUnknown) as unknown:
            await applying
        assert "not the one that you trusted" in unknown.value.detail
        host.release()


async def test_a_refused_password_is_not_tried_a_second_time(connect: Connect, server: FakeWinRm) -> None:
    async with connect() as session:
        server.change_password("another")
        await session.inventory()
        server.drop_connections()
        failed = server.failed_authentications
        with pytest.raises(AuthenticationFailed):
            await session.inventory()
    assert server.failed_authentications == failed + 1  # not once more to close the shells


async def test_a_refused_sign_in_is_repeated_only_when_a_person_asks_for_it(
    connect: Connect, server: FakeWinRm, host: Host
) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)

        async def all_refused() -> None:
            for call in (
                lambda: session.inventory(),
                lambda: session.disks([vm]),
                lambda: session.rename_checkpoint(vm, checkpoint, name="two"),
                lambda: session.inventory([vm]),
            ):
                with pytest.raises(AuthenticationFailed):
                    await call()

        await session.disks([vm])
        await session.rename_checkpoint(vm, checkpoint, name="one")
        server.change_password("another")
        server.drop_connections()
        failed = server.failed_authentications
        await all_refused()
        session.cancel_reads()
        await all_refused()
        assert server.failed_authentications == failed + 1
        session.allow_sign_in()
        await all_refused()
        assert server.failed_authentications == failed + 2
        server.change_password("correct horse")
        session.allow_sign_in()
        await session.inventory()
        await session.disks([vm])
        await session.rename_checkpoint(vm, checkpoint, name="three")
    assert server.failed_authentications == failed + 2
    assert done(host) == ["rename", "rename"]


async def test_a_write_in_flight_and_a_read_sign_in_once_after_the_password_was_changed(
    connect: Connect, server: FakeWinRm, host: Host
) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)
        host.park("apply")
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        await parked(host)
        server.wait_parked()
        server.change_password("another")
        failed = server.failed_authentications
        server.drop_connections()
        with pytest.raises(OutcomeUnknown):
            await applying
        with pytest.raises(AuthenticationFailed):
            await session.inventory()
        host.release()
    assert server.failed_authentications == failed + 1


async def test_a_write_to_a_closed_port_fails_at_once(
    connect: Connect, server: FakeWinRm, host: Host
) -> None:
    async with connect() as session:
        vm, checkpoint = target(host)
        await session.rename_checkpoint(vm, checkpoint, name="one")
        server.refuse_connections()
        with pytest.raises(BackendError) as caught:
            await session.rename_checkpoint(vm, checkpoint, name="two")
        assert not isinstance(caught.value, OutcomeUnknown)
        assert "Nothing was done" in caught.value.hint
    assert done(host) == ["rename"]


async def test_a_read_of_a_lost_host_can_be_cancelled_while_a_write_continues(
    connect: Connect, server: FakeWinRm, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "REPORTED_AFTER", 0.0)
    async with connect() as session:
        vm, checkpoint = target(host)
        host.park("apply")
        applying = asyncio.create_task(session.apply_checkpoint(vm, checkpoint))
        await parked(host)
        server.refuse_connections()
        reading = asyncio.create_task(session.inventory())
        while not session.reconnecting:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0)
        session.cancel_reads()
        with pytest.raises(ConnectionLost):
            await reading
        assert not session.reconnecting
        server.accept_connections()
        assert (await session.inventory()).vms[0].state == "Saved"
        host.release()
        await applying
    assert done(host) == WHOLE
