"""The app before a VMM server: two hosts of a cluster, over WinRM, at both sizes."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.hosts.targets import Targets
from hvtui.backends.mock.clock import ManualClock, RealClock
from hvtui.backends.scvmm.backend import ScvmmBackend
from hvtui.tui.app import HvtuiApp
from hvtui.tui.dialogs.box import Box
from hvtui.tui.dialogs.dialog import Dialog
from hvtui.tui.widgets.vm_list import VmList
from tests.hyperv_host.conftest import powershell
from tests.scvmm.test_contract import worse
from tests.tui.far import FarBackend, Visit
from tests.vmm_host.module import prelude
from tests.vmm_host.server import serving
from tests.vmm_host.test_vmm import two_hosts
from tests.vmm_host.vmm import Vmm
from tests.winrm.server import FakeWinRm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from hvtui.backends.operations.operation import Operation
    from tests.hyperv_host.engine import Engine

    Open = Callable[[], AbstractAsyncContextManager["VmmVisit"]]

__all__ = ["powershell"]

PASSWORD = "battery-staple"
WAIT_SECONDS = 25
BORDERS = dict.fromkeys(map(ord, "│▌─╮╭╰╯▏▁▂▃▄▅▆▇"), " ")
WRITES = ("New-SCVMCheckpoint", "Set-SCVMCheckpoint", "Restore-SCVMCheckpoint", "Remove-SCVMCheckpoint")


class VmmVisit(Visit):
    patience = WAIT_SECONDS

    async def answer(self, key: str, button: str, *typed: str) -> None:
        """Answer the question of this key."""
        await self.open(key)
        if typed:
            await self.press("ctrl+u", *typed)
        await self.click(button)

    async def confirm(self, key: str, button: str, *typed: str) -> Operation:
        """Answer the question of this key, and wait for the end of the command."""
        before = len(self.state.finished)
        await self.answer(key, button, *typed)
        await self.until(lambda: len(self.state.finished) > before)
        return self.state.finished[0]

    async def at(self, checkpoint: str) -> None:
        await self.until(lambda: checkpoint in self.said())
        await self.go_to(checkpoint)
        await self.until(lambda: self.main.selection().checkpoint_id is not None)

    async def at_vm(self, name: str) -> None:
        """Put the cursor of the list on a VM, and wait until the panes have followed."""
        vms = self.main.query_one(VmList)
        while not vms.has_focus:
            await self.press("tab")
        await self.go_to_vm(name)
        await self.until(lambda: (vm := self.main.selection().vm) and vm.name == name)

    async def refused(self, key: str, words: str) -> None:
        """Press a key that gives no command, and read why in full."""
        self.app.clear_notifications()
        await self.press(key)
        await self.until(lambda: words in self.in_one_line())

    def in_one_line(self) -> str:
        """All text of the dialog, or else of the screen, without the borders and breaks of lines."""
        lines = self.said().splitlines()
        if isinstance(self.app.screen, Dialog):
            box = self.app.screen.query_one(Box).region
            lines = [line[box.x : box.right] for line in lines[box.y : box.bottom]]
        return " ".join("\n".join(lines).translate(BORDERS).split())


@pytest.fixture(params=[(80, 24), (120, 36)], ids=["80x24", "120x36"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    width, height = request.param
    return width, height


@pytest.fixture
def vmm() -> Iterator[Vmm]:
    with serving(Vmm(two_hosts, unverified=worse)) as started:
        yield started


@pytest.fixture
def server(vmm: Vmm, powershell: Engine) -> Iterator[FakeWinRm]:
    before = prelude(vmm.port)
    with FakeWinRm.started(
        engine=powershell, prelude=before, password=PASSWORD, clock=RealClock()
    ) as started:
        yield started


@pytest.fixture
def hvtui(server: FakeWinRm, size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Start hvtui on the VMM server, as one person would several times."""
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    settings = {"host": "127.0.0.1", "port": str(server.port), "transport": "http", "user": server.user}

    @asynccontextmanager
    async def started() -> AsyncIterator[VmmVisit]:
        monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)  # it is removed when it has been read
        targets = Targets(tmp_path / "config.toml", load=lambda name: ScvmmBackend())
        app = HvtuiApp(targets.make("scvmm", settings, name="vmm01"), targets, clock=RealClock().now)
        async with app.run_test(size=size, notifications=True) as pilot:
            trip = VmmVisit(app, pilot, FarBackend(ManualClock()), tmp_path / "config.toml")
            await trip.until(lambda: trip.main.vm_id)
            yield trip

    return started


def sent(vmm: Vmm) -> list[str]:
    return [cmdlet for _, cmdlet, _ in vmm.calls if cmdlet in WRITES]


def current(vmm: Vmm) -> str | None:
    """The checkpoint that the VM runs on."""
    worlds = [host.world for host in vmm.datacenter.hosts.values()]
    return next(vm.parent_checkpoint_id for world in worlds for vm in world.vms.values())


def names(vmm: Vmm) -> set[str]:
    return {checkpoint.name for checkpoint in vmm.world.checkpoints.values()}
