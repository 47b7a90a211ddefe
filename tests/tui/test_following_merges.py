"""A merge after a delete is followed to its end, also on a VM that nobody looks at."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hvtui.backends.hosts.target import Target
from hvtui.backends.hosts.targets import Targets
from hvtui.backends.mock.backend import MockBackend
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.operations.command import Selection
from hvtui.backends.operations.commands import DeleteCheckpoint
from hvtui.backends.operations.readings.after_delete import MergeState
from hvtui.tui.host.connection import HostConnection
from tests.tui.journey import NOWHERE, journey

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from hvtui.backends.model import VmId
    from hvtui.tui.host.state import HostState


class Nobody:
    """A screen on which no VM is highlighted."""

    vm_id: VmId | None = None

    def __init__(self) -> None:
        self.shown = asyncio.Event()

    def vms_on_screen(self) -> Collection[VmId]:
        return ()

    def show_state(self, state: HostState) -> None:
        self.shown.set()


async def test_a_merge_on_a_vm_that_is_not_highlighted_is_followed_and_its_disks_are_read() -> None:
    clock = ManualClock()
    backend = MockBackend(clock)
    world = backend.host("one").world
    world.durations["merge"] = 60
    target = Targets(NOWHERE, load=lambda name: backend).demo(scenario="one")
    assert isinstance(target, Target)
    connection, viewer = HostConnection(target, clock.now), Nobody()
    running = asyncio.create_task(connection.run())
    connection.attach(viewer)

    async def until(so: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not so():
                viewer.shown.clear()
                await viewer.shown.wait()

    try:
        await until(lambda: connection.state.inventory)
        inventory = connection.state.inventory
        assert inventory is not None
        doomed = next(c for c in inventory.checkpoints if c.name == "Before CU-11")
        (vm,) = inventory.vms
        selection = Selection(
            inventory=inventory,
            vm_id=vm.id,
            checkpoint_id=doomed.id,
            capabilities=connection.state.capabilities,
        )
        assert connection.start(DeleteCheckpoint(vm=vm, checkpoint=doomed), selection)
        await until(lambda: connection.state.finished)
        assert connection.state.finished[0].merge is MergeState.MERGING
        assert connection.state.disk_readings == {}
        clock.advance(61)
        connection.refresh()
        await until(lambda: connection.state.finished[0].merge is MergeState.FINISHED)
        await until(lambda: connection.state.disk_readings)
        assert connection.state.disk_readings[vm.id].disks is not None
    finally:
        running.cancel()


async def test_what_was_read_of_a_vm_is_dropped_once_others_have_changed_its_chain() -> None:
    async with journey("lab") as trip:
        await trip.go_to_vm("web-01")
        await trip.rests()
        read = trip.main.vm_id
        assert read is not None
        await trip.go_to_vm("dc-01")
        await trip.rests()
        assert read in trip.state.disk_readings
        assert trip.app.connection is not None
        trip.app.connection.refresh()
        await trip.rests()
        assert read in trip.state.disk_readings
        doomed = next(c for c in trip.world.checkpoints.values() if c.vm_id == read)
        trip.world.destroy(doomed.id)
        trip.clock.advance(3600)
        trip.app.connection.refresh()
        await trip.until(lambda: read not in trip.state.disk_readings)
        assert trip.main.vm_id in trip.state.disk_readings
        await trip.go_to_vm("web-01")
        await trip.until(lambda: read in trip.state.disk_readings)
