"""The list of the VMs of several hosts."""

from __future__ import annotations

import pytest

from hvtui.backends.model import Host
from tests.tui.journey import journey
from tests.tui.painting import heading, shown
from tests.tui.samples import checkpoint, inventory, vm
from tests.tui.test_vm_list import ListApp

WEB = vm("web-01", host="hv01")
HV01, HV02 = Host(name="hv01"), Host(name="hv02")


@pytest.fixture
def app() -> ListApp:
    return ListApp()


async def test_a_column_of_grouped_vms_has_a_heading_where_it_is_shown_and_only_there(app: ListApp) -> None:
    async with app.run_test(size=(80, 8)) as pilot:
        app.vms.inventory = inventory(WEB, checkpoints=(checkpoint("a", WEB, 2),), hosts=(HV01, HV02))
        for width in range(30, 90):
            await pilot.resize_terminal(width, 8)
            await pilot.pause()
            line = shown(app.vms)[1]
            assert [name for name, cell in (("state", "running"), ("oldest", "2 d")) if cell in line] == [
                name for name in ("state", "oldest") if name in heading(app.vms)
            ], (width, line)


async def test_where_all_vms_are_on_one_host_the_key_that_groups_them_says_so() -> None:
    async with journey() as trip:
        await trip.press("b")
        await trip.until(lambda: trip.toasts() == ["All VMs are on one host."])
