"""What a host on screen survives: backends that raise what they should not, and records that cannot be removed."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from hvtui.backends.contract import Capabilities, Session, Verb
from hvtui.backends.errors import BackendError
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.model import OrphanedWrite
from hvtui.backends.operations.readings import polling
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.screens.hosts import HostsScreen
from hvtui.tui.widgets.key_bar import KeyBar
from tests.tui.far import FarBackend, visit
from tests.tui.journey import journey
from tests.tui.samples import NOON, inventory, vm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection
    from pathlib import Path

    import pytest

    from hvtui.backends.model import Inventory
    from tests.tui.far import FarSettings

WEB = vm("web-01")
ORPHAN = OrphanedWrite(
    id="1", vm_id=WEB.id, verb="apply_checkpoint", target="Old", started=NOON, running=False
)


class Troublesome(Session):
    """Raises `error` instead of reading, and cannot remove the record of an orphaned write."""

    capabilities = Capabilities(verbs=frozenset(Verb) - {Verb.DISKS})

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.orphans: tuple[OrphanedWrite, ...] = ()

    async def inventory(self, vm_ids: Collection[str] | None = None) -> Inventory:
        if self.error is not None:
            raise self.error
        return inventory(WEB, orphans=self.orphans)

    async def forget_orphan(self, orphan_id: str) -> None:
        raise BackendError(f"The record {orphan_id} cannot be removed.")


class TroublesomeBackend(FarBackend):
    def __init__(self) -> None:
        super().__init__(ManualClock())
        self.session = Troublesome()

    @asynccontextmanager
    async def connect(self, settings: FarSettings) -> AsyncIterator[Session]:
        yield self.session


async def test_a_backend_that_raises_another_exception_while_reading_does_not_end_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "FIRST_RETRY", 0.01)
    far = TroublesomeBackend()
    async with visit(far, tmp_path / "config.toml", size=(120, 24)) as trip:
        await trip.sees(HostsScreen)
        await trip.press("home", "enter")
        await trip.sees_vms()
        far.session.error = KeyError("oops")
        await trip.press("f5")
        await trip.until(lambda: "failed unexpectedly" in trip.said())
        far.session.error = None
        await trip.until(lambda: "failed unexpectedly" not in trip.said())
        assert "web-01" in trip.said()


async def test_a_record_of_an_earlier_write_that_cannot_be_removed_is_an_error_that_is_shown(
    tmp_path: Path,
) -> None:
    far = TroublesomeBackend()
    far.session.orphans = (ORPHAN,)
    async with visit(far, tmp_path / "config.toml") as trip:
        await trip.sees(HostsScreen)
        await trip.press("home", "enter")
        await trip.sees(ErrorDialog)
        assert "The record 1 cannot be removed." in trip.said()
        await trip.press("escape")
        await trip.until(lambda: "earlier hvtui: applying Old" in trip.said())


async def test_a_state_that_arrives_while_the_screen_closes_does_no_harm() -> None:
    async with journey() as trip:
        main = trip.main
        await main.query_one(KeyBar).remove()
        main.show_state(trip.state)
