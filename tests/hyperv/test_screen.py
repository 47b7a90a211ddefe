"""What the screen says of a write for each fault, compared with the host's own record of what ran there.

A key press passes through dialog, runner, session, agent and cmdlet; then the agent is killed, hangs, or is refused.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from textual.widgets import Input

from hvtui.backends.hosts.target import Target
from hvtui.backends.hosts.targets import Targets
from hvtui.backends.hyperv.session import HyperVSession
from hvtui.backends.operations.operation import Ending
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.wrappers import SessionWrapper
from hvtui.tui.app import HvtuiApp
from hvtui.tui.dialogs.dialog import Dialog
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.host.connection import HostConnection
from hvtui.tui.screens.main import MainScreen
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from tests.hyperv.test_outcomes import done, parked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from hvtui.backends.operations.operation import Operation
    from hvtui.tui.host.state import HostState
    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.host import Host

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]


@dataclass
class OneHost:
    """A backend whose only host is the test's."""

    connect_session: Callable[[], Any]
    name: ClassVar[str] = "test"
    Settings = object

    def connect(self, settings: object) -> Any:
        return self.connect_session()


class Screen:
    def __init__(self, app: HvtuiApp, pilot: Pilot[None], host: Host) -> None:
        self.app, self._pilot, self._host = app, pilot, host

    @property
    def main(self) -> MainScreen:
        """The screen of the host, which may be below a dialog."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    @property
    def state(self) -> HostState:
        """What the app knows of the host."""
        assert self.app.connection is not None
        return self.app.connection.state

    async def until(self, so: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not so():
                await self._pilot.pause()

    async def confirm(self, key: str, on: str, answer: str = "", text: str | None = None) -> None:
        """Press the key on that checkpoint, and give the dialog's answer: a button, or a text and Enter."""
        tree = self.main.query_one(CheckpointTree)
        tree.focus()
        tree.put_cursor(self._host.checkpoint_id(on))
        await self._pilot.press(key)
        await self.until(lambda: isinstance(self.app.screen, Dialog) and self.app.screen.is_ready)
        if text is not None:
            self.app.screen.query_one(Input).value = text
        else:
            while self.app.focused is None or self.app.focused.id != answer:
                await self._pilot.press("tab")
        await self._pilot.press("enter")

    async def ended(self) -> tuple[Operation, str]:
        """The operation and all that the error dialog says of it, "" without one."""
        await self.until(lambda: self.state.finished and not self.state.running)
        operation = self.state.finished[0]
        if operation.error is None:
            return operation, ""
        await self.until(lambda: isinstance(self.app.screen, ErrorDialog))
        screen = self.app.screen
        assert isinstance(screen, ErrorDialog)
        said = screen._problem
        return operation, f"{said.title} {said.message} {said.hint} {said.detail}"

    async def reads_no_disks(self) -> None:
        """Wait until no agent reads disks: that takes the same steps, but its failure is shown elsewhere."""
        connection = self.app.connection
        assert isinstance(connection, HostConnection)
        active = connection.active
        assert active is not None
        session: object = active._session
        while isinstance(session, SessionWrapper):
            session = session._session
        assert isinstance(session, HyperVSession)
        side_readers = session._side_readers

        def rests() -> bool:
            # A reading that was asked for may not have begun, and one that was cancelled may go on.
            tasks = (active._disks_task, side_readers.running("disks"))
            return all(task is None or task.done() for task in tasks)

        await self.until(rests)

    def poll(self) -> None:
        """Read the VMs again, as the app does from time to time, and no disks."""
        assert isinstance(self.app.connection, HostConnection)
        assert self.app.connection.active
        self.app.connection.active.read_again()

    async def heals(self) -> None:
        """After the next refresh the screen shows what the host has, and nothing of a lost line."""
        before = self.main.inventory
        self.main.action_refresh()
        # The details of the host change the inventory too.
        await self.until(lambda: self.main.inventory is not before and not self.main.failure)
        (vm,) = self._host.state()["vms"].values()
        assert self.main.inventory is not None
        (shown,) = self.main.inventory.vms
        assert (shown.state, shown.current, self.main.failure) == (vm["state"], vm["parent"], "")


@pytest.fixture
def screen(connect: Connect, host: Host, tmp_path: Path) -> Callable[..., Any]:
    @asynccontextmanager
    async def open_screen(**deadlines: float) -> AsyncIterator[Screen]:
        backend = OneHost(lambda: connect(deadlines=Deadlines(**deadlines)))
        targets = Targets(tmp_path / "config.toml", load=lambda name: backend)
        app = HvtuiApp(Target(name="test", backend=backend, settings=None), targets)
        async with app.run_test(size=(80, 24)) as pilot:
            shown = Screen(app, pilot, host)
            await shown.until(lambda: shown.main.vm_id)
            yield shown

    return open_screen


