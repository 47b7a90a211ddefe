"""From the first screen to a host: chosen or typed, signed in, trusted, or failing to connect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Button, Input

from hvtui.backends.errors import CertificateUntrusted, HostUnreachable
from hvtui.tui.dialogs.box import Box
from hvtui.tui.dialogs.hosts.password import PasswordDialog
from hvtui.tui.dialogs.hosts.save_host import SaveHostDialog
from hvtui.tui.dialogs.hosts.trust import CertificateChangedDialog, TrustDialog
from hvtui.tui.screens.hosts import HostsScreen
from tests.tui.far import FACTS, FINGERPRINT, PASSWORD, FarBackend, visit
from tests.tui.journey import journey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.keyrings import MemoryKeyring

SAVED = '[hosts.hv01]\nuser = "you"\nlabel = "PROD"\n'

pytestmark = pytest.mark.usefixtures("ring")


async def test_bare_hvtui_offers_what_is_saved_this_computer_and_the_demo(
    far: FarBackend, config: Path
) -> None:
    async with visit(far, config, SAVED) as trip:
        await trip.sees(HostsScreen)
        said = trip.said()
        assert [word for word in ("hv01", "PROD", "you", "This computer", "Demo") if word not in said] == []
        await trip.press("end", "enter")
        await trip.sees_vms()
        assert "DEMO" in trip.said()
        assert far.tried == []


async def test_a_newcomer_without_a_config_goes_to_this_computer_with_enter(
    far: FarBackend, config: Path
) -> None:
    async with visit(far, config) as trip:
        await trip.sees(HostsScreen)
        await trip.press("enter")
        await trip.sees_vms()
        assert far.open == [""]


async def test_a_saved_host_asks_for_its_password_and_shows_none_of_it(far: FarBackend, config: Path) -> None:
    async with visit(far, config, SAVED) as trip:
        await trip.sees(HostsScreen)
        await trip.press("enter")
        await trip.sees(PasswordDialog)
        await trip.press(*PASSWORD)
        assert PASSWORD not in trip.said()
        await trip.press("enter")
        await trip.sees_vms()
        assert "PROD" in trip.said()
        assert (far.tried[0].user, far.open) == ("you", ["hv01"])


async def test_a_wrong_password_is_said_in_plain_words_and_the_next_enter_asks_anew(
    far: FarBackend, config: Path
) -> None:
    async with visit(far, config) as trip:
        await trip.sees(HostsScreen)
        await trip.type_host("you@hv07")
        await trip.sees(PasswordDialog)
        await trip.press(*"wrong", "enter")
        await trip.until(lambda: "hv07 does not accept this user and password." in trip.said())
        assert "Not signed in" in trip.said()
        assert trip.app.screen.query_one(Input).value == "you@hv07"
        await trip.press("enter")
        await trip.sees(PasswordDialog)
        await trip.press(*PASSWORD, "enter")
        await trip.sees(SaveHostDialog)
        assert len(far.tried) == 2


async def test_who_is_not_named_is_asked_for_too(far: FarBackend, config: Path) -> None:
    async with visit(far, config) as trip:
        await trip.sees(HostsScreen)
        await trip.type_host("hv07")
        await trip.sees(PasswordDialog)
        await trip.press(*r"CORP\me", "enter", *PASSWORD, "enter")
        await trip.until(lambda: far.open)
        assert far.tried[0].user == r"CORP\me"


async def test_no_password_at_all_is_not_sent(far: FarBackend, config: Path) -> None:
    async with visit(far, config, SAVED) as trip:
        await trip.sees(HostsScreen)
        await trip.press("enter")
        await trip.sees(PasswordDialog)
        await trip.press("enter")
        await trip.pilot.pause()
        assert isinstance(trip.app.screen, PasswordDialog)
        await trip.press("escape")
        await trip.sees(HostsScreen)
        assert far.tried == []


async def test_escape_cancels_at_once_and_a_session_that_comes_late_is_closed(
    far: FarBackend, config: Path
) -> None:
    async with visit(far, config) as trip:
        await trip.sees(HostsScreen)
        far.answers.clear()
        await trip.press("enter")
        await trip.until(lambda: far.tried and "Connecting to This computer" in trip.said())
        connecting = trip.app._opening
        assert connecting is not None
        await trip.press("escape")
        assert "Cancelled." in trip.said()
        assert trip.app.connection is None
        far.answers.set()
        await trip.until(lambda: connecting.worker.is_finished)
        assert far.open == []
        assert isinstance(trip.app.screen, HostsScreen)
        await trip.press("enter")
        await trip.sees_vms()


async def test_a_host_that_is_named_on_the_command_line_is_tried_at_once_and_no_password_is_asked_for_if_it_is_not_there(
    far: FarBackend, config: Path
) -> None:
    far.breaks = HostUnreachable("hv09 does not answer.", hint="Is it on?")
    async with visit(far, config, host="you@hv09") as trip:
        await trip.until(lambda: "No connection: hv09 does not answer." in trip.said())
        await trip.until(lambda: "Is it on?" in trip.said())
        assert trip.app.screen.query_one(Input).value == "you@hv09"


async def test_a_certificate_is_trusted_only_on_purpose_and_then_pinned(
    far: FarBackend, config: Path
) -> None:
    far.shows["hv01"], far.facts = FINGERPRINT, FACTS
    async with visit(far, config, SAVED, host="hv01") as trip:
        await trip.sees(TrustDialog)
        said = trip.said()
        shown = (
            FINGERPRINT[:47],
            FINGERPRINT[48:],
            "CN=hv01.corp.example",
            "itself",
            "(expired)",
            FACTS.sha1,
        )
        assert [words for words in shown if words not in said] == []
        assert trip.app.focused is not None
        assert trip.app.focused.id == "cancel"
        await trip.press("escape")
        await trip.sees(HostsScreen)
        assert (far.trusted, far.open) == ({}, [])
        await trip.until(lambda: "Nothing was sent to it." in trip.said())
        await trip.press("enter")
        await trip.sees(TrustDialog)
        await trip.click("trust")
        await trip.sees(PasswordDialog)
        await trip.press(*PASSWORD, "enter")
        await trip.sees_vms()
        assert len(far.tried) == 1
        assert far.trusted == {"hv01": FINGERPRINT}


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_all_that_decides_on_trust_is_visible_without_scrolling(size: tuple[int, int]) -> None:
    error = CertificateUntrusted(
        "The certificate of hv-prod-01.corp.example:5986 is not trusted by this machine. Nothing was sent to it.",
        fingerprint=FINGERPRINT,
        facts=FACTS,
        hint="Trust it only if the host's owner gives you the same fingerprint.",
        detail="unable to get local issuer certificate",
    )
    async with journey(size=size) as trip:
        trip.app.show(TrustDialog(error))
        await trip.sees_dialog(TrustDialog)
        box = trip.app.screen.query_one(Box)
        assert not box.scrolls
        shown = (FINGERPRINT[48:], FACTS.sha1, "no other.", "Trust    Cancel")
        assert [words for words in shown if words not in trip.said()] == []


async def test_a_changed_certificate_is_refused_and_no_key_trusts_it(far: FarBackend, config: Path) -> None:
    far.shows["hv01"], far.trusted["hv01"] = FINGERPRINT, "FF" + FINGERPRINT[2:]
    async with visit(far, config, SAVED, host="hv01") as trip:
        await trip.sees(CertificateChangedDialog)
        assert "hvtui forget hv01" in trip.said()
        lines = [line.split("│")[1].strip() for line in trip.said().splitlines() if line.count("│") > 1]
        first = lines.index(f"trusted  FF{FINGERPRINT[2:23]}")
        assert lines[first + 1 : first + 3] == [f"now      {FINGERPRINT[:23]}", "^^"]
        assert lines[first + 4 : first + 6] == [f"now      {FINGERPRINT[24:47]}", ""]
        assert {button.id for button in trip.app.screen.query(Button)} == {"close", "copy"}
        await trip.press("escape")
        await trip.sees(HostsScreen)
        assert far.trusted["hv01"].startswith("FF")
        assert far.open == []


async def test_a_password_that_is_missing_in_the_keyring_is_asked_for_and_kept_on_request(
    far: FarBackend, config: Path, ring: MemoryKeyring
) -> None:
    async with visit(far, config, SAVED + 'password = "keyring"\n', host="hv01") as trip:
        await trip.sees(PasswordDialog)
        await trip.press(*PASSWORD)
        await trip.click("keep")
        await trip.sees_vms()
        assert ring.held == {("hvtui", "you@hv01"): PASSWORD}


async def test_a_password_command_that_fails_is_shown_and_a_person_is_asked(
    far: FarBackend, config: Path
) -> None:
    saved = SAVED + 'password_command = ["no-such-program-at-all"]\n'
    async with visit(far, config, saved, host="hv01") as trip:
        await trip.sees(PasswordDialog)
        assert "no-such-program-at-all" in trip.said()
        await trip.press(*PASSWORD, "enter")
        await trip.sees_vms()


async def test_a_broken_config_is_reported_and_the_demo_still_opens(far: FarBackend, config: Path) -> None:
    async with visit(far, config, "[hosts.hv01\n") as trip:
        await trip.sees(HostsScreen)
        await trip.until(lambda: "is not TOML" in " ".join(trip.said().split()))
        await trip.press("end", "enter")
        await trip.sees_vms()


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (80, 24)])
async def test_transport_and_sign_in_are_chosen_below_the_address_and_go_with_it(
    far: FarBackend, config: Path, size: tuple[int, int]
) -> None:
    async with visit(far, config, size=size) as trip:
        await trip.sees(HostsScreen)
        await trip.press("n", *"you@hv07:5985", "tab", "space", "tab", "right")
        assert "(x) http" in trip.said()
        assert "(x) kerberos" in trip.said()
        await trip.press("enter")
        await trip.sees(PasswordDialog)
        await trip.press(*PASSWORD, "enter")
        await trip.until(lambda: far.tried)
        tried = far.tried[0]
        assert (tried.host, tried.user, tried.transport, tried.auth) == (
            "hv07:5985",
            "you",
            "http",
            "kerberos",
        )


async def test_choices_that_are_not_touched_leave_the_settings_of_a_saved_host_alone(
    far: FarBackend, config: Path
) -> None:
    async with visit(far, config, SAVED + 'transport = "http"\n') as trip:
        await trip.sees(HostsScreen)
        await trip.type_host("hv01")
        await trip.sees(PasswordDialog)
        await trip.press(*PASSWORD, "enter")
        await trip.until(lambda: far.tried)
        assert far.tried[0].transport == "http"


async def test_what_is_no_host_is_said_and_what_was_typed_stays(far: FarBackend, config: Path) -> None:
    async with visit(far, config) as trip:
        await trip.sees(HostsScreen)
        await trip.type_host("a b")
        assert "Another host  a b " in trip.said()
        assert "is not understood" in trip.said()
        assert trip.app.screen.query_one(Input).value == "a b"


async def test_names_from_the_config_are_data_and_no_markup(far: FarBackend, config: Path) -> None:
    saved = '[hosts."[/] x"]\nuser = "[bold]you"\nlabel = "[red]"\naddress = "hv01"\n'
    far.breaks = HostUnreachable("[/] does not answer.")
    async with visit(far, config, saved) as trip:
        await trip.sees(HostsScreen)
        assert "[bold]you" in trip.said()
        await trip.press("enter")
        await trip.until(lambda: "[/] does not answer." in trip.said())
