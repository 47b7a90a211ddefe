"""Jobs of VMM whose answer is lost, by keys: found again and told, in this hvtui and in the next one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from msgspec import Struct

from hvtui.backends.operations.operation import Ending
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.quit import QuitDialog
from tests.scvmm.by_keys.conftest import current, names, sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scvmm.by_keys.conftest import Open, VmmVisit
    from tests.vmm_host.vmm import Vmm
    from tests.winrm.server import FakeWinRm

pytestmark = [
    pytest.mark.engine,
    pytest.mark.own_process,
    pytest.mark.timeout(120),
    pytest.mark.parametrize("powershell", ["Desktop"], indirect=True),
]


class Action(Struct, frozen=True, kw_only=True):
    cmdlet: str
    key: str
    button: str
    at: str = ""
    typed: str = ""
    doing: str
    done: Callable[[Vmm], bool]

    async def give(self, trip: VmmVisit) -> None:
        if self.at:
            await trip.at(self.at)
        await trip.answer(self.key, self.button, *self.typed)


CREATE = Action(
    cmdlet="New-SCVMCheckpoint", key="c", button="confirm", typed="Mine", doing="creating Mine",
    done=lambda vmm: "Mine" in names(vmm),
)  # fmt: skip
RENAME = Action(
    cmdlet="Set-SCVMCheckpoint", key="e", button="confirm", at="Old branch", typed="Other", doing="renaming Old branch",
    done=lambda vmm: "Other" in names(vmm),
)  # fmt: skip
APPLY = Action(
    cmdlet="Restore-SCVMCheckpoint", key="a", button="apply", at="Clean install", doing="applying Clean install",
    done=lambda vmm: current(vmm) == vmm.checkpoint_id("Clean install"),
)  # fmt: skip
DELETE = Action(
    cmdlet="Remove-SCVMCheckpoint", key="d", button="delete", at="Before CU-11", doing="deleting Before CU-11",
    done=lambda vmm: "Before CU-11" not in names(vmm),
)  # fmt: skip
ACTIONS = (CREATE, RENAME, APPLY, DELETE)


async def started(action: Action, trip: VmmVisit, vmm: Vmm) -> None:
    """Give the command, and wait until its job runs and is being waited for."""
    vmm.calls.clear()
    vmm.parked.add(action.cmdlet)
    await action.give(trip)
    writer = await asyncio.to_thread(vmm.wait_for_call, action.cmdlet)
    await trip.until(lambda: (writer, "Get-SCJob") in [call[:2] for call in [*vmm.calls]])


@pytest.mark.rare
async def test_each_job_is_followed_to_its_end_after_the_process_that_started_it_has_died(
    vmm: Vmm, server: FakeWinRm, hvtui: Open
) -> None:
    async with hvtui() as trip:
        for number, action in enumerate(ACTIONS, 1):
            await started(action, trip, vmm)
            server.kill_processes()
            vmm.release()
            await trip.until(lambda number=number: len(trip.state.finished) == number)  # type: ignore[misc]
            assert (trip.state.finished[0].ending, action.done(vmm)) == (Ending.DONE, True)
            assert sent(vmm) == [action.cmdlet]


@pytest.mark.parametrize("fails", [False, True])
async def test_a_job_during_which_vmm_stopped_for_long_is_told_as_vmm_has_it_afterwards(
    vmm: Vmm, hvtui: Open, fails: bool
) -> None:
    async with hvtui() as trip:
        await started(DELETE, trip, vmm)
        vmm.down = True
        await trip.sees_dialog(ErrorDialog)
        assert "Outcome unknown" in trip.said()
        assert "how it ended could not be read" in trip.in_one_line()
        await trip.press("escape")
        if fails:
            vmm.failing[DELETE.cmdlet] = (12711, "Die Datei ist gesperrt.", True)
        vmm.down = False
        await trip.press("f5")
        await trip.until(
            lambda: "answer was lost may still be running" in (trip.main.why_not("create") or "")
        )
        assert "earlier hvtui" not in trip.said()
        vmm.release()
        await trip.press("f5")
        await trip.until(lambda: trip.state.finished[0].ending is not Ending.UNKNOWN)
        told = f"{DELETE.doing} failed" if fails else "deleted Before CU-11"
        await trip.until(lambda: told in trip.in_one_line())
        await trip.press("m")
        await trip.until(lambda: not fails or "Die Datei ist gesperrt." in trip.in_one_line())
        assert trip.main.why_not("create") is None
        assert sent(vmm) == [DELETE.cmdlet]


@pytest.mark.parametrize("action", [CREATE, DELETE], ids=lambda action: action.cmdlet)
async def test_of_a_job_that_vmm_does_not_list_any_more_is_told_what_is_there(
    vmm: Vmm, hvtui: Open, action: Action
) -> None:
    async with hvtui() as trip:
        await started(action, trip, vmm)
        vmm.jobs.clear()
        await trip.sees_dialog(ErrorDialog)
        assert "Outcome unknown" in trip.said()
        assert "does not list it any more" in trip.in_one_line()
        assert "Look at what is there now." in trip.in_one_line()
        await trip.press("escape", "m")
        seen = "No checkpoint was created." if action is CREATE else "It is still there."
        await trip.until(lambda: seen in trip.in_one_line())


@pytest.mark.rare
@pytest.mark.parametrize("fails", [False, True])
async def test_the_next_hvtui_tells_how_each_job_of_the_last_one_ended(
    vmm: Vmm, hvtui: Open, fails: bool
) -> None:
    for action in ACTIONS:
        async with hvtui() as trip:
            await started(action, trip, vmm)
            await trip.press("q")
            await trip.sees_dialog(QuitDialog)
            await trip.click("quit")
        async with hvtui() as trip:
            await trip.until(lambda: "earlier hvtui session" in (trip.main.why_not("create") or ""))
            await trip.refused("c", "A command from an earlier hvtui session may still be running on this VM")
            if fails:
                vmm.failing[action.cmdlet] = (12711, "Die Datei ist gesperrt.", True)
            vmm.release()
            await trip.press("f5")
            await trip.until(
                lambda: "earlier hvtui" in trip.in_one_line() and not trip.main.why_not("create")
            )
            await trip.press("m")
            await trip.until(lambda: f"the job it {'failed' if fails else 'succeeded'}" in trip.in_one_line())
            assert ("Die Datei ist gesperrt." in trip.in_one_line()) is fails
            assert action.done(vmm) is not fails
            assert sent(vmm) == [action.cmdlet]
