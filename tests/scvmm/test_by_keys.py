"""The four actions through VMM by keys, at both sizes, and what comes between a question and its answer."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.hosts.targets import Targets
from hvtui.backends.mock.clock import ManualClock, RealClock
from hvtui.backends.operations.operation import Ending
from hvtui.backends.scvmm.backend import ScvmmBackend
from hvtui.tui.app import HvtuiApp
from hvtui.tui.dialogs.error import ErrorDialog
from tests.scvmm.test_contract import worse
from tests.tui.far import FarBackend, Visit
from tests.vmm_host.module import prelude
from tests.vmm_host.server import serving
from tests.vmm_host.test_vmm import OTHER, two_hosts
from tests.vmm_host.vmm import Vmm
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from hvtui.backends.operations.operation import Operation
    from tests.hyperv_host.engine import Engine

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]

PASSWORD = "battery-staple"
WAIT_SECONDS = 50
WRITES = ("New-SCVMCheckpoint", "Set-SCVMCheckpoint", "Restore-SCVMCheckpoint", "Remove-SCVMCheckpoint")


@pytest.fixture
def vmm() -> Iterator[Vmm]:
    with serving(Vmm(two_hosts, unverified=worse)) as started:
        yield started


@pytest.fixture
def server(vmm: Vmm, powershell: Engine) -> Iterator[FakeWinRm]:
    with FakeWinRm.started(engine=powershell, prelude=prelude(vmm.port), password=PASSWORD) as started:
        yield started


class VmmVisit(Visit):
    patience = WAIT_SECONDS

    async def confirm(self, key: str, button: str, *typed: str) -> Operation:
        """Answer the question of this key, and wait for the end of the command."""
        before = len(self.state.finished)
        await self.open(key)
        if typed:
            await self.press("ctrl+u", *typed)
        await self.click(button)
        await self.until(lambda: len(self.state.finished) > before)
        return self.state.finished[0]

    async def at(self, checkpoint: str) -> None:
        await self.until(lambda: checkpoint in self.said())
        await self.go_to(checkpoint)
        await self.until(lambda: self.main.selection().checkpoint_id is not None)


@asynccontextmanager
async def visit(
    server: FakeWinRm, folder: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> AsyncIterator[VmmVisit]:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(folder))
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    settings = {"host": "127.0.0.1", "port": str(server.port), "transport": "http", "user": server.user}
    targets = Targets(folder / "config.toml", load=lambda name: ScvmmBackend())
    app = HvtuiApp(targets.make("scvmm", settings, name="vmm01"), targets, clock=RealClock().now)
    async with app.run_test(size=size, notifications=True) as pilot:
        trip = VmmVisit(app, pilot, FarBackend(ManualClock()), folder / "config.toml")
        await trip.until(lambda: trip.main.vm_id)
        yield trip


def sent(vmm: Vmm) -> list[str]:
    return [cmdlet for _, cmdlet, _ in vmm.calls if cmdlet in WRITES]


def current(vmm: Vmm) -> str | None:
    """The checkpoint that the VM runs on."""
    return next(iter(vmm.world.vms.values())).parent_checkpoint_id


def names(vmm: Vmm) -> set[str]:
    return {checkpoint.name for checkpoint in vmm.world.checkpoints.values()}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_a_vm_is_by_keys_brought_to_what_the_screen_says(
    size: tuple[int, int], vmm: Vmm, server: FakeWinRm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visit(server, tmp_path, monkeypatch, size) as trip:
        created = await trip.confirm("c", "confirm", *"Mine")
        assert (created.ending, created.created) == (Ending.DONE, vmm.checkpoint_id("Mine"))
        await trip.at("Old branch")
        assert (await trip.confirm("e", "confirm", *"Renamed")).ending is Ending.DONE
        assert "Renamed" in names(vmm)

        await trip.at("Clean install")
        assert (await trip.confirm("a", "create-and-apply")).ending is Ending.DONE
        assert current(vmm) == vmm.checkpoint_id("Clean install")
        await trip.at("Mine")
        assert (await trip.confirm("a", "apply")).ending is Ending.DONE
        assert current(vmm) == vmm.checkpoint_id("Mine")

        await trip.at("Renamed")
        assert (await trip.confirm("d", "delete")).ending is Ending.DONE
        assert "Renamed" not in names(vmm)
        await trip.at("Before CU-11")
        assert (await trip.confirm("D", "delete")).ending is Ending.DONE
        assert names(vmm) == {"Clean install"}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.own_process
async def test_what_comes_between_a_question_and_its_answer_is_told_and_harms_nothing(
    size: tuple[int, int], vmm: Vmm, server: FakeWinRm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (world_id,) = vmm.world.vms
    async with visit(server, tmp_path, monkeypatch, size) as trip:
        # A checkpoint that is made on the host, of which VMM's database knows nothing.
        await trip.at("Clean install")
        await trip.open("a")
        vmm.outside(lambda world: world.take_checkpoint(world_id))
        await trip.click("apply")
        await trip.sees_dialog(ErrorDialog)
        assert "Changed in the meantime" in trip.said()
        await trip.press("escape")
        assert sent(vmm) == []

        # A job of somebody else.
        await trip.open("d")
        vmm.lock()
        await trip.click("delete")
        await trip.sees_dialog(ErrorDialog)
        assert "Another job of VMM is working on the VM" in trip.said()
        await trip.press("escape")
        assert sent(vmm) == []
        vmm.release()
        await trip.press("f5")
        await trip.until(lambda: trip.main.why_not("create") is None)

        # A job whose answer is lost, with the server that it came from.
        vmm.parked.add("New-SCVMCheckpoint")
        creating = asyncio.create_task(trip.confirm("c", "confirm", *"Lost on the way"))
        writer = await asyncio.to_thread(vmm.wait_for_call, "New-SCVMCheckpoint")
        await trip.until(lambda: (writer, "Get-SCJob") in [call[:2] for call in [*vmm.calls]])
        server.kill_processes()
        vmm.release()
        assert (await creating).ending is Ending.DONE
        assert "Lost on the way" in names(vmm)
        assert sent(vmm) == ["New-SCVMCheckpoint"]

        # A failover.
        await trip.at("Clean install")
        await trip.open("a")
        vmm.fail_over(world_id, OTHER)
        await trip.click("apply")
        await trip.sees_dialog(ErrorDialog)
        assert "Changed in the meantime" in trip.said()
        assert "does not find it there" in trip.said()
        assert sent(vmm) == ["New-SCVMCheckpoint"]