@pytest.mark.parametrize(
    ("step", "before", "ran", "words"),
    [
        ("save", True, [], "Nothing was applied"),
        ("save", False, ["save"], "The VM was saved, but nothing was applied"),
        ("apply", True, ["save"], "The VM was saved, but nothing was applied"),
        ("apply", False, ["save", "apply"], "It was applied, but the VM was not started again"),
        ("start", True, ["save", "apply"], "It was applied, but the VM was not started again"),
        ("start", False, ["save", "apply", "start"], "It was applied. The VM is running now"),
    ],
)
async def test_an_apply_whose_agent_is_killed_is_unknown_and_says_how_far_it_came(
    screen: Callable[..., Any], host: Host, step: str, before: bool, ran: list[str], words: str
) -> None:
    async with screen() as shown:
        host.park(step, before=before)
        await shown.confirm("a", "Clean install", "apply")
        os.kill(await parked(host), signal.SIGKILL)
        operation, said = await shown.ended()
        host.release()
        assert operation.ending is Ending.UNKNOWN
        assert said.startswith("Outcome unknown")
        assert words in said
        assert done(host) == ran
        await shown.heals()


@pytest.mark.parametrize(("before", "ran", "name"), [(True, [], "Old branch"), (False, ["rename"], "Newer")])
async def test_a_rename_whose_agent_is_killed_is_unknown_and_says_what_it_is_called(
    screen: Callable[..., Any], host: Host, before: bool, ran: list[str], name: str
) -> None:
    async with screen() as shown:
        host.park("rename", before=before)
        await shown.confirm("e", "Old branch", text="Newer")
        os.kill(await parked(host), signal.SIGKILL)
        operation, said = await shown.ended()
        host.release()
        assert operation.ending is Ending.UNKNOWN
        assert f"It is called “{name}” now." in said
        assert done(host) == ran
        await shown.heals()


async def test_an_apply_that_hangs_is_unknown_and_keeps_the_vm_busy_until_it_ends(
    screen: Callable[..., Any], host: Host
) -> None:
    async with screen(write=1.0) as shown:
        host.park("apply")
        await shown.confirm("a", "Clean install", "apply")
        await parked(host)
        operation, said = await shown.ended()
        assert operation.ending is Ending.UNKNOWN
        assert "may still be working on it" in said
        await shown._pilot.press("escape")
        await shown.until(lambda: "may still be running" in (shown.main.why_not("create") or ""))
        host.release()
        await asyncio.to_thread(host.wait_for_call, "start")

        def gate_is_open() -> bool:
            shown.main.action_refresh()
            return shown.main.why_not("create") is None

        await shown.until(gate_is_open)
        assert done(host) == ["save", "apply", "start"]
        assert len(host.cmdlets("Restore-VMSnapshot")) == 1
        assert [o.ending for o in shown.state.finished] == [Ending.UNKNOWN]


@pytest.mark.parametrize(
    ("fails", "ending", "ran", "words"),
    [
        ("apply", Ending.FAILED, ["save", "start"], "It broke."),
        ("start", Ending.PARTLY, ["save", "apply"], "It broke."),
        (None, Ending.DONE, ["save", "apply", "start"], ""),
    ],
)
async def test_what_the_host_answers_is_what_the_screen_says(
    screen: Callable[..., Any],
    host: Host,
    fails: str | None,
    ending: Ending,
    ran: list[str],
    words: str,
) -> None:
    async with screen() as shown:
        if fails:
            host.fail_next(fails, 32768, "It broke.")
        await shown.confirm("a", "Clean install", "apply")
        operation, said = await shown.ended()
        assert operation.ending is ending
        assert words in said
        assert done(host) == ran
        await shown.heals()


async def test_a_read_whose_agent_is_killed_is_shown_as_failed_and_heals(
    screen: Callable[..., Any], host: Host
) -> None:
    async with screen() as shown:
        await shown.until(lambda: shown.state.disk_readings)
        said: list[str] = []
        shown.main.watch(shown.main, "failure", lambda words: said.append(words), init=False)
        for step in ("vms", "checkpoints"):
            said.clear()
            await shown.reads_no_disks()
            host.park(step)
            shown.poll()
            os.kill(await parked(host), signal.SIGKILL)
            host.release()
            await shown.until(lambda: any(said))
            await shown.heals()
