"""After connecting to a host that was typed, hvtui offers to save it, with or without its password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from keyring.backends import fail
from textual.widgets import Button

from hvtui.backends.hosts.config import PasswordSource, load
from hvtui.tui.dialogs.hosts.password import PasswordDialog
from hvtui.tui.dialogs.hosts.save_host import SaveHostDialog
from hvtui.tui.screens.hosts import HostsScreen
from tests.keyrings import MemoryKeyring, used
from tests.tui.far import PASSWORD, FarBackend, visit

if TYPE_CHECKING:
    from pathlib import Path

SAVED = '[hosts.hv01]\nuser = "you"\nlabel = "PROD"\n'

pytestmark = pytest.mark.usefixtures("ring")


def text_of(file: Path) -> str:
    return file.read_text("utf-8")


async def test_a_typed_host_is_saved_with_its_password_in_the_keyring(
    far: FarBackend, config: Path, ring: MemoryKeyring
) -> None:
    async with visit(far, config) as trip:
        await trip.sees(HostsScreen)
        await trip.type_host("you@hv07")
        await trip.sees(PasswordDialog)
        await trip.press(*PASSWORD, "enter")
        await trip.sees(SaveHostDialog)
        await trip.click("keyring")
        await trip.sees_vms()
        (saved,) = load(config).hosts
        assert (saved.name, saved.settings["user"], saved.password) == ("hv07", "you", PasswordSource.KEYRING)
        assert ring.held == {("hvtui", "you@hv07"): PASSWORD}
        assert PASSWORD not in text_of(config)
        await trip.press("o")
        await trip.sees(HostsScreen)
        await trip.press("home", "enter")
        await trip.sees_vms()
        assert far.tried[-1].password.reveal() == PASSWORD


async def test_a_name_and_enter_save_a_typed_host_without_its_password(
    far: FarBackend, config: Path, ring: MemoryKeyring
) -> None:
    async with visit(far, config, SAVED) as trip:
        await trip.sees(HostsScreen)
        await trip.type_host("you@hv07")
        await trip.sees(PasswordDialog)
        await trip.press(*PASSWORD, "enter")
        await trip.sees(SaveHostDialog)
        await trip.press(*"hv01", "enter")
        await trip.pilot.pause()
        assert isinstance(trip.app.screen, SaveHostDialog)
        assert "There is already a host of this name." in trip.said()
        await trip.press("backspace", "7", "enter")
        await trip.sees_vms()
        assert [(host.name, host.settings.get("host", ""), host.password) for host in load(config).hosts][
            1:
        ] == [("hv07", "", PasswordSource.PROMPT)]
        assert ring.held == {}


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_the_label_and_read_only_of_a_host_that_is_saved_are_in_force_at_once(
    far: FarBackend, config: Path, size: tuple[int, int]
) -> None:
    async with visit(far, config, size=size) as trip:
        await trip.sees(HostsScreen)
        await trip.type_host("you@hv07")
        await trip.sees(PasswordDialog)
        await trip.press(*PASSWORD, "enter")
        await trip.sees(SaveHostDialog)
        await trip.press(*"hv08", "tab", *"PRODUCTION-SITE")
        await trip.press("tab", "space")
        await trip.click("prompt")
        await trip.until(lambda: "longer than 12 letters" in trip.said())
        await trip.press(*"PROD")
        assert load(config).hosts == ()
        await trip.click("prompt")
        await trip.sees_vms()
        (saved,) = load(config).hosts
        assert (saved.name, saved.label, saved.read_only) == ("hv08", "PROD", True)
        assert " PROD    READ ONLY   hv08 " in trip.said().splitlines()[0]
        assert far.open == ["hv07"]
        await trip.press("c")
        await trip.until(lambda: trip.toasts() == ["This host is read-only in your configuration."])


@pytest.mark.usefixtures("slow_machine")
async def test_enter_held_down_since_the_password_saves_nothing(far: FarBackend, config: Path) -> None:
    async with visit(far, config) as trip:
        await trip.sees(HostsScreen)
        await trip.type_host("you@hv07")
        await trip.sees(PasswordDialog)
        await trip.press(*PASSWORD, "enter")
        while not isinstance(trip.app.screen, SaveHostDialog):
            await trip.press("enter")
        await trip.press(*["enter"] * 20)
        assert isinstance(trip.app.screen, SaveHostDialog)
        assert load(config).hosts == ()


async def test_without_a_keyring_only_the_host_can_be_saved_and_why_is_said(
    far: FarBackend, config: Path
) -> None:
    with used(fail.Keyring()):  # type: ignore[no-untyped-call]
        async with visit(far, config) as trip:
            await trip.sees(HostsScreen)
            await trip.type_host("you@hv07")
            await trip.sees(PasswordDialog)
            await trip.press(*PASSWORD, "enter")
            await trip.sees(SaveHostDialog)
            assert "No keyring can be used: this machine has none that works." in " ".join(
                trip.said().replace("│", " ").split()
            )
            assert {button.id for button in trip.app.screen.query(Button)} == {"prompt", "cancel"}
            await trip.press("escape")
            await trip.sees_vms()
            assert load(config).hosts == ()
