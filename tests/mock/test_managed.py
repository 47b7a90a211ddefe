"""The simulated server that manages several hosts, as a session and on the screen."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from hvtui.backends.mock.backend import MockBackend, MockSettings
from hvtui.backends.mock.clock import ManualClock, RealClock
from hvtui.backends.model import CheckpointKind, Obstacle
from hvtui.backends.operations.actions import ReasonCode, why_not
from hvtui.backends.operations.commands import COMMANDS
from hvtui.backends.testing import ContractSuite
from hvtui.tui.dialogs.commands.delete import DeleteDialog
from hvtui.tui.widgets.hosts.host_rows import HostRow
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.journey import journey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.contract import Session
    from tests.tui.journey import Journey

VMM = MockSettings(scenario="vmm")


class TestManaged(ContractSuite):
    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Session]:
        backend = MockBackend(RealClock())
        for host in backend.datacenter("datacenter").hosts.values():
            host.world.durations.clear()
        async with backend.connect(VMM) as session:
            yield session


async def test_every_vm_names_its_host_and_what_is_not_told_is_not_known() -> None:
    async with MockBackend(ManualClock()).connect(VMM) as session:
        found = await session.inventory()
    assert len(found.vms) == 300
    assert {vm.host for vm in found.vms} == {host.name for host in found.hosts}
    assert {(c.kind, c.with_memory) for c in found.checkpoints} == {(CheckpointKind.NOT_TOLD, None)}
    assert {vm.host for vm in found.vms if vm.obstacle is Obstacle.HOST_NOT_RESPONDING} == {"hv-test-2"}


@asynccontextmanager
async def before_vmm() -> AsyncIterator[Journey]:
    async with journey("vmm", (120, 36)) as trip:
        trip.world.durations.clear()
        yield trip


def asked(trip: Journey) -> str:
    """What the dialog says."""
    return " ".join(str(each.render()) for each in trip.app.screen.query(Static))


async def test_a_vm_of_a_host_without_contact_greys_every_command_with_the_reason() -> None:
    async with before_vmm() as trip:
        vms = trip.main.query_one(VmList)
        name = next(vm.name for vm in vms.inventory.vms if vm.host == "hv-test-2") if vms.inventory else ""
        await trip.go_to_vm(name)
        await trip.rests()
        selection = trip.main.take_selection()
        reasons = {reason.code for command in COMMANDS if (reason := why_not(command, selection))}
        assert reasons == {ReasonCode.OBSTACLE}
        await trip.press("c")
        await trip.until(lambda: any("does not respond" in words for words in trip.toasts()))


async def test_a_delete_names_what_may_go_too_and_promises_nothing_of_the_others() -> None:
    async with before_vmm() as trip:
        await trip.go_to_vm("mail-044")
        await trip.go_to("Before migration")
        await trip.open("d")
        assert isinstance(trip.app.screen, DeleteDialog)
        said = asked(trip)
        assert "The checkpoint below it may be deleted too" in said
        assert "“Before patch day”" in said
        assert "a backup or replication may still need it" in said
        assert "its other checkpoints do not change" not in said


async def test_an_apply_promises_no_running_vm() -> None:
    async with before_vmm() as trip:
        await trip.go_to_vm("mail-044")
        await trip.go_to("Before migration")
        await trip.open("a")
        assert "may be running, saved or off afterwards" in asked(trip)


@pytest.mark.parametrize("keys", [("c",), ("e",)])
async def test_the_commands_work_on_the_host_of_the_vm(keys: tuple[str, ...]) -> None:
    async with before_vmm() as trip:
        await trip.go_to_vm("mail-044")
        await trip.go_to("Before migration")
        await trip.open(keys[0])
        await trip.press("ctrl+u", *"Kept", "enter")
        await trip.until(lambda: trip.state.finished)
        assert "Kept" in trip.names()


async def test_hosts_are_rows_above_their_vms() -> None:
    async with before_vmm() as trip:
        rows = trip.main.query_one(VmList)._rows
        assert [row.name for row in rows if isinstance(row, HostRow)] == [
            "hv-prod-1",
            "hv-prod-2",
            "hv-prod-3",
            "hv-test-1",
            "hv-test-2",
        ]
